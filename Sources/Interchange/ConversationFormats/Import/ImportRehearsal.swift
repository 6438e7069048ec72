package import ConversationStorage
package import Conversations
import Synchronization

/// An import that writes nothing: it says what would come of it, by the rules of ``Vault/adopt(_:import:)``.
package final class ImportRehearsal: ImportDestination {
    private struct State {
        /// What is known of the threads that came by: in the vault, and before in this import.
        var threads: [ThreadID: [MessageID: Lineage]] = [:]
        var calls: [ThreadID: Set<CallID>] = [:]
    }

    private let vault: Vault?
    private let erased: Set<[UInt8]>
    private let state = Mutex(State())

    /// - Parameter vault: what is known; nil where there is none yet.
    package init(_ vault: Vault?) async throws(StorageError) {
        self.vault = vault
        erased = Set(try await vault?.purgedIDs().map(\.bytes) ?? [])
    }

    package func adopt(_ records: [ThreadRecord]) async throws(StorageError) -> ImportOutcome {
        var outcome = ImportOutcome()
        for record in records {
            let isKnown = try await look(for: record.id)
            if !isKnown, erased.contains(record.id.bytes) {
                outcome.erasedThreads += 1
                outcome.erasedMessages += record.messages.count
                continue
            }
            if isKnown { outcome.knownThreads += 1 } else { outcome.newThreads += 1 }
            state.withLock { state in
                var known = state.threads[record.id] ?? [:]
                let calls = state.calls[record.id] ?? []
                count(record, &known, calls, &outcome)
                state.threads[record.id] = known
                let all = Set(record.calls.map(\.id))
                outcome.newCalls += all.subtracting(calls).count
                state.calls[record.id] = calls.union(all)
            }
        }
        return outcome
    }

    package func keep(_ bytes: [UInt8], mediaType: String?) async throws(StorageError) -> BlobDigest {
        BlobDigest(of: bytes)
    }

    package func holds(_ digest: BlobDigest) async throws(StorageError) -> Bool {
        try await vault?.holds(digest) ?? false
    }

    package func adoptPurges(_ ids: [PurgedID]) async throws(StorageError) {}

    private func look(for id: ThreadID) async throws(StorageError) -> Bool {
        if state.withLock({ $0.threads[id] != nil }) { return true }
        guard let vault else { return false }
        let record: ThreadRecord
        do {
            record = try await vault.threadRecord(id)
        } catch  where error.code == .notFound {
            return false
        }
        var lineages: [MessageID: Lineage] = [:]
        for message in record.messages { lineages[message.id] = message.lineage(after: message.parentID, in: lineages) }
        state.withLock { state in
            state.threads[id] = lineages
            state.calls[id] = Set(record.calls.map(\.id))
        }
        return true
    }

    private func count(
        _ record: ThreadRecord, _ known: inout [MessageID: Lineage], _ calls: Set<CallID>,
        _ outcome: inout ImportOutcome
    ) {
        var lineages: [MessageID: Lineage] = [:]
        var gone: Set<MessageID> = []
        for message in record.messages {
            let lineage = message.lineage(after: message.parentID, in: lineages)
            lineages[message.id] = lineage
            let continuesErased = message.parentID.map(gone.contains) ?? false
            if !continuesErased, known[message.id] == lineage {
                outcome.knownMessages += 1
            } else if continuesErased || erased.contains(message.id.bytes) {
                gone.insert(message.id)
                outcome.erasedMessages += 1
            } else if known[message.id] == nil {
                known[message.id] = lineage
                outcome.newMessages += 1
            } else {
                let changed = MessageID(derivedFrom: [
                    "changed", record.id.description, message.id.description, lineage.digits,
                ])
                guard known.updateValue(lineage, forKey: changed) == nil else {
                    outcome.knownMessages += 1
                    continue
                }
                outcome.changedMessages += 1
                // The call that is here has its answer already: the other words get one of their own.
                if let call = message.callID, calls.contains(call) { outcome.newCalls += 1 }
            }
        }
    }
}

extension MessageRecord {
    fileprivate func lineage(after parent: MessageID?, in lineages: [MessageID: Lineage]) -> Lineage {
        Lineage(parent: parent.flatMap { lineages[$0] } ?? .beginning, role: role, parts: parts)
    }
}

extension Lineage {
    fileprivate var digits: String { bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() }
}
