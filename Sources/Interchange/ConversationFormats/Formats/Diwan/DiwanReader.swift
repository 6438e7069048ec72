package import ConversationStorage
import Conversations
import Foundation
import OrderedJSON

/// Reads Diwan's own format. See ``DiwanFormat``.
///
/// A line that cannot be read costs what is on it and what hangs on that: a message takes those that continue it along,
/// a call leaves its answers without one. The rest of the thread is kept, so that importing the whole file later adds
/// only what was missing.
package struct DiwanReader: ConversationReader {
    package static let format = ConversationFormat.diwan

    package init() {}

    package static func recognize(_ source: any ImportSource) -> Recognition? {
        source.entries.contains { isDiwan($0, in: source) } ? .certain : nil
    }

    private static func isDiwan(_ entry: ImportEntry, in source: any ImportSource) -> Bool {
        guard let head = try? source.head(of: entry),
            let line = head.split(separator: UInt8(ascii: "\n"), maxSplits: 1).first,
            let json = try? JSON(parsing: line)
        else { return false }
        return json["object"]?.string == "diwan"
    }

    package func read(_ source: any ImportSource, into sink: any ImportSink) async throws {
        let entries = source.entries.filter { Self.isDiwan($0, in: source) }
        guard !entries.isEmpty else {
            throw FormatError(
                .unknownFormat,
                "\(source.name) is no export of Diwan: its first line does not say so. See: diwan help formats")
        }
        for entry in entries {
            var reading = DiwanReading(name: entry.path, sink: sink)
            var lines = try JSONElements(try source.open(entry), JSONElements.Layout(looksInside: false))
            while let line = try lines.next() { try await reading.take(line) }
            try await reading.end()
        }
    }
}

/// What a reader of vaults' files also tells of: what was erased where they come from.
package protocol PurgeSink: ImportSink {
    /// Takes the ids of threads, messages and calls that were erased, so that nothing brings them back.
    func addPurged(_ ids: [PurgedID]) async throws
}

/// A file on its way in, line by line.
private struct DiwanReading {
    let name: String
    let sink: any ImportSink

    private var thread: DiwanThread?
    private var erased: [PurgedID] = []
    private var hasEnd = false
    /// Lines so far.
    private var count = 0
    /// The attachments that were kept.
    private var blobs: Set<BlobDigest> = []

    init(name: String, sink: any ImportSink) {
        self.name = name
        self.sink = sink
    }

    mutating func take(_ line: JSONElements.Element) async throws {
        count += 1
        guard case .json(.object(let object)) = line else {
            return lose("a line that cannot be read: cut off, or damaged")
        }
        var fields = LineFields(object)
        do {
            switch object["object"]?.string {
            case "diwan": try await beginFile(&fields)
            case "erased":
                guard let id = try fields.id("id", of: Purged.self) else { throw LineFault("no id") }
                erased.append(id)
                if erased.count >= 10_000 { try await handOnErased() }
            case "blob": try await keepBlob(&fields)
            case "thread":
                try await endThread()
                thread = try DiwanThread(&fields)
            case "call":
                if try thread?.take(CallRecord(&fields), of: fields.id("thread_id")) != true {
                    throw LineFault("no thread before it")
                }
            case "message":
                if try thread?.take(MessageRecord(&fields), of: fields.id("thread_id")) != true {
                    throw LineFault("no thread before it, or not the message it continues")
                }
            case "end":
                try await endThread()
                hasEnd = true
                for name in ["threads", "messages", "calls", "blobs", "cursor"] { _ = fields.optional(name) }
            case let kind:
                return sink.note(
                    ImportNote(.skipped, "a line of a kind this version does not know: \(shown(kind ?? "none"))"))
            }
        } catch let fault as LineFault {
            return lose("a \(object["object"]?.string ?? "") line with \(fault.what)")
        }
        for name in fields.unknown {
            sink.note(
                ImportNote(
                    .skipped,
                    "a field this version does not know: \(shown(name)) of a \(object["object"]?.string ?? "") line"))
        }
    }

    /// Ends the file, whole or cut off.
    mutating func end() async throws {
        try await endThread()
        try await handOnErased()
        if !hasEnd { sink.note(ImportNote(.lost, "the rest of a file that is cut off: it has no end line", at: name)) }
    }

