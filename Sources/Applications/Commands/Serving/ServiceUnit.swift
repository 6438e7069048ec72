import Foundation
import Gateway

/// A unit with which systemd runs the service for one person (systemd.service(5)).
struct ServiceUnit {
    let text: String

    init(_ settings: GatewaySettings, context: CommandContext) throws {
        let program =
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
            ?? CommandLine.arguments[0]
        var words = [program, "serve"]
        switch settings.address {
        case .tcp(let host, let port): words += ["--host", host, "--port", String(port)]
        case .socket(let path): words += ["--socket", path]
        }
        if settings.needsKey { words.append("--require-key") }
        words += ["--vault", context.settings.vaultFile.value]
        if context.settings.hasConfigurationFile { words += ["--config", context.settings.configurationFile.value] }
        let grace = Int((settings.grace / .seconds(1)).rounded(.up))
        text = """
            # diwan serve --print-unit > ~/.config/systemd/user/diwan.service
            # systemctl --user daemon-reload && systemctl --user enable --now diwan
            # Keys of upstreams: one NAME=VALUE a line in ~/.config/diwan/environment (chmod 600), or: diwan upstreams login NAME
            [Unit]
            Description=Diwan, conversations with language models

            [Service]
            ExecStart=\(words.map(Self.unitWord).joined(separator: " "))
            EnvironmentFile=-%h/.config/diwan/environment
            Restart=on-failure
            RestartPreventExitStatus=64 78
            TimeoutStopSec=\(grace + 10)
            LimitNOFILE=65536
            NoNewPrivileges=yes

            [Install]
            WantedBy=default.target

            """
    }

    /// A word as systemd reads it: `%` and `$` are its own, quotes keep a word together.
    private static func unitWord(_ word: String) -> String {
        let escaped = word.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("%", with: "%%")
            .replacing("$", with: "$$")
        return word.contains(where: { $0 == " " || $0 == "\t" || $0 == "\"" || $0 == "'" || $0 == "\\" || $0 == ";" })
            ? "\"\(escaped)\"" : escaped
    }

    /// A word as a shell reads it.
    static func quoted(_ word: String) -> String {
        let plain = word.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x2F, 0x5F, 0x3A, 0x2B, 0x40: true
            default: false
            }
        }
        return plain ? word : "'" + word.replacing("'", with: "'\\''") + "'"
    }
}
