import Foundation
import OrderedJSON
import TestSupport
import Testing

/// Conversations that were never made for these tests. They lie outside of the project.
enum RealData {
    static let skipReason: Comment =
        "DIWAN_TEST_DATA does not name the folder of other people's conversations: tests on those are skipped"

    static var folder: String? {
        guard let path = ProcessInfo.processInfo.environment["DIWAN_TEST_DATA"] else { return nil }
        return FileManager.default.fileExists(atPath: path + "/mtbench") ? path : nil
    }

    /// Whether the program under test is an optimized build, which does in seconds what a debug build does in minutes:
    /// `swift test -c release -Xswiftc -enable-testing`, or `DIWAN_BINARY=.build/release/diwan swift test`.
    static var isRelease: Bool { !_isDebugAssertConfiguration() || Binary.path.contains("/release/") }

    private static let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()

    /// A script beside the tests.
    static func script(_ name: String, of target: String = "EndToEnd") -> String {
        tests.appending(path: "\(target)/Fixtures/\(name)").path(percentEncoded: false)
    }

    /// Runs a line of shell in which `python3` reads what no importer of ours read: `$1` and so on are the arguments.
    static func shell(_ line: String, _ arguments: [String]) async throws -> String {
        let program = try RunningProgram(
            "/bin/sh", ["-c", line, "sh"] + arguments, environment: ProcessInfo.processInfo.environment)
        let said = try await program.end(within: .seconds(300))
        #expect(said.exitCode == 0, "\(said.errorText)")
        return said.outputText
    }

    /// Imports a file twice: the first time all is new, the second time nothing is.
    ///
    /// - Parameter isWhole: whether nothing is lost of it, so that the command ends with 0.
    /// - Returns: how many threads and messages came in.
    @discardableResult
    static func importTwice(
        _ file: String, into home: Home, isWhole: Bool = true
    ) async throws -> (threads: Int, messages: Int) {
        func report() async throws -> JSON {
            let ended = try await home.end(home.start(["import", file, "--json"]), within: .seconds(300))
            #expect(ended.code == (isWhole ? 0 : 65), "\(file): \(ended.errors)")
            return try ended.json
        }
        let first = try await report()
        #expect((first["lost"]?.array?.isEmpty == true) == isWhole, "\(file)")
        let threads = try #require(first["threads"]?["new"]?.int)
        let messages = try #require(first["messages"]?["new"]?.int)
        #expect(first["threads"]?["known"] == 0 && first["messages"]?["known"] == 0, "\(file)")
        let second = try await report()
        #expect(second["threads"]?["new"] == 0 && second["threads"]?["known"]?.int == threads, "\(file)")
        #expect(second["messages"]?["new"] == 0 && second["messages"]?["known"]?.int == messages, "\(file)")
        _ = try await digest(of: home)
        return (threads, messages)
    }

    /// What the vault holds, in one number; a vault that is not sound fails here.
    static func digest(of home: Home) async throws -> String {
        let checked = try await home.end(home.start(["doctor", "--json"]), within: .seconds(300))
        #expect(checked.code == 0, "\(checked.output)")
        return try #require(checked.json["digest"]?.string)
    }

    /// Expects that by Python's reading the original and the vault say the same.
    static func expectSame(_ comparison: String, as imported: (threads: Int, messages: Int)) throws {
        let found = try JSON(parsing: comparison)
        #expect(found["differences"] == [])
        #expect(found["original"] == found["vault"])
        #expect(found["original"]?["threads"]?.int == imported.threads)
        #expect(found["original"]?["messages"]?.int == imported.messages)
    }
}