    private mutating func beginFile(_ fields: inout LineFields) async throws {
        try await endThread()
        let version = try fields.required("version") { $0.int }
        guard version <= DiwanFormat.version else {
            throw FormatError(
                .unknownFormat,
                """
                \(name) was written by a newer Diwan (format \(version), this one knows \(DiwanFormat.version)). \
                Nothing of it was imported; update this one.
                """)
        }
        hasEnd = false
        for name in ["exported_at", "since"] { _ = fields.optional(name) }
    }

    private mutating func endThread() async throws {
        guard let ended = thread else { return }
        thread = nil
        try await handOnErased()
        var (record, isWhole, lostCalls) = ended.finished()
        try await sink.nameWhatHasNoBytes(of: &record, besides: blobs, at: record.place)
        if lostCalls > 0 {
            sink.note(ImportNote(.degraded, "answers without the call that brought them", at: record.place))
        }
        if !isWhole {
            sink.note(ImportNote(.lost, "a part of a thread: lines of it are missing or damaged", at: record.place))
        }
        try await sink.add(record)
    }

    private mutating func handOnErased() async throws {
        guard !erased.isEmpty else { return }
        let ids = erased
        erased = []
        guard let sink = sink as? any PurgeSink else { return }
        try await sink.addPurged(ids)
    }

    private mutating func keepBlob(_ fields: inout LineFields) async throws {
        let digest = try fields.required("sha256") { $0.string.flatMap { BlobDigest($0) } }
        let mediaType = try fields.text("media_type")
        let encoded = try fields.required("base64") { $0.string }
        guard sink.wantsAttachments else { return }
        guard let data = Data(base64Encoded: encoded) else { throw LineFault("base64 that is none") }
        let bytes = Array(data)
        guard BlobDigest(of: bytes) == digest else { throw LineFault("bytes that are not those of its sha256") }
        blobs.insert(try await sink.keep(bytes, mediaType: mediaType))
    }

    private func lose(_ what: String) {
        sink.note(ImportNote(.lost, what, at: "\(name), line \(count)"))
    }

    /// A name out of the file, as far as a report has room for it.
    private func shown(_ name: String) -> String { String(name.prefix(40)) }
}

/// A thread whose lines are still coming.
private struct DiwanThread {
    private var record: ThreadRecord
    private let callCount: Int?
    private let messageCount: Int?
    private var messages: Set<MessageID> = []

    init(_ fields: inout LineFields) throws(LineFault) {
        record = try ThreadRecord(&fields)
        callCount = try fields.optional("call_count") { $0.int }
        messageCount = try fields.optional("message_count") { $0.int }
    }

    /// - Returns: whether it belongs here.
    mutating func take(_ call: CallRecord, of thread: ThreadID?) -> Bool {
        guard thread == nil || thread == record.id else { return false }
        record.calls.append(call)
        return true
    }

    mutating func take(_ message: MessageRecord, of thread: ThreadID?) -> Bool {
        guard thread == nil || thread == record.id, message.parentID.map(messages.contains) ?? true,
            messages.insert(message.id).inserted
        else { return false }
        record.messages.append(message)
        return true
    }

    /// The thread as far as it came: whether that is all of it, and how many answers miss their call.
    func finished() -> (record: ThreadRecord, isWhole: Bool, lostCalls: Int) {
        var record = record
        let calls = Set(record.calls.map(\.id))
        var lostCalls = 0
        for index in record.messages.indices {
            guard let call = record.messages[index].callID, !calls.contains(call) else { continue }
            record.messages[index].callID = nil
            record.messages[index].choice = nil
            lostCalls += 1
        }
        for index in record.calls.indices {
            if let question = record.calls[index].questionID, !messages.contains(question) {
                record.calls[index].questionID = nil
            }
        }
        let isWhole =
            record.calls.count >= callCount ?? 0 && record.messages.count >= messageCount ?? 0
            && record.tipID.map(messages.contains) ?? true
        // What the tip's path has kept is gone on from; a tip that is null stays so.
        if let tip = record.tipID, !messages.contains(tip) { record.tipID = record.messages.last?.id }
        return (record, isWhole, lostCalls)
    }
}

extension ThreadRecord {
    /// What a report calls it.
    var place: String { title ?? id.description }
}
