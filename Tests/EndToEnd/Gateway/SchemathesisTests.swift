import Foundation
import TestSupport
import Testing

/// Schemathesis makes requests after `/openapi.json`, right ones and wrong ones, and follows what it is answered.
///
/// `DIWAN_TEST_PYTHON` is a folder of virtual environments (`Scripts/python-environments`).
@Suite(.enabled(if: PythonEnvironments.folder != nil, "DIWAN_TEST_PYTHON is not set"))
struct SchemathesisTests {
    private static let checks = [
        "not_a_server_error", "status_code_conformance", "content_type_conformance", "response_headers_conformance",
        "response_schema_conformance",
    ]

    @Test func `no request after the description is answered in another way, and none is too much`() async throws {
        let model = try ScriptedModel()
        defer { model.stop() }
        try await ServedHome.with(upstream: model.url, dialect: "chat") { served in
            let folder = try #require(PythonEnvironments.folder)
            let document = try await served.ask("GET", "/openapi.json").body
            let file = try served.home.write(document, to: "openapi.json")
            let valid = try await Self.run("\(folder)/schemathesis/bin/openapi-spec-validator", [file], served.home)
            #expect(valid.exitCode == 0, "\(valid.outputText)")
            let tried = try await Self.run(
                "\(folder)/schemathesis/bin/schemathesis",
                [
                    "run", served.url + "/openapi.json", "--checks", Self.checks.joined(separator: ","), "--seed", "1",
                    "--max-time", "30", "--generation-database", "none", "--no-color", "--warnings", "off",
                ], served.home)
            #expect(tried.exitCode == 0, "\(tried.outputText)")
            // All that is described was tried.
            let counts = try #require(tried.outputText.firstMatch(of: /Selected: (\d+)\/(\d+)\s+Tested: (\d+)/))
            #expect(counts.1 == counts.2 && counts.2 == counts.3)
            #expect(!served.serving.errors.contains("request failed"))
        }
    }

    /// Runs a program in a home, where it may leave what it likes.
    private static func run(
        _ program: String, _ arguments: [String], _ home: Home
    ) async throws -> RunningProgram.Transcript {
        try await RunningProgram(
            "/bin/sh", ["-c", "cd \"$HOME\" && exec \"$@\"", "sh", program] + arguments,
            environment: ["PATH": "/usr/bin:/bin", "HOME": home.folder, "LANG": "C.UTF-8"]
        ).end(within: .seconds(150))
    }
}
