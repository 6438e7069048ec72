import Conversations
import Foundation
import GRDB
import TestSupport
import Testing

@testable import ConversationStorage

/// Each damage is done by hand, as another SQLite tool could, and has to be named.
struct DoctorTests {
    /// A vault with two threads, a fork, calls, an attachment and instructions.
    private func withDamage(
        _ damage: (TestVault, Story) async throws -> Void, check: (Examination, Story) throws -> Void
    ) async throws {
        try await TestVault.with(agreesAfter: false) { test in
            let story = try await Story(test)
            try await test.expectAgreement()
            try await damage(test, story)
            try check(try await test.vault.examine(), story)
        }
    }

    @Test func `a deleted message is named by its thread and position`() async throws {
        try await withDamage { test, story in
            try test.vandalise("DELETE FROM message WHERE id = \(try await test.row(of: story.first.question))")
        } check: { found, story in
            let missing = try #require(found.findings.first { $0.kind == .messageMissing })
            #expect(missing.detail.contains("position 0 of thread \(story.thread)"))
            // Search still knows it, the second answer forked from it, and a call asked it.
            #expect(found.counts[.indexExtra] == 1)
            #expect(found.counts[.forkMissing] == 1)
            #expect(found.counts[.callQuestion] == 1)
        }
    }

    @Test func `a deleted message in the middle is named with the one before it`() async throws {
        try await withDamage { test, story in
            try test.vandalise("DELETE FROM message WHERE id = \(try await test.row(of: story.second.question))")
        } check: { found, story in
            let missing = try #require(found.findings.first { $0.kind == .messageMissing })
            #expect(missing.detail.contains("after message \(story.first.answers[0])"))
        }
    }

    @Test func `a deleted strand is named with the first message that lay in it`() async throws {
        try await withDamage { test, story in
            try test.vandalise("DELETE FROM strand WHERE id = \(try await test.row(of: story.fork.question) >> 24)")
        } check: { found, story in
            let missing = try #require(found.findings.first { $0.kind == .strandMissing })
            #expect(missing.detail.contains(story.fork.question.description))
        }
    }

    @Test func `a deleted index entry is named by its message`() async throws {
        try await withDamage { test, story in
            let row = try await test.row(of: story.first.question)
            try test.vandalise(
                """
                INSERT INTO message_search (message_search, rowid, text, reasoning, tool)
                SELECT 'delete', arrival, text, reasoning, tool FROM message_words WHERE arrival = (SELECT arrival FROM message WHERE id = \(row))
                """)
        } check: { found, story in
            #expect(found.findings.map(\.kind) == [.indexMissing])
            #expect(found.findings.first?.subject.description == "message \(story.first.question)")
        }
    }

    @Test func `a title that search does not know is named by its thread`() async throws {
        try await withDamage { test, story in
            try test.vandalise("UPDATE thread SET title = 'quite another' WHERE title_given = 1")
        } check: { found, story in
            #expect(found.findings.map(\.kind) == [.indexStale])
            #expect(found.findings.first?.subject.description == "thread \(story.other)")
        }
    }

    @Test func `words changed by hand are named three times over`() async throws {
        try await withDamage { test, story in
            let row = try await test.row(of: story.first.question)
            try test.vandalise("UPDATE message SET text = text || ' changed' WHERE id = \(row)")
        } check: { found, story in
            // Only the message itself: those after it are what was said.
            #expect(Set(found.findings.map(\.kind)) == [.lineage, .indexStale])
            #expect(Set(found.findings.map(\.subject.name)) == [story.first.question.description])
        }
    }

    @Test func `a wrong lineage is named once, and not once a child`() async throws {
        try await withDamage { test, story in
            let row = try await test.row(of: story.first.question)
            try test.vandalise("UPDATE message SET lineage = zeroblob(16) WHERE id = \(row)")
        } check: { found, story in
            #expect(found.findings.map(\.kind) == [.lineage])
            #expect(found.findings.first?.subject.name == story.first.question.description)
        }
    }

