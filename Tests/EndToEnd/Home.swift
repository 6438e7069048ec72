import Foundation
import OrderedJSON
import TestSupport
import Testing

/// How a command ended and what it said.
struct Ended {
    let code: Int32
    let output: String
    let errors: String

    /// Standard output without the line end.
    var line: String { output.hasSuffix("\n") ? String(output.dropLast()) : output }
    /// Standard output as one JSON document.
    var json: JSON { get throws { try JSON(parsing: output) } }
}

/// A person's home for the length of a test, with a configuration that names one scripted upstream. Nothing of the
/// machine's own settings, keys or proxies reaches the commands that run here.
final class Home: Sendable {
    /// The one secret; no output and no file of the vault may ever hold it.
    static let key = "sk-e2e-NEVERSHOWN-4f1d2c"

    enum Dialect: String, CaseIterable, Sendable, CustomTestStringConvertible {
        case acedata, responses, chat

        var path: String {
            switch self {
            case .acedata: "/openai/responses"
            case .responses: "/v1/responses"
            case .chat: "/v1/chat/completions"
            }
        }
        var base: String { self == .acedata ? "" : "/v1" }
        var testDescription: String { rawValue }
    }

    let folder: String
    private let url: String
    private let variables: [String: String]

    /// A home whose upstream `scripted` is at `url`. `settings` are more lines of that upstream's table, `more` are more
    /// tables.
    init(
        _ url: String, _ dialect: Dialect = .acedata, settings: String = "", more: String = "", window: Int = 100_000
    ) throws {
        folder = NSTemporaryDirectory() + "diwan-e2e-" + UUID().uuidString
        self.url = url
        var variables = [
            "PATH": "/usr/bin:/bin", "HOME": folder, "LANG": "C.UTF-8", "TZ": "UTC", "TMPDIR": folder + "/tmp",
        ]
        for name in ["CONFIG", "DATA", "CACHE", "STATE", "RUNTIME"] {
            variables[name == "RUNTIME" ? "XDG_RUNTIME_DIR" : "XDG_\(name)_HOME"] = folder + "/" + name.lowercased()
        }
        variables["SCRIPTED_KEY"] = Home.key
        variables["ACEDATACLOUD_API_TOKEN"] = Home.key
        self.variables = variables
        try FileManager.default.createDirectory(atPath: folder + "/config/diwan", withIntermediateDirectories: true)
        try FileManager.default.createDirectory(atPath: folder + "/tmp", withIntermediateDirectories: true)
        try write(
            """
            upstream = "scripted"
            [upstreams.scripted]
            url = "\(url)\(dialect.base)"
            dialect = "\(dialect.rawValue)"
            key_env = "SCRIPTED_KEY"
            model = "test-model"
            retries = 2
            \(settings)
            [models."test-model"]
            window = \(window)
            \(more)
            """, to: "config/diwan/config.toml")
    }

    convenience init(
        _ server: ScriptedServer, _ dialect: Dialect = .acedata, settings: String = "", more: String = "",
        window: Int = 100_000
    ) throws {
        try self.init(server.url, dialect, settings: settings, more: more, window: window)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    var vaultFile: String { folder + "/data/diwan/vault.db" }

    /// Writes a file of the person's and gives its whole path.
    @discardableResult
    func write(_ text: String, to name: String) throws -> String { try write(Array(text.utf8), to: name) }

    @discardableResult
    func write(_ bytes: [UInt8], to name: String) throws -> String {
        let path = folder + "/" + name
        try Data(bytes).write(to: URL(filePath: path))
        return path
    }

    // MARK: - Commands

    func start(
        _ arguments: [String], input: RunningProgram.Input = .nothing, terminal: Bool = false,
        environment: [String: String] = [:]
    ) throws -> RunningProgram {
        try RunningProgram(
            Binary.path, arguments, environment: variables.merging(environment) { $1 }, input: input,
            terminal: terminal)
    }

    @discardableResult
    func diwan(
        _ arguments: String..., input: RunningProgram.Input = .nothing, environment: [String: String] = [:]
    ) async throws -> Ended {
        try await end(start(arguments, input: input, environment: environment))
    }

    /// A line of shell that runs `diwan` as it runs here.
    func commandLine(_ arguments: String...) -> String {
        let settings = variables.map { "\($0.key)='\($0.value)'" }.joined(separator: " ")
        return "env \(settings) '\(Binary.path)' " + arguments.joined(separator: " ")
    }

    /// Runs a line of shell in which `diwan` is the binary.
    func shell(_ line: String) async throws -> Ended {
        let program = try RunningProgram(
            "/bin/sh", ["-c", "diwan() { '\(Binary.path)' \"$@\"; }\n" + line], environment: variables)
        return try await end(program)
    }

    func end(_ program: RunningProgram, within timeout: Duration = .seconds(60)) async throws -> Ended {
        let said = try await program.end(within: timeout)
        let ended = Ended(code: said.exitCode ?? -1, output: said.outputText, errors: said.errorText)
        #expect(!ended.output.contains(Home.key) && !ended.errors.contains(Home.key), "the key was shown")
        return ended
    }

    // MARK: - What the vault holds

    /// The path of a thread, as `show --json` has it.
    func path(_ thread: String = "@") async throws -> [JSON] {
        let shown = try await diwan("show", thread, "--json")
        #expect(shown.code == 0, "\(shown.errors)")
        return try shown.json["messages"]?.array ?? []
    }

    /// The words on the path of a thread.
    func words(_ thread: String = "@") async throws -> [String] {
        try await path(thread).map { $0["text"]?.string ?? "" }
    }

    /// A call, as `call --json` has it.
    func call(_ name: String = "@") async throws -> JSON {
        let shown = try await diwan("call", name, "--json")
        #expect(shown.code == 0, "\(shown.errors)")
        return try shown.json
    }

    /// Re-derives every invariant of the vault.
    func expectSound(_ location: SourceLocation = #_sourceLocation) async throws {
        let checked = try await diwan("doctor")
        #expect(checked.code == 0, "\(checked.output)\(checked.errors)", sourceLocation: location)
    }

    /// Looks for the key in every file below the home but the configuration's environment.
    func expectKeyNowhere(_ location: SourceLocation = #_sourceLocation) throws {
        let files = FileManager.default.enumerator(atPath: folder)
        while let name = files?.nextObject() as? String {
            guard let data = FileManager.default.contents(atPath: folder + "/" + name) else { continue }
            #expect(data.range(of: Data(Home.key.utf8)) == nil, "the key is in \(name)", sourceLocation: location)
        }
    }
}

/// The program under test.
enum Binary {
    /// `DIWAN_BINARY`, else what was built beside the tests.
    static let path: String = {
        if let named = ProcessInfo.processInfo.environment["DIWAN_BINARY"] { return named }
        let own =
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
        var folder = URL(filePath: own).deletingLastPathComponent()
        while folder.path.count > 1 {
            for place in ["diwan", "debug/diwan"] {
                let candidate = folder.appending(path: place).path
                var isFolder: ObjCBool = false
                if FileManager.default.fileExists(atPath: candidate, isDirectory: &isFolder), !isFolder.boolValue {
                    return candidate
                }
            }
            folder.deleteLastPathComponent()
        }
        return "diwan"
    }()
}
