import Conversations
import Foundation
import GRDB
import TestSupport
import Testing

@testable import ConversationStorage

/// What was erased is in none of the vault's files and in no index, and what was not erased is whole.
struct EraseTracesTests {
    /// Words that share no prefix with each other, so that the index cannot hold them as the end of another.
    private static let scripts: [[Character]] = [
        Array("abcdefghijklmnopqrstuvwxyz"), Array("абвгдежзиклмнопрстуфхцчшэюя"), Array("אבגדהוזחטיכלמנסעפצקרשת"),
        Array("山川田中村木林森海空雨雪風花鳥月星犬猫馬魚米麦茶酒水火土金石"), Array("가나다라마바사아자차카타파하거너더러머버"),
    ]

    private static func marker(_ random: inout SeededNumbers, _ script: Int) -> String {
        String((0..<9).map { _ in scripts[script].randomElement(using: &random) ?? "a" })
    }

    @Test(arguments: 0..<6)
    func `every byte and every index term of it is gone`(_ seed: Int) async throws {
        try await TestVault.with { test in
            var random = SeededNumbers(seed: UInt64(seed) + 77)
            var threads: [ThreadID] = []
            var markers: [ThreadID: [String]] = [:]
            var ends: [ThreadID: MessageID] = [:]
            for number in 0..<16 {
                let marker = Self.marker(&random, number % Self.scripts.count)
                let thread = try await test.newThread("title \(marker)", tags: ["tag\(marker)"])
                threads.append(thread)
                markers[thread] = [marker]
            }
            // By turns and of all lengths, so that rows move from page to page.
            for number in 0..<700 {
                let thread = threads.randomElement(using: &random) ?? threads[0]
                let marker = Self.marker(&random, number % Self.scripts.count)
                markers[thread]?.append(marker)
                let length = [0, 3, 20, 60, 150, 900].randomElement(using: &random) ?? 0
                let filler = (0..<length).map { _ in String(random.next() % 100_000, radix: 16) }.joined(separator: " ")
                if number % 11 == 0 {
                    let blob = try await test.vault.keep(Array("bytes \(marker) \(filler)".utf8), mediaType: nil)
                    let exchange = try await test.ask(
                        "\(marker) \(filler)", after: ends[thread], in: thread, answers: ["answer \(marker)", "other"],
                        attachments: [.file(MessageMedia(source: .blob(blob), name: "\(marker).txt"))],
                        instructions: "instructed \(marker)", body: Array("{\"unknown\":\"\(marker)\"}".utf8))
                    ends[thread] = exchange.answers[0]
                } else {
                    let parts: [MessagePart] = [
                        .reasoning(Reasoning(text: "thought \(marker)")),
                        .toolCall(ToolCall(id: "1", name: "tool", arguments: "{\"with\":\"\(marker)\"}")),
                        .text("\(filler) \(marker)"),
                    ]
                    ends[thread] =
                        number % 3 == 0
                        ? try await test.append(parts, after: ends[thread], in: thread, role: .assistant)
                        : try await test.append("\(marker) \(filler)", after: ends[thread], in: thread)
                }
            }
            let erased = Array(threads.prefix(7))
            let (gone, kept) = (
                erased.flatMap { markers[$0] ?? [] }, threads.dropFirst(7).flatMap { markers[$0] ?? [] }
            )
            #expect(try Self.traces(of: gone, in: test.folder).count == gone.count)
            let receipt = try await test.vault.erase(threads: erased)
            #expect(receipt.isComplete)
            #expect(try Self.traces(of: gone, in: test.folder).isEmpty)
            #expect(try Self.traces(of: kept, in: test.folder).count == kept.count)
            try await expectTerms(gone: gone, kept: kept, test)
            // The zeros went where nothing was.
            #expect(try await test.vault.read { try $0.first("PRAGMA integrity_check", value: { $0.text(0) }) } == "ok")
            // And nothing comes back out of anybody's memory of a page.
            for number in 0..<200 {
                try await test.append("after \(number)", after: nil, in: threads[8 + number % 8])
            }
            _ = try UnusedBytes(file: test.file).clear()
            #expect(try Self.traces(of: gone, in: test.folder).isEmpty)
        }
    }

