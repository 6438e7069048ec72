import Foundation
import OrderedJSON
import TestSupport
import Testing

/// The calls that OpenAI's own Python SDK makes, unmodified, against the service: the rows of `Fixtures/sdk/rows.py`.
///
/// `DIWAN_TEST_PYTHON` is a folder of virtual environments (`Scripts/python-environments`).
@Suite(.enabled(if: PythonEnvironments.folder != nil, "DIWAN_TEST_PYTHON is not set"))
struct SDKTests {
    @Test(arguments: PythonEnvironments.sdkVersions, ["chat", "responses", "acedata"])
    func `every call of the SDK passes`(version: String, dialect: String) async throws {
        let model = try ScriptedModel()
        defer { model.stop() }
        try await ServedHome.with(upstream: model.url, dialect: dialect) { served in
            let rows = try await served.python(
                environment: "openai-\(version)", script: "sdk/rows.py", arguments: [served.url, model.url, dialect])
            let results = rows.split(separator: "\n").compactMap { try? JSON(parsing: String($0)) }
            #expect(results.count == 33)
            for result in results where result["ok"]?.bool != true {
                Issue.record("\(result["row"]?.string ?? "?"): \(result["why"]?.string ?? "?")")
            }
        }
    }
}

/// The virtual environments of programs that speak the API.
enum PythonEnvironments {
    static let folder = ProcessInfo.processInfo.environment["DIWAN_TEST_PYTHON"]
    static let sdkVersions = ["1.109.1", "2.54.0", "3.54.0"]
}
