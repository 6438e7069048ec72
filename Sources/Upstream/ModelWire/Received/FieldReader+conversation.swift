import Conversations
import OrderedJSON

extension FieldReader {
    /// The conversation that a request brings, whatever the dialect calls it. A string is what the user says.
    func conversation(dialect: Dialect, limits: RequestLimits) throws(RequestFault) -> [ReceivedItem] {
        let name = dialect == .chat ? "messages" : "input"
        guard let value = value(name) else {
            if dialect == .responses { return [] }
            throw .missing(name)
        }
        if dialect != .chat, let text = value.string { return [.message(role: .user, parts: [.text(text)])] }
        guard let array = value.array else {
            let expected = dialect == .chat ? "an array of objects" : "one of a string or an array of objects"
            throw .type(of: name, expected: expected, got: value)
        }
        if array.isEmpty, dialect != .responses { throw .emptyArray(name) }
        return try items(array, named: name, dialect: dialect, limit: limits.maxMessages)
    }

    /// Items of a list, read.
    func items(_ array: [JSON], named name: String, dialect: Dialect, limit: Int) throws(RequestFault) -> [ReceivedItem]
    {
        guard array.count <= limit else { throw .tooMany(name, limit: limit, got: array.count) }
        var reader = ConversationReader(dialect: dialect)
        for (index, json) in array.enumerated() {
            let place = FieldPlace(name, index, isDotted: dialect == .chat)
            if dialect == .chat {
                try reader.read(chatMessage: json, at: place)
            } else {
                try reader.read(item: json, at: place)
            }
        }
        return reader.finished()
    }
}