    @Test(arguments: [
        ("UPDATE thread SET tip = 999 << 24 WHERE title_given = 1", Finding.Kind.tipMissing),
        ("UPDATE thread SET tip = (SELECT max(id) FROM message) WHERE title_given = 0", .tipOfAnotherThread),
        ("UPDATE thread SET short = '0' || substr(short, 2) || 'x' WHERE title_given = 1", .handle),
        ("UPDATE strand SET thread = (SELECT max(id) FROM thread) WHERE parent IS NOT NULL", .strandOfAnotherThread),
        ("UPDATE strand SET fork = fork + 100 WHERE parent IS NOT NULL", .forkMissing),
        ("INSERT INTO strand (thread, parent, fork) SELECT min(id), NULL, -1 FROM thread", .strandEmpty),
        ("UPDATE strand SET parent = id WHERE parent IS NOT NULL", .strandOrder),
        ("UPDATE message SET parts = '[{\"type\":\"text\",\"bytes\":99999}]' WHERE parts IS NULL", .parts),
        ("UPDATE message SET parts = 'not json' WHERE parts IS NOT NULL", .parts),
        ("UPDATE message SET call = 4711 WHERE call IS NOT NULL", .messageCall),
        ("UPDATE message SET choice = 0 WHERE choice = 1", .choiceTwice),
        ("INSERT INTO purged SELECT uid FROM message LIMIT 1", .purgedPresent),
        ("UPDATE call SET plan = '{}'", .callUnreadable),
        ("UPDATE call SET dialect = 'klingon'", .callUnreadable),
        ("UPDATE call SET question = NULL, question = 4711 << 24", .callQuestion),
        ("UPDATE call SET finished_ms = NULL", .callStatus),
        ("UPDATE call SET status = 'running', finished_ms = NULL", .callAbandoned),
        ("INSERT INTO call_event SELECT id, 0, x'00' FROM call", .eventsLeft),
        ("UPDATE call_body SET response = x'28B52FFD00'", .bodyUnreadable),
        ("UPDATE blob SET bytes = x'00'", .blobContent),
        ("DELETE FROM blob", .blobMissing),
        ("DELETE FROM message_blob", .blobReferences),
        ("INSERT INTO blob VALUES (zeroblob(32), NULL, x'01')", .blobUnused),
        ("UPDATE words SET text = text || '!'", .wordsContent),
        ("INSERT INTO words (digest, text) VALUES (zeroblob(32), 'unused')", .wordsUnused),
        ("INSERT INTO message_search (rowid, text) VALUES (4711, 'nothing')", .indexExtra),
        ("DELETE FROM message_search_docsize WHERE id = (SELECT min(arrival) FROM message)", .indexMissing),
        ("DELETE FROM message_search_data WHERE id > 10", .indexUnreadable),
        ("INSERT INTO thread_search (rowid, title) VALUES (4711, 'nothing')", .indexExtra),
        ("INSERT INTO tag VALUES (4711, 'nobody')", .danglingReference),
        ("DELETE FROM arrival_block", .arrivalDates),
        ("UPDATE arrival_block SET first_ms = last_ms", .arrivalDates),
        ("UPDATE arrival_block SET last_ms = first_ms", .arrivalDates),
        ("DELETE FROM model_name", .modelName),
        ("UPDATE call SET model_reported = 'another'", .modelName),
        ("UPDATE thread SET model = 'another'", .modelName),
    ])
    func `each invariant has a finding of its own`(_ sql: String, _ kind: Finding.Kind) async throws {
        try await withDamage { test, _ in
            try test.vandalise(sql)
        } check: { found, _ in
            #expect(found.counts[kind] != nil, "\(found.findings)")
        }
    }

