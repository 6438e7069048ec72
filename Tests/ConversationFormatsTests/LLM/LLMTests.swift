import ConversationFormats
import Conversations
import Foundation
import GRDB
import OrderedJSON
import Testing

@Suite struct LLMTests {
    private static let databases = [
        "logs-llm-0.10.db", "logs-llm-0.19.1.db", "logs-llm-0.26.db", "logs-llm-0.26-migrated-to-0.36.db",
        "logs-llm-0.36.db",
    ]

    @Test(.enabled(if: ExportExpectations.folder != nil, ExportExpectations.skipReason), arguments: databases)
    func `a database of every generation agrees with Python's count`(_ name: String) async throws {
        try await ProgramExpectations.check(try file(name), format: "llm", with: LLMReader())
    }

    @Test(.enabled(if: ExportExpectations.folder != nil, ExportExpectations.skipReason))
    func `every generation gives the same words, and a database after its upgrade the same messages`() async throws {
        var readings: [[ForeignConversation]] = []
        for name in Self.databases { readings.append(try await read(try file(name)).conversations) }
        func words(_ conversations: [ForeignConversation]) -> Set<[String]> {
            Set(conversations.map { $0.messages.map { "\($0.role.name): \($0.parts.text)" } })
        }
        let first = words(readings[0])
        #expect(first.count == 33)
        for reading in readings { #expect(words(reading).isSuperset(of: first)) }
        #expect(words(readings[2]) == words(readings[4]))
        // Ids and content alike: what is imported before an upgrade is known after it.
        #expect(readings[2].map(\.id) == readings[3].map(\.id))
        #expect(readings[2].map { $0.messages.map(\.id) } == readings[3].map { $0.messages.map(\.id) })
        #expect(readings[2].map { $0.messages.map(\.parts) } == readings[3].map { $0.messages.map(\.parts) })
        for conversation in readings.joined() {
            #expect(Set(conversation.messages.map(\.id)).count == conversation.messages.count)
        }
    }

    @Test func `old rows keep tools, pictures, options, counts, bodies and dates`() async throws {
        try await withDatabase("llm-a9.sql") { path in
            let reading = try await read(URL(filePath: path))
            try #require(reading.conversations.map(\.title) == ["no conversation", "High tide?"])
            let tides = reading.conversations[1]
            try #require(tides.messages.count == 5)
            #expect(tides.title == "High tide?")
            #expect(tides.messages.map(\.role.name) == ["system", "user", "assistant", "tool", "assistant"])
            let picture: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A]
            #expect(
                tides.messages[1].parts == [
                    .text("High tide?"),
                    .image(MessageMedia(source: .blob(BlobDigest(of: picture)), mediaType: "image/png")),
                ])
            #expect(tides.messages[2].parts.toolCalls.map(\.arguments) == [#"{"harbour": "Brest"}"#])
            #expect(tides.messages[3].parts == [.toolResult(ToolResult(callID: "call_1", output: "05:41"))])
            #expect(tides.messages[4].parts.text == "Sorry é😀")
            let answer = try #require(tides.messages[2].answer)
            #expect(answer.usage == TokenUsage(input: 9, output: 3))
            #expect(answer.modelReported == "gpt-4o-mini-2024-07-18")
            #expect(answer.sentAt?.milliseconds == 1_746_093_600_123)
            #expect(answer.finishedAt?.milliseconds == 1_746_093_600_935)
            #expect(answer.body == Array(#"{"id":"chatcmpl-1","finish_reason":"stop"}"#.utf8))
            #expect(tides.messages[2].finishReason == "stop")
            let alone = try #require(reading.conversations[0].messages.last?.answer)
            #expect(alone.parameters.temperature == 0.5)
        }
    }

    @Test func `new rows keep the chain from its beginning, with both turns' calls`() async throws {
        try await withDatabase("llm-aa.sql") { path in
            let thread = try await read(URL(filePath: path)).conversations[0]
            try #require(thread.messages.map(\.role.name) == ["system", "user", "assistant", "user", "assistant"])
            #expect(thread.messages.map(\.parts.text)[2...] == ["Answer é😀", "And tomorrow?", "Answer é😀"])
            #expect(
                thread.messages.compactMap(\.answer?.callID) == [
                    "01m81tp3b47s2rpdwabs328dzt", "01m81tp3b9x5j81wp2q4nygw9x",
                ])
            #expect(thread.messages[2].finishReason == "stop")
            #expect(thread.currentMessageID == thread.messages[4].id)
        }
    }

    @Test func `a conversation that old tables began and new ones go on with is one, each message once`() async throws {
        try await withDatabase("llm-a9.sql") { path in
            let before = try #require(try await read(URL(filePath: path)).conversations.last)
            try await DatabaseQueue(path: path).write { database in
                try database.execute(sql: Self.continuation)
            }
            let after = try #require(try await read(URL(filePath: path)).conversations.last)
            #expect(after.id == before.id)
            try #require(after.messages.count == before.messages.count + 2)
            #expect(after.messages.prefix(5).map(\.id) == before.messages.map(\.id))
            #expect(after.messages[1].parts == before.messages[1].parts)
            #expect(after.messages[5].parent == .message(before.messages[4].id ?? ""))
            #expect(after.currentMessageID == after.messages[6].id)
            // What condense-json took out stands again where it was.
            let body = try JSON(parsing: try #require(after.messages[6].answer?.body))
            #expect(body["choices"]?[0]?["message"]?["content"]?.string == "<" + Self.answer + ">")
        }
    }

    @Test func `a second call with the same words is a message of its own`() async throws {
        try await withDatabase("llm-aa.sql") { path in
            try await DatabaseQueue(path: path).write { database in
                try database.execute(
                    sql: "INSERT INTO turns SELECT '01zzz', thread_id, parent_message_hash, tip_message_hash, model, "
                        + "resolved_model, options_json, schema_id, 7, 8, token_details, duration_ms, datetime_utc, "
                        + "response_json FROM turns WHERE id = '01m81tp3b9x5j81wp2q4nygw9x'")
            }
            let thread = try await read(URL(filePath: path)).conversations[0]
            try #require(thread.messages.count == 6)
            #expect(thread.messages[5].parent == thread.messages[4].parent)
            #expect(thread.messages[5].answer?.usage == TokenUsage(input: 7, output: 8))
        }
    }

    @Test func `words with a zero in them are whole`() async throws {
        try await withDatabase("llm-a9.sql") { path in
            try await DatabaseQueue(path: path).write { database in
                try database.execute(
                    sql:
                        "UPDATE responses SET response = CAST(x'610062' AS TEXT) WHERE id = '01hzzzzzzzzzzzzzzzzzzzzzr3'"
                )
            }
            let reading = try await read(URL(filePath: path))
            #expect(reading.conversations[0].messages.last?.parts.text == "a\u{0}b")
        }
    }

    @Test func `a database in a folder that cannot be written to is read, its log too`() async throws {
        try await withDatabase("llm-a9.sql") { path in
            let folder = (path as NSString).deletingLastPathComponent
            let queue = try DatabaseQueue(path: path)
            try await queue.writeWithoutTransaction { database in
                try database.execute(sql: "PRAGMA journal_mode = WAL")
                try database.execute(sql: "UPDATE conversations SET name = 'in the log'")
            }
            let copy = folder + "/copy"
            try FileManager.default.createDirectory(atPath: copy, withIntermediateDirectories: true)
            for suffix in ["", "-wal"] {
                try FileManager.default.copyItem(atPath: path + suffix, toPath: copy + "/logs.db" + suffix)
            }
            try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: copy)
            defer { try? FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: copy) }
            let reading = try await read(URL(filePath: copy + "/logs.db"))
            #expect(reading.conversations[1].title == "in the log")
            try queue.close()
        }
    }

    @Test func `damage is survived`() async throws {
        try await withDatabase("llm-a9.sql") { path in
            let bytes = Array(try Data(contentsOf: URL(filePath: path)))
            for (number, variant) in Damage.variants(of: bytes, count: 60, seed: 3).enumerated() {
                let damaged = try write(variant, to: path + "-\(number)")
                let source = try FileSource(path: damaged)
                _ = LLMReader.recognize(source)
                do { _ = try await ExportReading.of(source, with: LLMReader()) } catch is FormatError {}
            }
        }
    }

    @Test func `a circle of messages ends`() async throws {
        try await withDatabase("llm-aa.sql") { path in
            try await DatabaseQueue(path: path).write { database in
                try database.execute(
                    sql:
                        "UPDATE messages SET parent_hash = 'b2:aec7b326606d040357d35bfff15d9c42' WHERE parent_hash IS NULL"
                )
            }
            let reading = try await read(URL(filePath: path))
            #expect(reading.messageCount >= 5)
            #expect(!reading.notes(.lost).isEmpty)
        }
    }

    // MARK: - Databases

    private static let answer = String(repeating: "The tide comes at 06:30. ", count: 4)

    private static var continuation: String {
        """
        CREATE TABLE threads(id TEXT PRIMARY KEY, name TEXT, tip_message_hash TEXT, forked_from TEXT, datetime_utc TEXT);
        CREATE TABLE turns(id TEXT PRIMARY KEY, thread_id TEXT, parent_message_hash TEXT, tip_message_hash TEXT, model TEXT,
          input_tokens INTEGER, output_tokens INTEGER, duration_ms INTEGER, datetime_utc TEXT, response_json TEXT);
        CREATE TABLE messages(hash TEXT PRIMARY KEY, parent_hash TEXT, role TEXT, provider_metadata TEXT);
        CREATE TABLE parts(id INTEGER PRIMARY KEY, message_hash TEXT, position INTEGER, type TEXT, tool_name TEXT, text TEXT,
          payload TEXT);
        INSERT INTO messages VALUES ('1', NULL, 'system', NULL), ('2', '1', 'user', NULL), ('3', '2', 'assistant', NULL),
          ('4', '3', 'tool', NULL), ('5', '4', 'assistant', NULL), ('6', '5', 'user', NULL), ('7', '6', 'assistant', NULL);
        INSERT INTO parts(message_hash, position, type, tool_name, text, payload) VALUES
          ('1', 0, 'text', NULL, 'Be terse', NULL), ('2', 0, 'text', NULL, 'High tide?', NULL),
          ('3', 0, 'text', NULL, '05:41', NULL),
          ('3', 1, 'tool_call', 'lookup_tide', NULL,
            '{"name": "lookup_tide", "arguments": {"harbour": "Brest"}, "tool_call_id": "call_1"}'),
          ('4', 0, 'tool_result', 'lookup_tide', NULL,
            '{"name": "lookup_tide", "output": "05:41", "tool_call_id": "call_1"}'),
          ('5', 0, 'text', NULL, 'Sorry é😀', NULL), ('6', 0, 'text', NULL, 'And tomorrow?', NULL),
          ('7', 0, 'text', NULL, '\(answer)', NULL);
        INSERT INTO threads VALUES ('01hzzzzzzzzzzzzzzzzzzzzzz1', 'High tide?', '7', NULL, '2026-08-04 10:00:00+00:00');
        INSERT INTO turns VALUES ('01zz', '01hzzzzzzzzzzzzzzzzzzzzzz1', '6', '7', 'new-model', 1, 2, 3,
          '2026-08-04T10:00:00+00:00',
          '{"choices": [{"message": {"content": {"$r": ["<", {"$": "0.0.text"}, ">"]}}, "finish_reason": "stop"}]}');
        """
    }

    private func withDatabase(_ script: String, _ body: (String) async throws -> Void) async throws {
        let sql = String(decoding: try ExportExpectations.fixture(script), as: UTF8.self)
        try await withFolder { folder in
            let path = folder + "/logs.db"
            let queue = try DatabaseQueue(path: path)
            try await queue.write { try $0.execute(sql: sql) }
            try queue.close()
            try await body(path)
        }
    }

    private func file(_ name: String) throws -> URL {
        try #require(ExportExpectations.folder).appending(path: "llm-logs-db/\(name)")
    }

    private func read(_ file: URL) async throws -> ExportReading {
        try await ExportReading.of(try FileSource(path: file.path(percentEncoded: false)), with: LLMReader())
    }
}
