import ConversationStorage
package import Conversations

/// Brings what a source holds to where it belongs: reads, plans, and hands over a few threads at a time.
package struct Importer: Sendable {
    private let source: any ImportSource
    private let reader: any ConversationReader.Type
    private let wantsAttachments: Bool

    package init(_ source: any ImportSource, reader: any ConversationReader.Type, wantsAttachments: Bool = true) {
        self.source = source
        self.reader = reader
        self.wantsAttachments = wantsAttachments
    }

    /// The format that is read.
    package var format: ConversationFormat { reader.format }

    /// Imports everything.
    ///
    /// Cancelling the task stops it between two steps: what was handed over stays, and the report says that it was
    /// stopped. What cannot be read (any further) is in the report as lost, and so is every message that was read and came
    /// to nothing: a report without losses means that all is there.
    ///
    /// - Parameter progress: told how many of how many bytes have been read.
    /// - Throws: ``FormatError`` where nothing at all could be read; ``StorageError`` where the vault takes no more.
    package func run(
        into destination: some ImportDestination, now: Timestamp,
        progress: @escaping @Sendable (ImportProgress) -> Void = { _ in }
    ) async throws -> ImportReport {
        let watched = WatchedSource(source, progress: progress)
        let date = source.entries.count == 1 ? source.entries[0].modifiedAt : nil
        let batch = ImportBatch(
            destination, plan: ImportPlan(reader.format, fileDate: date, importedAt: now),
            wantsAttachments: wantsAttachments)
        for note in source.leftOut { batch.note(note) }
        do {
            try await reader.init().read(watched, into: batch)
            try await batch.handOver()
        } catch  where error is CancellationError || (error as? StorageError)?.code == .stopped {
            batch.report.isStopped = true
        } catch let error as FormatError {
            guard batch.report.threadsRead > 0 else { throw error }
            try await batch.handOver()
            batch.note(ImportNote(.lost, "rest of the file: \(error.message)"))
        }
        return batch.report
    }
}

/// Takes what a reader reads, and hands it over a few threads at a time.
private final class ImportBatch<Destination: ImportDestination>: PurgeSink {
    /// How many messages are handed over at once: enough for the vault to write them together, and few in memory.
    private static var mostMessages: Int { 4_000 }
    private static var mostBytes: Int { 16 << 20 }

    let wantsAttachments: Bool
    var report: ImportReport
    private let destination: Destination
    private var plan: ImportPlan
    private var waiting: [ThreadRecord] = []
    private var messageCount = 0
    private var byteCount = 0
    private var attachments: Set<BlobDigest> = []

    init(_ destination: Destination, plan: ImportPlan, wantsAttachments: Bool) {
        self.destination = destination
        self.plan = plan
        self.wantsAttachments = wantsAttachments
        report = ImportReport(plan.format)
    }

    func add(_ conversation: ForeignConversation) async throws {
        let (record, notes) = plan.thread(of: conversation)
        for note in notes { self.note(note) }
        try await add(record)
    }

    func add(_ thread: ThreadRecord) async throws {
        try Task.checkCancellation()
        report.threadsRead += 1
        report.messagesRead += thread.messages.count
        waiting.append(thread)
        messageCount += thread.messages.count
        byteCount += thread.messages.reduce(0) { $0 + $1.parts.byteCount }
        if messageCount >= Self.mostMessages || byteCount >= Self.mostBytes { try await handOver() }
    }

    func keep(_ bytes: [UInt8], mediaType: String?) async throws -> BlobDigest {
        try Task.checkCancellation()
        let digest = try await destination.keep(bytes, mediaType: mediaType)
        if attachments.insert(digest).inserted {
            report.attachments += 1
            report.attachmentBytes += bytes.count
        }
        return digest
    }

    func holds(_ digest: BlobDigest) async throws -> Bool { try await destination.holds(digest) }

    func addPurged(_ ids: [PurgedID]) async throws {
        try await destination.adoptPurges(ids)
    }

    func note(_ note: ImportNote) {
        report.note(note)
    }

    func handOver() async throws {
        guard !waiting.isEmpty else { return }
        let (records, expected) = (waiting, messageCount)
        (waiting, messageCount, byteCount) = ([], 0, 0)
        let outcome = try await destination.adopt(records)
        report.add(outcome)
        var missing = expected - outcome.messages
        for refusal in outcome.refusals {
            let record = records.first { $0.id == refusal.threadID }
            report.note(ImportNote(.lost, "thread that was not taken: \(refusal.reason)", at: record?.title))
            missing -= record?.messages.count ?? 0
        }
        // It is counted, not believed.
        for _ in 0..<max(0, missing) { report.note(ImportNote(.lost, "message that was not taken")) }
    }
}

extension ImportReport {
    fileprivate mutating func add(_ outcome: ImportOutcome) {
        newThreads += outcome.newThreads
        knownThreads += outcome.knownThreads
        erasedThreads += outcome.erasedThreads
        newMessages += outcome.newMessages
        knownMessages += outcome.knownMessages
        changedMessages += outcome.changedMessages
        erasedMessages += outcome.erasedMessages
        newCalls += outcome.newCalls
    }
}

extension [MessagePart] {
    /// About how much memory they take.
    fileprivate var byteCount: Int {
        reduce(0) { sum, part in
            switch part {
            case .text(let text), .refusal(let text): sum + text.utf8.count
            case .reasoning(let reasoning): sum + reasoning.text.utf8.count
            case .toolCall(let call): sum + call.arguments.utf8.count
            case .toolResult(let result): sum + result.output.utf8.count
            case .image, .file, .audio, .unknown: sum + 256
            }
        }
    }
}
