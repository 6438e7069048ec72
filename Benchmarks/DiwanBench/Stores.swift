import CFloors
import Conversations
import DiwanSchema
import Foundation

/// A vault's file in the hands of the C floor.
final class FloorStore {
    private(set) var store: OpaquePointer?

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// Opens the file and, where it is empty, gives it the schema of a vault.
    init(_ path: String) throws {
        let schema =
            Migration.store.map(\.sql).joined(separator: "\n") + "\nPRAGMA user_version = \(Migration.store.count);"
        var opened: OpaquePointer?
        let code = floor_open(path, schema, "diwan1", &opened)
        guard let opened else { throw Failure(description: "\(path) cannot be opened") }
        store = opened
        try check(code)
    }

    deinit { close() }

    func close() {
        floor_close(store)
        store = nil
    }

    func check(_ code: Int32) throws {
        guard code != 0 else { return }
        throw Failure(description: "the floor failed (\(code)): \(String(cString: floor_error(store)))")
    }

    func execute(_ sql: String) throws { try check(floor_execute(store, sql)) }

    func number(_ sql: String) throws -> Int64 {
        var number: Int64 = 0
        try check(floor_number(store, sql, &number))
        return number
    }
}

/// A thread that a store was filled with.
struct FilledThread: Sendable {
    let id: ThreadID
    let tip: MessageID
    let messageCount: Int
}

/// The stores that are measured. Each is made once, written by C through the schema's own statements, and kept for the
/// next run; what is measured works on copies of it.
struct Stores {
    let folder: String
    let words: SeededWords

    /// When everything in the stores was said, in milliseconds since 1970.
    static let beginning: Int64 = 1_790_000_000_000

