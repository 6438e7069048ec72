import Conversations
import Crypto
import Foundation
import GRDB

extension Vault {
    /// A digest of everything a vault says: 32 bytes, equal for two vaults that hold the same threads, messages, calls,
    /// bodies, attachments, tags, labels and erasures, however their rows lie.
    ///
    /// Rows are told apart by their ids, never by their place, and added up, so that no order counts. Left out is what is
    /// derived (strands, index, the ledger of backends) and what is this device's own (what it used last, who runs a call, what was told, which
    /// imports it made, its canaries): a vault written out whole and brought into an empty one has the same digest there.
    package func contentDigest() async throws(StorageError) -> [UInt8] {
        try await read { database in
            var sum = ContentSum()
            try database.addThreads(to: &sum)
            try database.addMessages(to: &sum)
            try database.addCalls(to: &sum)
            try database.each("SELECT sha256, media_type FROM blob") { sum.add("blob", $0, columns: 0..<2) }
            try database.each("SELECT uid FROM purged") { sum.add("purged", $0, columns: 0..<1) }
            return sum.digest
        }
    }
}

/// A sum of rows' digests that does not depend on their order.
private struct ContentSum {
    private var lanes: [UInt64] = [0, 0, 0, 0]
    private var count: UInt64 = 0

    mutating func add(_ table: String, _ row: ExactRow, columns: Range<Int32>, and more: [UInt8] = []) {
        var hash = SHA256()
        hash.update(data: Array(table.utf8))
        for column in columns {
            // Every value goes in with its length, and what is absent unlike what is empty.
            let bytes: [UInt8]? = row.blobOrNil(column)
            withUnsafeBytes(of: Int64(bytes?.count ?? -1).littleEndian) { hash.update(bufferPointer: $0) }
            if let bytes { hash.update(data: bytes) }
        }
        hash.update(data: more)
        hash.finalize().withUnsafeBytes { digest in
            for lane in 0..<4 {
                lanes[lane] &+= digest.loadUnaligned(fromByteOffset: 8 * lane, as: UInt64.self).littleEndian
            }
        }
        count += 1
    }

    var digest: [UInt8] {
        var hash = SHA256()
        for value in lanes + [count] { withUnsafeBytes(of: value.littleEndian) { hash.update(bufferPointer: $0) } }
        return Array(hash.finalize())
    }
}

extension Database {
    fileprivate func addThreads(to sum: inout ContentSum) throws {
        try each(
            """
            SELECT thread.uid, title, title_given, instructions, model, upstream, settings, tip.uid, origin,
              thread.created_ms, active_ms, pinned_ms, archived_ms, thread.trashed_ms
            FROM thread LEFT JOIN message AS tip ON tip.id = thread.tip
            """
        ) { sum.add("thread", $0, columns: 0..<14) }
        try each("SELECT thread.uid, tag.name FROM tag JOIN thread ON thread.id = tag.thread") {
            sum.add("tag", $0, columns: 0..<2)
        }
        try each("SELECT message.uid, label.name FROM label JOIN message ON message.id = label.message") {
            sum.add("label", $0, columns: 0..<2)
        }
    }

    fileprivate func addMessages(to sum: inout ContentSum) throws {
        // The row before it in its strand, or its strand's fork.
        try each(
            """
            SELECT message.uid, thread.uid, parent.uid, message.lineage, message.role, message.text, message.parts,
              call.uid, message.choice, message.finish_reason, message.status, message.trashed_ms, message.created_ms
            FROM message JOIN strand ON strand.id = message.id >> 24 JOIN thread ON thread.id = strand.thread
            LEFT JOIN message AS parent ON parent.id = CASE WHEN message.id & 16777215 > strand.fork + 1
              THEN message.id - 1 ELSE strand.parent << 24 | strand.fork END
            LEFT JOIN call ON call.id = message.call
            """
        ) { sum.add("message", $0, columns: 0..<13) }
    }

    fileprivate func addCalls(to sum: inout ContentSum) throws {
        try each(
            """
            SELECT call.uid, thread.uid, question.uid, call.upstream, dialect, model_requested, model_sent, model_reported,
              response_id, created, system_fingerprint, object, parameters, instructions.text, tools.text, plan,
              request_digest, call.status, error, input_tokens, cached_tokens, output_tokens, reasoning_tokens, queued_ms,
              sent_ms, first_token_ms, finished_ms, call.id
            FROM call JOIN thread ON thread.id = call.thread LEFT JOIN message AS question ON question.id = call.question
            LEFT JOIN words AS instructions ON instructions.id = call.instructions
            LEFT JOIN words AS tools ON tools.id = call.tools
            """
        ) { row in
            // A body that cannot be read is not the one that can.
            let body = (try? body(ofCall: row.integer(27))) ?? [0]
            sum.add("call", row, columns: 0..<27, and: body)
        }
    }
}
