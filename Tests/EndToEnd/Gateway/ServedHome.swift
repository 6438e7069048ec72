import Foundation
import OrderedJSON
import TestSupport
import Testing

/// A person's home with `diwan serve` running in it.
final class ServedHome: Sendable {
    let home: Home
    let serving: RunningProgram
    /// The service's address, without `/v1`.
    let url: String

    private init(home: Home, serving: RunningProgram, url: String) {
        self.home = home
        self.serving = serving
        self.url = url
    }

    static func with(
        upstream: String, dialect: String, more: String = "", arguments: [String] = [],
        work: (ServedHome) async throws -> Void
    ) async throws {
        let home = try Home(upstream, Home.Dialect(rawValue: dialect) ?? .chat, settings: "", more: more)
        let served = try await start(in: home, arguments: arguments)
        do {
            try await work(served)
        } catch {
            _ = try? await served.stop()
            throw error
        }
        let ended = try await served.stop()
        #expect(ended.code == 0, "\(ended.errors)")
        try await home.expectSound()
    }

    static func start(in home: Home, arguments: [String] = []) async throws -> ServedHome {
        let serving = try home.start(["serve", "--port", "0"] + arguments)
        try #require(await serving.says("OPENAI_BASE_URL="), "\(serving.errors)")
        let address = try #require(serving.output.firstMatch(of: /OPENAI_BASE_URL="?(http:\/\/[^\/"]+)\/v1/))
        return ServedHome(home: home, serving: serving, url: String(address.1))
    }

    func stop() async throws -> Ended {
        serving.signal(SIGTERM)
        return try await home.end(serving)
    }

    /// Runs a script of `Fixtures` in a virtual environment, and gives what it said.
    func python(environment: String, script: String, arguments: [String]) async throws -> String {
        let folder = try #require(PythonEnvironments.folder)
        let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Fixtures/\(script)").path
        let program = try RunningProgram(
            "\(folder)/\(environment)/bin/python", [file] + arguments,
            environment: ["PATH": "/usr/bin:/bin", "HOME": home.folder, "LANG": "C.UTF-8"])
        let said = try await program.end(within: .seconds(180))
        #expect(said.exitCode == 0, "\(said.errorText)")
        return said.outputText
    }
}
