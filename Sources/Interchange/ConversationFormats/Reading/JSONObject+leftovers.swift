import OrderedJSON

extension JSONObject {
    /// The members that say something and whose names are not among `known`: what is left of an object when everything
    /// with a place of its own was taken out.
    func leftovers(besides known: Set<String>) -> JSONObject {
        JSONObject(filter { !known.contains($0.key) && !$0.value.saysNothing })
    }
}

extension JSON {
    /// Whether this is `null`, false, or empty: what a field holds that was never used.
    var saysNothing: Bool {
        switch self {
        case .null, .bool(false): true
        case .string(let text): text.isEmpty
        case .array(let elements): elements.allSatisfy(\.saysNothing)
        case .object(let object): object.allSatisfy { $0.value.saysNothing }
        case .bool(true), .number: false
        }
    }

    /// The text of a string that is not empty.
    var words: String? {
        guard case .string(let text) = self, !text.isEmpty else { return nil }
        return text
    }
}

/// What a format holds of a conversation's messages beside their words, on its way into
/// ``ForeignConversation/extras``.
///
/// A thread's extras are read whenever threads are listed, so there is a limit to what they may hold.
struct MessageExtras {
    /// How many bytes of one conversation's fields are kept.
    static let byteLimit = 16 << 10

    private var fields = JSONObject()
    private var byteCount = 0
    /// How many messages' fields had no room.
    private(set) var leftOut = 0

    mutating func add(_ leftovers: JSONObject, of id: String) {
        guard !leftovers.isEmpty else { return }
        let count = JSON.object(leftovers).serialized().count
        guard byteCount + count <= Self.byteLimit else {
            leftOut += 1
            return
        }
        byteCount += count
        fields.append(id, .object(leftovers))
    }

    /// Puts them under `messages`, and says what was left out.
    func hand(to conversation: inout ForeignConversation, sink: any ImportSink, place: String?) {
        if !fields.isEmpty { conversation.extras["messages"] = .object(fields) }
        for _ in 0..<leftOut {
            sink.note(
                ImportNote(.skipped, "technical fields of a message beside its words, too many to keep", at: place))
        }
    }
}
