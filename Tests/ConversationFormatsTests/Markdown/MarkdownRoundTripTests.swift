import ConversationStorage
import Conversations
import Testing

@testable import ConversationFormats

struct MarkdownRoundTripTests {
    /// What a document can hold of a thread.
    private func expected(_ thread: ThreadRecord, branches: Bool) -> ThreadRecord {
        var thread = thread
        if !branches { thread.messages = thread.tipPath }
        let called = Set(thread.messages.compactMap(\.callID))
        let messages = Set(thread.messages.map(\.id))
        thread.calls = thread.calls.filter { called.contains($0.id) }.map { call in
            var call = call
            call.body = nil
            if let question = call.questionID, !messages.contains(question) { call.questionID = nil }
            return call
        }
        return sorted(thread)
    }

    private func sorted(_ thread: ThreadRecord) -> ThreadRecord {
        var thread = thread
        thread.messages.sort { $0.id.description < $1.id.description }
        thread.calls.sort { $0.id.description < $1.id.description }
        return thread
    }

    @Test(arguments: [false, true], [0, 100, 200, 300] as [UInt64])
    func `words, roles, parameters and branches come back exactly`(branches: Bool, seed: UInt64) async throws {
        for seed in seed..<seed + 100 {
            let thread = RandomThread(seed: seed)
            let document = try await WrittenDocument.of(
                [thread.record], MarkdownWriter(includesBranches: branches), thread.attachments)
            let read = try await ReadDocument.of(DocumentSource("a.md", document.text), MarkdownReader())
            let back = try #require(read.threads.first)
            guard sorted(back) == expected(thread.record, branches: branches), read.notes.isEmpty else {
                let wanted = expected(thread.record, branches: branches)
                let changed = zip(wanted.messages, sorted(back).messages).first { $0 != $1 }
                Issue.record("seed \(seed): \(read.notes) \(String(describing: changed))\n\(document.text)")
                return
            }
        }
    }

    @Test func `attachments are files beside the document where there is a folder`() async throws {
        let thread = try #require(
            (1..<99).map { RandomThread(seed: $0) }.first { $0.record.tipPath.contains { !$0.parts.blobs.isEmpty } })
        let document = try await WrittenDocument.of(
            [thread.record], MarkdownWriter(includesBranches: true), thread.attachments, hasFiles: true)
        #expect(!document.placed.isEmpty && !document.text.contains("base64"))
        var files = document.placed
        files["a.md"] = document.bytes
        let folder = Dictionary(uniqueKeysWithValues: files.map { ("notes/" + $0.key, $0.value) })
        let read = try await ReadDocument.of(DocumentSource(folder), MarkdownReader())
        #expect(read.notes.isEmpty)
        #expect(sorted(read.threads[0]) == expected(thread.record, branches: true))
        #expect(Set(read.kept.values) == Set(document.placed.values))
    }

    @Test func `a document says what it leaves out`() async throws {
        var thread = RandomThread(seed: 0).record
        let first = MessageRecord(
            id: MessageID(at: Timestamp(milliseconds: 1)), parentID: nil, role: .user, parts: [.text("a")],
            createdAt: Timestamp(milliseconds: 0))
        var second = first
        second.id = MessageID(at: Timestamp(milliseconds: 2))
        thread.messages = [first, second]
        thread.calls = []
        thread.tipID = second.id
        let document = try await WrittenDocument.of([thread], MarkdownWriter(includesBranches: false))
        #expect(document.leftOut.sorted.map(\.what) == ["messages on other branches than the tip's"])
    }

    @Test func `a document that an editor saved with CR LF is the same thread`() async throws {
        let thread = plainThread(["a question\nof two lines", "an answer\n\n```\ncode\n```"])
        let document = try await WrittenDocument.of([thread], MarkdownWriter(includesBranches: false))
        let saved = document.text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n")
        let read = try await ReadDocument.of(DocumentSource("a.md", saved), MarkdownReader())
        #expect(read.threads == [thread])
    }
}

/// A thread of questions and answers by turns.
func plainThread(_ texts: [String]) -> ThreadRecord {
    var thread = ThreadRecord(
        id: ThreadID(derivedFrom: ["test"]), title: "A thread", createdAt: Timestamp(milliseconds: 1_000),
        activeAt: Timestamp(milliseconds: 2_000))
    for (index, text) in texts.enumerated() {
        thread.messages.append(
            MessageRecord(
                id: MessageID(derivedFrom: ["test", "\(index)"]), parentID: thread.messages.last?.id,
                role: index % 2 == 0 ? .user : .assistant, parts: [.text(text)],
                createdAt: Timestamp(milliseconds: 1_000 + Int64(index))))
    }
    thread.tipID = thread.messages.last?.id
    return thread
}
