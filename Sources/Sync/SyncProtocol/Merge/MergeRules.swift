package import Conversations

/// Who wins, and what goes: the rules by which every device comes to the same state from the same records, in whatever
/// order they come.
package enum MergeRules {
    /// Whether a writing of a register takes the place of the one that stands: the later stamp holds, and the same writing
    /// again changes nothing.
    package static func replaces(_ new: Stamp, _ standing: Stamp?) -> Bool {
        standing.map { $0 < new } ?? true
    }

    /// The stamp to write with: later than all that the writer had seen, however wrong its clock is.
    package static func time(after seen: HybridTime, at moment: Timestamp) -> HybridTime {
        seen.next(at: moment)
    }

    /// Whose writing a record is: its log's, or, handed on, the log's it stood in first.
    ///
    /// - Throws: `malformed` where it hands on what is no record, or what was handed on already.
    package static func original(of record: Record, in log: LogID) throws(SyncError) -> (record: Record, log: LogID) {
        guard case .republish(let payload) = record.content else { return (record, log) }
        guard let log = LogID(bytes: payload.log) else { throw .cutShort }
        let inner = try Record(encoded: Array(payload.record))
        guard inner.kind != .republish else { throw .cutShort }
        return (inner, log)
    }

    /// Whether something put in the trash is out of sight. Activity beats trash: what was said in a thread after whoever
    /// trashed it had looked brings it back.
    package static func isOutOfSight(trashedAt: HybridTime?, lastActivity: HybridTime?) -> Bool {
        guard let trashedAt else { return false }
        return lastActivity.map { $0 <= trashedAt } ?? true
    }

    /// What a purge takes of messages, calls and threads that are held: what is named, what is in a thread that is named,
    /// and everything that continues any of it. Purge beats everything: what comes later is asked the same question.
    ///
    /// - Parameters:
    ///   - named: the uids that any purge names.
    ///   - held: every message held, with the thread and the message it continues.
    package static func closure<Messages: Sequence<PurgeCandidate>>(
        of named: Set<[UInt8]>, over held: Messages
    )
        -> Set<[UInt8]>
    {
        var gone = named
        var children: [[UInt8]: [[UInt8]]] = [:]
        var next: [[UInt8]] = Array(named)
        for message in held {
            if named.contains(message.thread), gone.insert(message.uid).inserted { next.append(message.uid) }
            if let parent = message.parent { children[parent, default: []].append(message.uid) }
        }
        while let uid = next.popLast() {
            for child in children[uid] ?? [] where gone.insert(child).inserted { next.append(child) }
        }
        return gone
    }

    /// Whether something that comes may not come in: it was purged, or belongs to or continues what was.
    package static func isPurged(
        uid: [UInt8], thread: [UInt8]?, parent: [UInt8]?, gone: (_ uid: [UInt8]) -> Bool
    ) -> Bool {
        gone(uid) || thread.map(gone) == true || parent.map(gone) == true
    }
}

/// What a purge's closure asks of a message.
package struct PurgeCandidate: Hashable, Sendable {
    package let uid: [UInt8]
    package let thread: [UInt8]
    package let parent: [UInt8]?

    package init(uid: [UInt8], thread: [UInt8], parent: [UInt8]?) {
        self.uid = uid
        self.thread = thread
        self.parent = parent
    }
}
