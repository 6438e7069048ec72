import ConversationStorage
import Conversations
import Testing

@testable import ConversationFormats

struct EditedMarkdownTests {
    private let thread = plainThread(["first question", "first answer", "second question", "second answer"])

    private func read(_ edit: (String) -> String) async throws -> ReadDocument {
        let document = try await WrittenDocument.of([thread], MarkdownWriter(includesBranches: false))
        let edited = edit(document.text)
        #expect(edited != document.text)
        return try await ReadDocument.of(DocumentSource("a.md", edited), MarkdownReader())
    }

    /// What the vault has after the thread and then an edited document of it were brought in, twice.
    private func adopted(_ read: ReadDocument, _ look: (Vault, Adoption) async throws -> Void) async throws {
        try await withVault { vault in
            _ = try await vault.adopt([thread])
            let adoption = try await vault.adopt(read.threads)
            try await look(vault, adoption)
            let digest = try await vault.contentDigest()
            let again = try await vault.adopt(read.threads)
            #expect(again.newMessages == 0 && again.changedMessages == 0)
            #expect(try await vault.contentDigest() == digest)
        }
    }

    @Test func `a changed turn becomes a sibling in the same thread`() async throws {
        let read = try await read { $0.replacing("second question", with: "a better question") }
        try await adopted(read) { vault, adoption in
            #expect(adoption.knownThreads == 1 && adoption.newThreads == 0)
            #expect(adoption.knownMessages == 2 && adoption.changedMessages == 2)
            let texts = try await vault.messages(of: thread.id).map(\.text)
            #expect(texts.contains("second question") && texts.contains("a better question"))
            let siblings = try await vault.siblings(of: thread.messages[2].id)
            #expect(siblings.count == 2)
        }
    }

    @Test func `a turn that was added at the end goes on from the tip`() async throws {
        let read = try await read { $0 + "## User\n\na third question\n\n## Assistant\n\nits answer\n" }
        try await adopted(read) { vault, adoption in
            #expect(adoption.newMessages == 2 && adoption.changedMessages == 0)
            let tip = try #require(try await vault.thread(thread.id).tipID)
            let path = try await vault.path(to: tip)
            #expect(path.map(\.text).suffix(2) == ["a third question", "its answer"])
            #expect(path.map(\.role).suffix(2) == [.user, .assistant])
        }
    }

    @Test func `a turn that was taken out stays in the thread`() async throws {
        let read = try await read { text in
            let parts = text.split(separator: "<!-- diwan:message")
            return ([parts[0]] + parts[3...]).joined(separator: "<!-- diwan:message")
        }
        try await adopted(read) { vault, _ in
            let kept = Set(try await vault.messages(of: thread.id).map(\.id))
            #expect(kept.isSuperset(of: thread.messages.map(\.id)))
        }
    }

    @Test func `white space that an editor took from the ends changes nothing`() async throws {
        let read = try await read { text in
            var text = text
            while text.last == "\n" { text.removeLast() }
            return text
        }
        try await adopted(read) { _, adoption in #expect(adoption.changedMessages == 0 && adoption.newMessages == 0) }
    }

    @Test func `a turn whose comment was broken is a new one and said so`() async throws {
        let read = try await read { $0.replacing("\"role\":\"user\"", with: "\"role\":user", maxReplacements: 1) }
        #expect(read.notes.map(\.what) == ["a turn whose comment was changed: it is taken for a new one"])
        #expect(read.threads[0].messages.map { $0.parts.text } == thread.messages.map { $0.parts.text })
        try await adopted(read) { _, adoption in #expect(adoption.refusals == []) }
    }

    @Test func `a turn that was copied is a new one`() async throws {
        let read = try await read { text in
            let last = text.split(separator: "<!-- diwan:message").last ?? ""
            return text + "<!-- diwan:message" + last
        }
        try await adopted(read) { _, adoption in #expect(adoption.newMessages == 1 && adoption.refusals == []) }
    }

    @Test func `no damage ends the reader or breaks a record`() async throws {
        var dice = Dice(3)
        for seed in 1..<60 as Range<UInt64> {
            let random = RandomThread(seed: seed)
            let document = try await WrittenDocument.of([random.record], MarkdownWriter(includesBranches: true))
            var damaged = document.bytes
            for _ in 0..<4 where !damaged.isEmpty {
                let at = Int(dice.next() % UInt64(damaged.count))
                switch dice.next() % 3 {
                case 0: damaged[at] = UInt8(truncatingIfNeeded: dice.next())
                case 1: damaged.removeSubrange(at..<min(at + Int(dice.next() % 200), damaged.count))
                default: damaged.insert(contentsOf: damaged.suffix(from: at).prefix(300), at: at)
                }
            }
            let sink = ReadDocument()
            try? await MarkdownReader().read(DocumentSource(["a.md": damaged]), into: sink)
            for thread in sink.threads {
                var known: Set<MessageID> = []
                for message in thread.messages {
                    #expect(message.parentID.map(known.contains) ?? true)
                    #expect(known.insert(message.id).inserted)
                }
                #expect(thread.tipID.map(known.contains) ?? true)
                #expect(Set(thread.calls.map(\.id)).isSuperset(of: thread.messages.compactMap(\.callID)))
                #expect(Set(thread.calls.map(\.id)).count == thread.calls.count)
            }
        }
    }
}
