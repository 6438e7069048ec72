package import OrderedJSON

/// What came of an import: all it read is in one of its counts.
package struct ImportReport: Sendable, Hashable {
    /// A kind of thing that was not kept as it was.
    package struct Remark: Sendable, Hashable {
        package let what: String
        package fileprivate(set) var count: Int
        /// The first few places.
        package fileprivate(set) var places: [String]
    }

    package let format: ConversationFormat
    /// What was read.
    package internal(set) var threadsRead = 0
    package internal(set) var messagesRead = 0
    package internal(set) var newThreads = 0
    package internal(set) var knownThreads = 0
    /// Erased here, and so not brought back.
    package internal(set) var erasedThreads = 0
    package internal(set) var newMessages = 0
    package internal(set) var knownMessages = 0
    /// Of those that are new: siblings of a known message that had other words.
    package internal(set) var changedMessages = 0
    package internal(set) var erasedMessages = 0
    package internal(set) var newCalls = 0
    package internal(set) var attachments = 0
    package internal(set) var attachmentBytes = 0
    /// Whether it was stopped before the end.
    package internal(set) var isStopped = false
    /// By how bad they are, in the order in which they first came.
    package private(set) var remarks: [ImportNote.Severity: [Remark]] = [:]

    private static let mostPlaces = 3

    init(_ format: ConversationFormat) {
        self.format = format
    }

    mutating func note(_ note: ImportNote) {
        var list = remarks[note.severity] ?? []
        if let index = list.firstIndex(where: { $0.what == note.what }) {
            list[index].count += 1
            if let place = note.place, list[index].places.count < Self.mostPlaces, !list[index].places.contains(place) {
                list[index].places.append(place)
            }
        } else {
            list.append(Remark(what: note.what, count: 1, places: note.place.map { [$0] } ?? []))
        }
        remarks[note.severity] = list
    }

    /// How many things were noted as so bad.
    package func count(_ severity: ImportNote.Severity) -> Int {
        remarks[severity]?.reduce(0) { $0 + $1.count } ?? 0
    }

    /// What is kept of it, and printed with `--json`.
    package var json: JSONObject {
        func remarks(_ severity: ImportNote.Severity) -> JSON {
            .array(
                (self.remarks[severity] ?? []).map {
                    [
                        "what": .string($0.what), "count": .int($0.count),
                        "places": .array($0.places.map { .string($0) }),
                    ]
                })
        }
        return [
            "format": .string(format.rawValue),
            "threads": [
                "read": .int(threadsRead), "new": .int(newThreads), "known": .int(knownThreads),
                "erased": .int(erasedThreads),
            ],
            "messages": [
                "read": .int(messagesRead), "new": .int(newMessages), "known": .int(knownMessages),
                "changed": .int(changedMessages), "erased": .int(erasedMessages),
            ],
            "calls": ["new": .int(newCalls)],
            "attachments": ["kept": .int(attachments), "bytes": .int(attachmentBytes)],
            "lost": remarks(.lost), "degraded": remarks(.degraded), "skipped": remarks(.skipped),
            "stopped": .bool(isStopped),
        ]
    }
}
