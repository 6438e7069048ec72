import ConversationStorage
import Conversations
import OrderedJSON
import Testing

@testable import ConversationFormats

@Suite struct ImporterTests {
    static let now = Timestamp(milliseconds: 1_800_000_000_000)
    static let file = #"""
        [{"id":"one","title":"One","at":1000,"messages":[{"id":"a","text":"q"},{"id":"b","text":"r","model":"m"}]},
         {"id":"broken","messages":[tru]},
         {"title":"Two","at":2000,"messages":["hi","ho"]},
         {"title":"Two","at":2000,"messages":["hi","ho"]}]
        """#

    private func run(
        _ text: String, in folder: String, into destination: some ImportDestination
    ) async throws -> ImportReport {
        let source = try importSource(at: write(text.utf8, to: folder + "/file.ready"))
        return try await Importer(source, reader: ReadyReader.self).run(into: destination, now: Self.now)
    }

    @Test func `what can be read is kept and what cannot is said`() async throws {
        try await withVault { vault, folder in
            let report = try await run(Self.file, in: folder, into: VaultDestination(vault, for: nil))
            #expect(report.threadsRead == 3)
            #expect(report.newThreads == 3)
            #expect(report.newMessages == 6)
            #expect(report.newCalls == 1)
            #expect(report.remarks[.lost]?.map(\.what) == ["conversation that cannot be read: it is not JSON"])
            #expect(report.remarks[.lost]?.first?.places == ["2"])
            #expect(try await vault.threads(ThreadFilter()).count == 3)
            let record = try await vault.threadRecord(ThreadID(derivedFrom: ["thread", "chatgpt", "one"]))
            #expect(record.messages.map(\.parts.text) == ["q", "r"])
            #expect(record.createdAt.milliseconds == 1000)
            #expect(record.calls.map(\.modelReported) == ["m"])
        }
    }

    @Test func `importing twice adds nothing, and a later export only what is new`() async throws {
        try await withVault { vault, folder in
            _ = try await run(Self.file, in: folder, into: VaultDestination(vault, for: nil))
            let digest = try await vault.contentDigest()
            let again = try await run(Self.file, in: folder, into: VaultDestination(vault, for: nil))
            #expect((again.newThreads, again.knownThreads) == (0, 3))
            #expect((again.newMessages, again.knownMessages) == (0, 6))
            #expect(try await vault.contentDigest() == digest)
            let later = Self.file.replacing(#""model":"m"}"#, with: #""model":"m"},{"id":"c","text":"more"}"#)
            let added = try await run(later, in: folder, into: VaultDestination(vault, for: nil))
            #expect((added.newThreads, added.newMessages, added.knownMessages) == (0, 1, 6))
        }
    }

    @Test func `a rehearsal says what would come of it and writes nothing`() async throws {
        try await withVault { vault, folder in
            let alone = try await run(Self.file, in: folder, into: ImportRehearsal(nil))
            #expect((alone.newThreads, alone.newMessages, alone.newCalls) == (3, 6, 1))
            #expect(try await vault.threads(ThreadFilter()).isEmpty)
            _ = try await run(Self.file, in: folder, into: VaultDestination(vault, for: nil))
            let digest = try await vault.contentDigest()
            let later = Self.file.replacing(#""text":"r""#, with: #""text":"changed""#)
                .replacing(#"["hi","ho"]}]"#, with: #"["hi","ho","he"]}]"#)
            let told = try await run(later, in: folder, into: ImportRehearsal(vault))
            #expect(try await vault.contentDigest() == digest)
            let done = try await run(later, in: folder, into: VaultDestination(vault, for: nil))
            #expect(told == done)
            #expect(told.changedMessages == 1)
        }
    }

    @Test func `what was erased stays gone, and a rehearsal knows it`() async throws {
        try await withVault { vault, folder in
            _ = try await run(Self.file, in: folder, into: VaultDestination(vault, for: nil))
            _ = try await vault.erase(threads: [ThreadID(derivedFrom: ["thread", "chatgpt", "one"])], messages: [])
            let told = try await run(Self.file, in: folder, into: ImportRehearsal(vault))
            let done = try await run(Self.file, in: folder, into: VaultDestination(vault, for: nil))
            #expect((done.erasedThreads, done.erasedMessages, done.newMessages) == (1, 2, 0))
            #expect(told == done)
        }
    }

    @Test func `a message that the vault did not take is lost and not forgotten`() async throws {
        struct Forgetful: ImportDestination {
            func adopt(_ records: [ThreadRecord]) -> ImportOutcome { ImportOutcome(newThreads: 3, newMessages: 5) }
            func adoptPurges(_ ids: [PurgedID]) async throws(StorageError) {}
            func holds(_ digest: BlobDigest) -> Bool { false }

            func keep(_ bytes: [UInt8], mediaType: String?) -> BlobDigest { BlobDigest(of: bytes) }
        }
        try await withFolder { folder in
            let report = try await run(Self.file, in: folder, into: Forgetful())
            #expect(report.remarks[.lost]?.last?.what == "message that was not taken")
        }
    }

    @Test func `stopped in the middle, what was handed over stays and the report says so`() async throws {
        try await withVault { vault, folder in
            let many = (0..<9_000).map { #"{"id":"\#($0)","at":1,"messages":["a"]}"# }.joined(separator: ",")
            let path = try write("[\(many)]".utf8, to: folder + "/many.ready")
            let task = Task {
                try await Importer(try importSource(at: path), reader: ReadyReader.self)
                    .run(into: StoppingAfterOne(VaultDestination(vault, for: nil)), now: Self.now)
            }
            let report = try await task.value
            #expect(report.isStopped)
            #expect(report.newThreads == 4_000)
            #expect(try await vault.threads(ThreadFilter(limit: 10_000)).count == 4_000)
        }
    }

    /// Cancels the task it runs in once it has taken something.
    private struct StoppingAfterOne: ImportDestination {
        let destination: VaultDestination

        init(_ destination: VaultDestination) { self.destination = destination }

        func adopt(_ records: [ThreadRecord]) async throws(StorageError) -> ImportOutcome {
            let outcome = try await destination.adopt(records)
            withUnsafeCurrentTask { $0?.cancel() }
            return outcome
        }

        func adoptPurges(_ ids: [PurgedID]) async throws(StorageError) {}
        func holds(_ digest: BlobDigest) -> Bool { false }

        func keep(_ bytes: [UInt8], mediaType: String?) async throws(StorageError) -> BlobDigest {
            try await destination.keep(bytes, mediaType: mediaType)
        }
    }

    @Test func `the surest reader reads, and an unknown format is said with those there are`() async throws {
        struct Unsure: ConversationReader {
            static let format = ConversationFormat.claude
            static func recognize(_ source: any ImportSource) -> Recognition? { .possible }
            func read(_ source: any ImportSource, into sink: any ImportSink) async throws {}
        }
        try await withFolder { folder in
            let source = try importSource(at: write([], to: folder + "/x.ready"))
            let surest = try KnownReaders.surest(among: [Unsure.self, ReadyReader.self], for: source)
            #expect(surest.format == .chatgpt)
            let other = try importSource(at: write([], to: folder + "/x.other"))
            #expect(try KnownReaders.surest(among: [Unsure.self, ReadyReader.self], for: other).format == .claude)
            let error = #expect(throws: FormatError.self) {
                try KnownReaders.surest(among: [ReadyReader.self], for: other)
            }
            #expect(error?.code == .unknownFormat)
            #expect(error?.message.contains("chatgpt") == true)
        }
    }

    @Test func `names of many places are counted and the first few told`() {
        var report = ImportReport(.chatgpt)
        for number in 0..<10 { report.note(ImportNote(.degraded, "x", at: "\(number)")) }
        #expect(report.remarks[.degraded]?.first?.count == 10)
        #expect(report.remarks[.degraded]?.first?.places == ["0", "1", "2"])
        #expect(report.json["degraded"]?[0]?["count"] == 10)
    }
}
