import CFloors
import ConversationStorage
import Conversations
import Foundation
import OrderedJSON

/// Bringing every chat into an empty vault, index included, until it would survive a lost power supply and the log is in
/// the file. Ours checks each record, derives its lineages, and lets other processes write every tenth of a second; the
/// floor inserts the rows as they come out of that, in the same tables, by transactions of `floorBatch` messages. Its
/// tokenizer is `unicode61`: ours cannot be had from C.
func measureImport(_ stores: Stores) async throws -> [Figure] {
    let records = stores.words.chats.enumerated().map { number, chat in
        ThreadRecord(chat: chat, number: number)
    }
    let messages = records.map(\.messages.count).reduce(0, +)
    let rows = records.map { ForeignRows($0) }
    let pairs = try await Pairs.measured(
        5,
        ours: { _ in
            let vault = try Vault(file: stores.fresh("import-ours"), for: .writing)
            defer { vault.close() }
            return try await Elapsed.of {
                let begun = try await vault.beginImport(
                    format: "bench", source: "chats", now: Timestamp(milliseconds: Stores.beginning))
                _ = try await vault.adopt(records, import: begun.id)
                _ = try await vault.finishImport(
                    begun.id, report: .null, now: Timestamp(milliseconds: Stores.beginning))
            }
        },
        floor: { _ in
            let store = try FloorStore(stores.fresh("import-floor"))
            defer { store.close() }
            return try Elapsed.ofSynchronous { try insert(rows, into: store) }
        })
    let ratio = { (measure: (Elapsed) -> Double) in
        Spread(zip(pairs.ours, pairs.floor).map { measure($0) / measure($1) })
    }
    let perSecond = { (elapsed: Elapsed) in Double(messages) / elapsed.wall }
    return [
        Figure(
            what: "import of \(messages) messages, with index", unit: "/s",
            ours: Spread(pairs.ours.map(perSecond)).median, floor: Spread(pairs.floor.map(perSecond)).median,
            ratio: ratio(\.wall), processorRatio: ratio(\.processor).median, goal: .ratio(1.5))
    ]
}

/// What the floor commits at once.
private let floorBatch = 10_000

private func insert(_ threads: [ForeignRows], into store: FloorStore) throws {
    try store.execute("PRAGMA synchronous = NORMAL; BEGIN")
    var count = 0
    for (number, thread) in threads.enumerated() {
        let row = Int64(number + 1)
        try store.check(
            floor_add_thread(store.store, row, thread.uid, thread.short, thread.title, Stores.beginning))
        try store.check(floor_index_title(store.store, row, thread.title))
        for (position, message) in thread.messages.enumerated() {
            try message.text.withUnsafeBufferPointer { text in
                try store.check(
                    floor_add_message(
                        store.store, row << 24 | Int64(position), message.uid, message.lineage,
                        position.isMultiple(of: 2) ? "user" : "assistant", text.baseAddress, text.count - 1,
                        message.createdAt, 1))
            }
            count += 1
        }
        try store.check(floor_set_tip(store.store, row, row << 24 | Int64(thread.messages.count - 1)))
        if count >= floorBatch {
            try store.execute("COMMIT; BEGIN")
            count = 0
        }
    }
    try store.execute("COMMIT; PRAGMA synchronous = FULL; PRAGMA user_version = 2; PRAGMA wal_checkpoint(PASSIVE)")
}

/// A thread as rows that are ready to be written.
private struct ForeignRows {
    struct Message {
        let uid: [UInt8]
        let lineage: [UInt8]
        /// With a zero at its end, so that an empty one has an address.
        let text: [CChar]
        let createdAt: Int64
    }

    let uid: [UInt8]
    let short: String
    let title: String
    let messages: [Message]

    init(_ record: ThreadRecord) {
        uid = record.id.bytes
        short = record.id.short
        title = record.title ?? ""
        var lineage = Lineage.beginning
        messages = record.messages.map { message in
            lineage = Lineage(parent: lineage, role: message.role, parts: message.parts)
            return Message(
                uid: message.id.bytes, lineage: lineage.bytes,
                text: message.parts.text.utf8.map { CChar(bitPattern: $0) } + [0],
                createdAt: message.createdAt.milliseconds)
        }
    }
}

extension ThreadRecord {
    /// A chat as an import brings it: its ids derived from where it came from.
    fileprivate init(chat: [String], number: Int) {
        let ids = chat.indices.map { MessageID(derivedFrom: ["message", "\(number)", "\($0)"]) }
        let beginning = Stores.beginning + Int64(number)
        self.init(
            id: ThreadID(derivedFrom: ["thread", "\(number)"]), title: String(chat[0].prefix(60)), tipID: ids.last,
            createdAt: Timestamp(milliseconds: beginning), activeAt: Timestamp(milliseconds: beginning),
            messages: chat.enumerated().map { position, text in
                MessageRecord(
                    id: ids[position], parentID: position == 0 ? nil : ids[position - 1],
                    role: position.isMultiple(of: 2) ? .user : .assistant, parts: [.text(text)],
                    createdAt: Timestamp(milliseconds: beginning + Int64(position) * 60_000))
            })
    }
}
