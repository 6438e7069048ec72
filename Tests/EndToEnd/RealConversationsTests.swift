import Foundation
import OrderedJSON
import TestSupport
import Testing

/// Real conversations through the whole program: what the vault then holds, read by Python's sqlite3, against what the
/// original holds, read by Python's json: threads, messages, roles, models, every byte of text and every parent.
@Suite(.serialized, .enabled(if: RealData.folder != nil, RealData.skipReason))
struct RealConversationsTests {
    private static let lines = RealData.script("diwan-lines.py")
    private static let comparison = RealData.script("vault-comparison.py")

    private func home() throws -> Home { try Home("http://127.0.0.1:9") }

    /// Writes the data set as Diwan's lines, imports it twice and compares.
    private func bringIn(
        _ name: String, into home: Home, every: Int? = nil
    ) async throws -> (threads: Int, messages: Int) {
        let folder = try #require(RealData.folder)
        let file = home.folder + "/\(name).jsonl"
        let share = every.map { ["\($0)"] } ?? []
        _ = try await RealData.shell(
            "to=$1; shift; python3 \"$@\" > \"$to\"", [file, Self.lines, name, folder] + share)
        let imported = try await RealData.importTwice(file, into: home)
        try RealData.expectSame(
            await RealData.shell("python3 \"$@\"", [Self.comparison, name, folder, home.vaultFile] + share),
            as: imported)
        return imported
    }

    @Test(
        arguments: [
            ("vicuna", 80, 730), ("mt-bench-101", 1388, 8416), ("oasst", 524, 1961), ("kdconv-zh", 900, 19_058),
        ])
    func `what is in no format of ours comes in whole as Diwan's own lines, and once`(
        name: String, threads: Int, messages: Int
    ) async throws {
        let imported = try await bringIn(name, into: home())
        #expect(imported == (threads, messages))
    }

    @Test func `the answers of 32 models to a question are siblings, each the beginning of an arm with its name`()
        async throws
    {
        let home = try home()
        // Eighty questions of two turns, and thirty of them with the answer held to be right.
        #expect(try await bringIn("mtbench", into: home) == (110, 80 * (1 + 32 * 3) + 30 * 4))
        let listed = try await home.diwan("list", "--all", "--json").output.split(separator: "\n")
        let threads = try listed.map { try JSON(parsing: String($0)) }
        let wide = threads.filter { $0["message_count"] == 97 }
        #expect(wide.count == 80)
        #expect(wide.allSatisfy { $0["branch_count"] == 32 })
        let folder = try #require(RealData.folder) + "/mtbench/mt_bench/model_answer"
        let models = try FileManager.default.contentsOfDirectory(atPath: folder).map {
            $0.replacing(".jsonl", with: "").replacing("rwkv-4-raven-14b", with: "RWKV-4-Raven-14B")
        }
        #expect(models.count == 32)
        let handle = try #require(wide.first?["handle"]?.string)
        for model in models {
            let arm = try await home.diwan("show", "\(handle):\(model)", "--all", "--json")
            let messages = try #require(try arm.json["messages"]?.array, "\(model): \(arm.errors)")
            #expect(messages.map { $0["role"]?.string } == ["user", "assistant", "user", "assistant"], "\(model)")
            #expect(messages.last?["label"]?.string == model)
            #expect(messages[1]["parent_id"] == messages[0]["id"])
        }
        let found = try await home.diwan("search", "model:rwkv*", "thread:\(handle)", "--json").output
        #expect(found.contains(#""model":"RWKV-4-Raven-14B""#))
    }

    /// In a debug build the whole of it would take minutes; one of every 32 chats is 224 of them.
    @Test(.enabled(if: !RealData.isRelease, "a release build brings in all of them"))
    func `of 7168 dated chats one in 32 comes in whole with its dates, and once`() async throws {
        let imported = try await bringIn("chitchat-byu", into: home(), every: 32)
        #expect(imported.threads == 224)
    }

    @Test(.enabled(if: RealData.isRelease, "all 258,145 messages take minutes unoptimized; one chat in 32 comes in"))
    func `7168 chats with their 258145 dated messages come in whole, and once`() async throws {
        #expect(try await bringIn("chitchat-byu", into: home()) == (7168, 258_145))
    }

    @Test(arguments: [
        ("sharegpt", "sharegpt-format/dummy_conversation.json"),
        ("openai", "openai-finetune-jsonl/toy_chat_fine_tuning.jsonl"),
        ("openai", "openai-finetune-jsonl/weather_chat_fine_tuning.jsonl"),
    ])
    func `training data comes in whole, and once`(format: String, path: String) async throws {
        let home = try home()
        let file = try #require(RealData.folder) + "/" + path
        let imported = try await RealData.importTwice(file, into: home)
        try RealData.expectSame(
            await RealData.shell("python3 \"$@\"", [Self.comparison, format, file, home.vaultFile]), as: imported)
    }
}