    @Test func `a page of garbage is a damaged file and not a crash`() async throws {
        try await TestVault.with(agreesAfter: false) { test in
            _ = try await Story(test)
            let pages = try await test.vault.read { database in
                try database.all(
                    "SELECT pageno FROM dbstat WHERE name IN ('message', 'message_by_lineage', 'call_by_thread', 'blob')",
                    value: { UInt64($0.integer(0)) })
            }
            #expect(pages.count >= 4)
            test.vault.close()
            let handle = try #require(FileHandle(forUpdatingAtPath: test.file))
            for page in pages {
                try handle.seek(toOffset: (page - 1) * 4096)
                try handle.write(contentsOf: Data(repeating: 0xA5, count: 4096))
            }
            try handle.close()
            let vault = try Vault.open(test.file, for: .reading)
            let found = try await vault.examine()
            #expect(found.counts[.fileDamaged] != nil)
            vault.close()
        }
    }

    @Test func `others' permissions are named`() async throws {
        try await withDamage { test, _ in
            chmod(test.file, 0o644)
        } check: { found, _ in
            #expect(found.findings.map(\.kind) == [.filePermissions])
        }
    }

    @Test func `no finding holds a word of a conversation`() async throws {
        try await withDamage { test, _ in
            try test.vandalise(
                """
                UPDATE message SET lineage = zeroblob(16); DELETE FROM message_search_docsize; DELETE FROM strand;
                UPDATE words SET text = text || 'x'; UPDATE call SET plan = 'x'
                """)
        } check: { found, _ in
            #expect(found.findings.count > 10)
            for finding in found.findings {
                #expect(!"\(finding)".contains("zebra"))
                #expect(!finding.advice.isEmpty)
            }
        }
    }

    @Test func `it reads while others write`() async throws {
        try await TestVault.with { test in
            _ = try await Story(test)
            // A vault opened for reading has no connection that could write.
            let reader = try Vault.open(test.file, for: .reading)
            defer { reader.close() }
            let (begun, others) = (Gate(), Gate())
            async let found = reader.examine { progress in
                if progress.step == "messages" {
                    begun.open()
                    others.wait()
                }
            }
            #expect(await begun.opened())
            _ = try await test.newThread("written meanwhile")
            others.openForAll()
            #expect(try await found.findings.isEmpty)
        }
    }

    @Test func `the events of ended calls may be meant to stay`() async throws {
        try await TestVault.with(agreesAfter: false) { test in
            _ = try await Story(test)
            try await test.interfere("INSERT INTO call_event SELECT id, 0, x'00' FROM call")
            #expect(try await test.vault.examine(keepsEvents: true).isClean)
        }
    }
}

/// What happens in a vault that damage is done to.
struct Story: Sendable {
    let thread: ThreadID
    let other: ThreadID
    let first: TestVault.Exchange
    let second: TestVault.Exchange
    let fork: TestVault.Exchange
    let image: BlobDigest

    init(_ test: TestVault) async throws {
        thread = try await test.newThread()
        first = try await test.ask(
            "What is a zebra?", after: nil, in: thread, answers: ["A striped zebra.", "A zebra."],
            instructions: "You know zebras.", title: "What is a zebra?")
        second = try await test.ask("And a zebra crossing?", after: first.answers[0], in: thread)
        fork = try await test.ask("Zebras, again?", after: first.answers[0], in: thread)
        image = try await test.vault.keep([1, 2, 3, 4, 5], mediaType: "image/png")
        other = try await test.newThread("Pictures of zebras", tags: ["animals"])
        _ = try await test.ask(
            "What is in this picture?", after: nil, in: other,
            attachments: [.image(MessageMedia(source: .blob(image), mediaType: "image/png"))])
        let last = try await test.append(
            [
                .reasoning(Reasoning(text: "Thinking of zebras.")),
                .toolCall(ToolCall(id: "1", name: "count_zebras", arguments: #"{"where":"savannah"}"#)),
                .text("Let me count."),
            ], after: second.answers[0], in: thread, role: .assistant)
        try await test.vault.label(last, "counting")
    }
}