    private func expectTerms(gone: [String], kept: [String], _ test: TestVault) async throws {
        let terms = try await test.vault.write { database in
            var terms: Set<String> = []
            for index in ["message_search", "thread_search"] {
                try database.run("CREATE VIRTUAL TABLE temp.\(index)_terms USING fts5vocab('main', '\(index)', 'row')")
                terms.formUnion(try database.all("SELECT term FROM temp.\(index)_terms", value: { $0.text(0) }))
            }
            return terms
        }
        let expected = try await test.vault.read { database in
            let tokenizer = try DiwanTokenizer(db: database, arguments: [])
            func terms(_ words: [String]) throws -> Set<String> {
                Set(try words.flatMap { try tokenizer.tokenize(document: $0).map(\.token) })
            }
            return (gone: try terms(gone), kept: try terms(kept))
        }
        #expect(expected.gone.subtracting(expected.kept).isDisjoint(with: terms))
        #expect(expected.kept.isSubset(of: terms))
    }

    /// Those of some words whose bytes are in any file of a folder.
    static func traces(of words: [String], in folder: String) throws -> [String] {
        let list = FileManager.default.temporaryDirectory.path + "/words-\(UUID().uuidString)"
        try words.joined(separator: "\n").write(toFile: list, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: list) }
        let files = try FileManager.default.contentsOfDirectory(atPath: folder).map { folder + "/" + $0 }
        // Bytes, whatever the language of the machine.
        let grep = try VaultProcess("/usr/bin/env", ["LC_ALL=C", "grep", "-aohF", "-f", list] + files)
        let found = Set(grep.allLines())
        return words.filter { found.contains($0) }
    }

    @Test func `words that a message left in the index years ago go too`() async throws {
        try await TestVault.with { test in
            let thread = try await test.newThread("secret plans")
            try await test.vault.rename(thread, "harmless")
            let stays = try await test.newThread("stays")
            try await test.append("stays", after: nil, in: stays)
            let word = try await test.append("the xylophonist plays", after: nil, in: thread)
            _ = try await test.vault.erase(messages: [word])
            #expect(try Self.traces(of: ["xylophonist", "secret"], in: test.folder).isEmpty)
        }
    }

    @Test func `copies from before a migration go with it`() async throws {
        try await TestVault.with { test in
            let thread = try await test.newThread("copied")
            try await test.vault.backup(to: test.file + ".before-schema-1")
            let receipt = try await test.vault.erase(threads: [thread])
            #expect(receipt.copies == 1)
            #expect(try Self.traces(of: ["copied"], in: test.folder).isEmpty)
        }
    }

    @Test func `a reader in another process is waited for, else the receipt says what remains`() async throws {
        try await TestVault.withFolder { folder in
            let test = try TestVault(folder: folder, vault: .open(folder + "/vault.db"))
            let thread = try await test.newThread("quicksilver")
            try await test.append("stays", after: nil, in: test.newThread("other"))
            let reader = try VaultProcess.python(
                """
                import sqlite3, sys
                db = sqlite3.connect(sys.argv[1], isolation_level=None)
                db.execute("begin"); db.execute("select count(*) from strand").fetchall()
                print("reading", flush=True)
                sys.stdin.read()
                """, test.file)
            #expect(reader.line() == "reading")
            let receipt = try await test.vault.erase(threads: [thread], patience: .milliseconds(100))
            #expect(receipt.index == .done)
            #expect(receipt.log == .pending)
            #expect(try #require(receipt.remains).contains(test.file))
            #expect(try Self.traces(of: ["quicksilver"], in: folder) == ["quicksilver"])
            reader.closeInput()
            #expect(reader.exitStatus() == 0)
            test.vault.close()
            // The next opening finishes it.
            let again = TestVault(folder: folder, vault: try .open(folder + "/vault.db"))
            try await again.expectAgreement()
            #expect(try Self.traces(of: ["quicksilver"], in: folder).isEmpty)
            again.vault.close()
        }
    }
}
