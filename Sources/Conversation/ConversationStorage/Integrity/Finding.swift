/// One disagreement in a vault: what is wrong, with which row, and what can be done. Never any word of a conversation.
package struct Finding: Hashable, Sendable {
    /// What kind of disagreement it is. The raw values are what programs read.
    package enum Kind: String, Sendable, CaseIterable {
        // The file
        /// SQLite's own check found the file damaged.
        case fileDamaged = "file_damaged"
        /// A row refers to one that is not there.
        case danglingReference = "dangling_reference"
        /// Others may read the file.
        case filePermissions = "file_permissions"
        /// An erasure was begun and has not reached its end.
        case erasureUnfinished = "erasure_unfinished"

        // The tree
        /// A message is missing inside a strand.
        case messageMissing = "message_missing"
        /// Messages lie in a strand that is not there.
        case strandMissing = "strand_missing"
        /// A strand holds nothing.
        case strandEmpty = "strand_empty"
        /// The message a strand forked from is not there.
        case forkMissing = "fork_missing"
        /// A strand's parent belongs to another thread.
        case strandOfAnotherThread = "strand_of_another_thread"
        /// A strand is not younger than the one it forked from.
        case strandOrder = "strand_order"
        /// A thread's tip points nowhere.
        case tipMissing = "tip_missing"
        /// A thread's tip is another thread's message.
        case tipOfAnotherThread = "tip_of_another_thread"

        // Messages
        /// A message's lineage is not that of its content and its parent.
        case lineage
        /// A message's parts cannot be read, or do not fit its words.
        case parts
        /// A message came from a call that is not there, of another thread, or that has not ended.
        case messageCall = "message_call"
        /// Two answers of a call are the same choice.
        case choiceTwice = "choice_twice"
        /// What was erased is there.
        case purgedPresent = "purged_present"
        /// A handle's characters are not those of the id.
        case handle

        // Calls
        /// A call cannot be read.
        case callUnreadable = "call_unreadable"
        /// A call's question is missing or another thread's.
        case callQuestion = "call_question"
        /// A call's status and its dates or answers contradict each other.
        case callStatus = "call_status"
        /// A call is under way, but its process is gone.
        case callAbandoned = "call_abandoned"
        /// The events of a call that has ended.
        case eventsLeft = "events_left"
        /// An answer's body cannot be read.
        case bodyUnreadable = "body_unreadable"

        /// The ledger of what upstreams showed of themselves holds less than the calls do.
        case backendLedger = "backend_ledger"
        /// A canary cannot be read, or asks what is not its own.
        case canary

        // Replays
        /// A replay cannot be read, or names what is not its own.
        case replay

        // What is kept once
        /// A blob's bytes are not those of its digest.
        case blobContent = "blob_content"
        /// A message's attachment is not there.
        case blobMissing = "blob_missing"
        /// A message's attachments and what is noted of them disagree.
        case blobReferences = "blob_references"
        /// A blob that no message holds.
        case blobUnused = "blob_unused"
        /// Instructions or tools whose text is not that of their digest.
        case wordsContent = "words_content"
        /// Instructions or tools that no call holds.
        case wordsUnused = "words_unused"

        // The index
        /// A message or title that search cannot find.
        case indexMissing = "index_missing"
        /// An index entry of nothing.
        case indexExtra = "index_extra"
        /// An index entry whose words are not the message's.
        case indexStale = "index_stale"
        /// The index cannot be read.
        case indexUnreadable = "index_unreadable"
        /// Messages whose dates lie outside of what search takes them for.
        case arrivalDates = "arrival_dates"
        /// A model of a thread or a call that search does not know.
        case modelName = "model_name"
    }

    /// A row, named so that it can be looked up: never by its words.
    package struct Subject: Hashable, Sendable, CustomStringConvertible {
        /// `thread`, `message`, `call`, `strand`, `blob`, `words`, `file`, `index`.
        package let noun: String
        /// Its id where it has one, else what there is to tell it by.
        package let name: String

        package var description: String { "\(noun) \(name)" }
    }

    package let kind: Kind
    package let subject: Subject
    /// What disagrees.
    package let detail: String

    /// Whether ``Vault/repair(progress:)`` puts it right: it rebuilds what is derived and nothing else.
    package var isRepairable: Bool {
        switch kind {
        case .filePermissions, .strandEmpty, .tipMissing, .handle, .eventsLeft, .blobReferences, .blobUnused,
            .wordsUnused, .backendLedger, .indexMissing, .indexExtra, .indexStale, .indexUnreadable, .arrivalDates,
            .modelName, .erasureUnfinished:
            true
        default:
            false
        }
    }

    /// What to do about it.
    package var advice: String {
        if isRepairable { return "diwan doctor --repair" }
        return switch kind {
        case .callAbandoned: "it is brought to its end by the next: diwan list"
        case .fileDamaged: "copy the file away, then take the last backup that is whole"
        case .canary: "take it away: diwan canary remove"
        case .purgedPresent: "erase it again: diwan erase"
        case .bodyUnreadable: "the answer itself is there; only its body as it came is lost"
        default: "the rest of the vault can be used; take this from the last backup that is whole"
        }
    }
}

/// What an examination of a vault found.
package struct Examination: Sendable {
    /// What disagrees, in the order in which it was found; of one kind at most ``mostOfOneKind``.
    package internal(set) var findings: [Finding] = []
    /// How many of each kind there are, also those left out of ``findings``.
    package internal(set) var counts: [Finding.Kind: Int] = [:]
    package internal(set) var threads = 0
    package internal(set) var messages = 0
    package internal(set) var calls = 0
    package internal(set) var blobs = 0

    /// How many findings of one kind are listed.
    package static let mostOfOneKind = 1000

    /// Whether everything agrees.
    package var isClean: Bool { counts.isEmpty }

    mutating func add(_ kind: Finding.Kind, _ noun: String, _ name: String, _ detail: String) {
        counts[kind, default: 0] += 1
        guard counts[kind, default: 0] <= Self.mostOfOneKind else { return }
        findings.append(Finding(kind: kind, subject: Finding.Subject(noun: noun, name: name), detail: detail))
    }
}

/// How far long work has come.
package struct WorkProgress: Sendable {
    /// What is being done, for a person: `messages`, `index`, `log`.
    package let step: String
    package let done: Int
    package let total: Int
}