    /// Changes with the schema and with the words, so that no store of an older one is taken.
    private var fingerprint: String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in (Migration.store.map(\.sql).joined() + words.description).utf8 {
            hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3
        }
        return String(hash, radix: 36)
    }

    func path(_ name: String) -> String { "\(folder)/\(name)-\(fingerprint).db" }

    /// Where a store can be made that is not there yet.
    func fresh(_ name: String) -> String {
        let path = "\(folder)/\(name).db"
        for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
        return path
    }

    /// A copy of a store that may be changed.
    func copy(of path: String, as name: String) throws -> String {
        let copy = "\(folder)/\(name).db"
        for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: copy + suffix) }
        try FileManager.default.copyItem(atPath: path, toPath: copy)
        return copy
    }

    /// Threads of the given lengths whose messages of 1 KB arrived in turns: every thread in a group of `lanes` gets one
    /// before any gets the next.
    func threads(_ name: String, lengths: [Int], lanes: Int, isIndexed: Bool) throws -> (path: String, [FilledThread]) {
        let path = path(name)
        let isThere = FileManager.default.fileExists(atPath: path)
        let unfinished = path + ".unfinished"
        if !isThere { try? FileManager.default.removeItem(atPath: unfinished) }
        let store = isThere ? nil : try FloorStore(unfinished)
        if !isThere { DiwanBench.note("  making \(path) …") }
        var threads: [FilledThread] = []
        var number = 0
        try store?.execute("PRAGMA synchronous = OFF; BEGIN")
        for group in stride(from: 0, to: lengths.count, by: lanes) {
            let rows = Array(group..<min(group + lanes, lengths.count))
            for row in rows {
                let id = Self.threadID(row)
                threads.append(
                    FilledThread(id: id, tip: Self.messageID(row, lengths[row] - 1), messageCount: lengths[row]))
                guard let store else { continue }
                try store.check(
                    floor_add_thread(store.store, Int64(row + 1), id.bytes, id.short, "thread \(row)", Self.beginning))
            }
            guard let store else { continue }
            for position in 0..<(rows.map { lengths[$0] }.max() ?? 0) {
                for row in rows where position < lengths[row] {
                    try add(
                        words.text(bytes: 1_024, number: number), thread: row, position: position, to: store,
                        isIndexed: isIndexed)
                    number += 1
                    if number.isMultiple(of: 1_000) { try store.execute("COMMIT; BEGIN") }
                }
            }
            for row in rows {
                try store.check(
                    floor_set_tip(store.store, Int64(row + 1), Int64(row + 1) << 24 | Int64(lengths[row] - 1)))
            }
        }
        try store?.execute("INSERT INTO process (id, lock_file, started_ms) VALUES (1, 'floor', 0)")
        try finish(store, unfinished, as: path)
        return (path, threads)
    }

    /// Every chat there is as a thread of its own, indexed, one after the other: what an import leaves.
    func chats() throws -> (path: String, messageCount: Int, textBytes: Int, threads: [ThreadID]) {
        let path = path("chats")
        let ids = words.chats.indices.map { Self.threadID($0) }
        let messageCount = words.chats.map(\.count).reduce(0, +)
        let textBytes = words.chats.joined().map(\.utf8.count).reduce(0, +)
        guard !FileManager.default.fileExists(atPath: path) else { return (path, messageCount, textBytes, ids) }
        DiwanBench.note("  making \(path) …")
        let unfinished = path + ".unfinished"
        try? FileManager.default.removeItem(atPath: unfinished)
        let store = try FloorStore(unfinished)
        try store.execute("PRAGMA synchronous = OFF; BEGIN")
        var number = 0
        for (row, chat) in words.chats.enumerated() {
            try store.check(
                floor_add_thread(
                    store.store, Int64(row + 1), ids[row].bytes, ids[row].short, String(chat[0].prefix(60)),
                    Self.beginning + Int64(row)))
            for (position, text) in chat.enumerated() {
                try add(Array(text.utf8), thread: row, position: position, to: store, isIndexed: true)
                number += 1
                if number.isMultiple(of: 1_000) { try store.execute("COMMIT; BEGIN") }
            }
            try store.check(floor_set_tip(store.store, Int64(row + 1), Int64(row + 1) << 24 | Int64(chat.count - 1)))
        }
        try store.execute("INSERT INTO memory (name, value) VALUES ('used_threads', '\(ids[ids.count / 2])')")
        try finish(store, unfinished, as: path)
        return (path, messageCount, textBytes, ids)
    }

    private func add(_ text: [UInt8], thread: Int, position: Int, to store: FloorStore, isIndexed: Bool) throws {
        let uid = Self.messageID(thread, position)
        try text.withUnsafeBytes { bytes in
            try store.check(
                floor_add_message(
                    store.store, Int64(thread + 1) << 24 | Int64(position), uid.bytes, Array(uid.bytes.reversed()),
                    position.isMultiple(of: 2) ? "user" : "assistant",
                    bytes.assumingMemoryBound(to: CChar.self).baseAddress,
                    text.count, Self.time(of: position), isIndexed ? 1 : 0))
        }
    }

    private func finish(_ store: FloorStore?, _ unfinished: String, as path: String) throws {
        guard let store else { return }
        try store.execute("COMMIT; PRAGMA wal_checkpoint(TRUNCATE)")
        store.close()
        try FileManager.default.moveItem(atPath: unfinished, toPath: path)
    }
}

extension Identifier {
    /// An identifier that two numbers decide.
    init(at milliseconds: Int64, thread: Int, position: Int) {
        self.init(
            at: Timestamp(milliseconds: milliseconds),
            randomness: SeededNumbers(seed: UInt64(thread) << 24 ^ UInt64(position)))
    }
}

extension Stores {
    fileprivate static func threadID(_ thread: Int) -> ThreadID {
        ThreadID(at: beginning + Int64(thread), thread: thread, position: 1 << 23)
    }

    fileprivate static func messageID(_ thread: Int, _ position: Int) -> MessageID {
        MessageID(at: time(of: position), thread: thread, position: position)
    }

    fileprivate static func time(of position: Int) -> Int64 { beginning + Int64(position) * 60_000 }
}
