import Conversations
import Foundation
import GRDB
import Testing

@testable import ConversationStorage

/// A vault in a folder of its own, gone after the test.
struct TestVault: Sendable {
    let folder: String
    let vault: Vault

    var file: String { vault.file }

    /// Runs a test with a new vault; afterwards everything in it has to agree.
    static func with(
        agreesAfter: Bool = true, _ body: (TestVault) async throws -> Void,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        try await withFolder { folder in
            let test = try TestVault(folder: folder, vault: .open(folder + "/vault.db"))
            try await body(test)
            if agreesAfter { try await test.expectAgreement(sourceLocation: sourceLocation) }
            test.vault.close()
        }
    }

    static func withFolder(_ body: (String) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.path + "/diwan-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        defer {
            chmod(folder, 0o700)
            try? FileManager.default.removeItem(atPath: folder)
        }
        try await body(folder)
    }

    /// Doctor finds nothing, and neither does FTS5's own check of the inside of its index.
    func expectAgreement(sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let found = try await vault.examine().findings
        #expect(
            found.isEmpty, "\(found.map { "\($0.kind): \($0.subject) \($0.detail)" })", sourceLocation: sourceLocation)
        try await vault.write { database in
            for index in ["message_search", "thread_search"] {
                try database.run("INSERT INTO \(index) (\(index)) VALUES ('integrity-check')")
            }
        }
    }

    // MARK: - Writing

    func newThread(_ title: String? = nil, tags: [String] = []) async throws -> ThreadID {
        try await vault.create(NewThread(id: ThreadID(at: .test()), title: title, tags: tags, createdAt: .test())).id
    }

    /// Writes a message without a call.
    @discardableResult
    func append(
        _ text: String, after parent: MessageID?, in thread: ThreadID, role: Role = .user
    ) async throws -> MessageID {
        try await append([.text(text)], after: parent, in: thread, role: role)
    }

    @discardableResult
    func append(
        _ parts: [MessagePart], after parent: MessageID?, in thread: ThreadID, role: Role = .user
    ) async throws -> MessageID {
        let id = MessageID(at: .test())
        // Without waiting for the disk: no test of what is said cuts the power.
        try await vault.write(surviving: .process) { database in
            let place = try parent.map { try #require(try database.place(of: $0)) }
            _ = try database.append(
                NewMessage(id: id, role: role, parts: parts, createdAt: .test()), after: place,
                inThread: database.threadRow(thread).row)
        }
        return id
    }

    /// Asks a question and writes its answers down, as a whole call.
    @discardableResult
    func ask(
        _ text: String, after parent: MessageID?, in thread: ThreadID, answers: [String] = ["An answer."],
        attachments: [MessagePart] = [], instructions: String? = nil, title: String? = nil, body: [UInt8]? = nil
    ) async throws -> Exchange {
        let call = NewCall.test(
            [.text(text)] + attachments, after: parent, in: thread, tip: try await vault.thread(thread).tipID,
            instructions: instructions, title: title)
        let begun = try await vault.begin(call)
        try await vault.markSent(call.id, requestDigest: [UInt8](repeating: 1, count: 32), at: .test())
        let messages = answers.enumerated().map { choice, text in
            NewMessage(
                id: MessageID(at: .test()), role: .assistant, parts: [.text(text)], choice: choice,
                finishReason: "stop", createdAt: .test())
        }
        let moved = try await vault.finish(
            call.id,
            CallOutcome(
                status: .complete, answers: messages, body: body ?? Array("{\"all\":\"\(answers.joined())\"}".utf8),
                finishedAt: .test()))
        return Exchange(
            call: call.id, question: try #require(begun.questionID), answers: messages.map(\.id),
            movedTip: begun.movedTip && moved)
    }

    struct Exchange: Sendable {
        let call: CallID
        let question: MessageID
        let answers: [MessageID]
        let movedTip: Bool
    }

    // MARK: - Looking and interfering

    /// Runs SQL as some other tool would, with no rules kept.
    func interfere(_ sql: String) async throws {
        try await vault.write { database in
            try database.run("PRAGMA defer_foreign_keys = ON")
            try database.execute(sql: sql)
        }
    }

    /// As ``interfere(_:)``, from a connection that knows no foreign keys.
    func vandalise(_ sql: String) throws {
        var configuration = Configuration()
        configuration.foreignKeysEnabled = false
        configuration.prepareDatabase { $0.add(tokenizer: DiwanTokenizer.self) }
        let queue = try DatabaseQueue(path: file, configuration: configuration)
        try queue.writeWithoutTransaction { try $0.execute(sql: sql) }
        try queue.close()
    }

    func row(of message: MessageID) async throws -> Int64 {
        try await vault.read { database in try #require(try database.place(of: message)).row }
    }

    func count(_ sql: String) async throws -> Int {
        try await vault.read { database in Int(try database.first(sql, value: { $0.integer(0) }) ?? -1) }
    }
}

extension Vault {
    static func open(_ file: String, for access: Access = .writing) throws -> Vault {
        try Vault(file: file, for: access)
    }
}

extension Timestamp {
    /// Moments of a test: each later than the last.
    static func test() -> Timestamp {
        Timestamp(milliseconds: 1_800_000_000_000 + Int64(Date().timeIntervalSince1970 * 1000) % 1_000_000_000)
    }
}

extension NewCall {
    static func test(
        _ question: [MessagePart], after parent: MessageID?, in thread: ThreadID, tip: MessageID?,
        instructions: String? = nil, title: String? = nil
    ) -> NewCall {
        NewCall(
            id: CallID(at: .test()), place: .thread(thread, tip: tip), parent: parent,
            question: question.isEmpty
                ? [] : [NewMessage(id: MessageID(at: .test()), role: .user, parts: question, createdAt: .test())],
            title: title, upstream: "test", dialect: .chat, modelRequested: "m", modelSent: "m",
            parameters: CallParameters(), instructions: instructions, plan: .whole(messageCount: 1, mode: .auto),
            queuedAt: .test())
    }
}
