import Conversations
import OrderedJSON

/// A conversation with Gemini in Google Workspace: a file `conversation_….txt` that holds JSON.
struct WorkspaceConversation {
    private let json: JSONObject
    private let entry: ImportEntry

    init?(_ bytes: [UInt8], in entry: ImportEntry) {
        guard let object = (try? JSON(parsing: bytes))?.object, object["conversation_turns"]?.array != nil else {
            return nil
        }
        json = object
        self.entry = entry
    }

    static func isOne(_ entry: ImportEntry) -> Bool {
        entry.plainName.hasPrefix("conversation_")
            && (entry.plainName.hasSuffix(".txt") || entry.plainName.hasSuffix(".json"))
    }

    func conversation(sink: any ImportSink) -> ForeignConversation? {
        // The file's name is the only one it has.
        let name = String(entry.fileName.prefix { $0 != "." })
        var conversation = ForeignConversation(id: "workspace:" + name, title: json["title"]?.words)
        conversation.createdAt = Timestamp(exported: json["creation_time"])
        conversation.updatedAt = Timestamp(exported: json["update_time"] ?? json["last_modified_time"])
        conversation.extras = json.leftovers(besides: [
            "title", "creation_time", "update_time", "last_modified_time", "conversation_turns",
        ])
        var extras = MessageExtras()
        for (index, turn) in (json["conversation_turns"]?.array ?? []).enumerated() {
            var isRead = false
            for key in ["user_turn", "system_turn"] {
                guard let said = turn[key], !said.saysNothing else { continue }
                isRead = true
                let parts = key == "user_turn" ? Self.prompt(said) : Self.answer(said)
                if parts.isEmpty {
                    sink.note(ImportNote(.lost, "turn that cannot be read", at: conversation.title ?? entry.path))
                    continue
                }
                var message = ForeignMessage(
                    id: "\(index):\(key)", role: key == "user_turn" ? .user : .assistant, parts: parts)
                message.createdAt =
                    Timestamp(exported: said["timestamp"] ?? turn["timestamp"] ?? turn["creation_time"])
                conversation.messages.append(message)
                extras.add(
                    said.object?.leftovers(besides: ["prompt", "text", "timestamp"]) ?? JSONObject(),
                    of: "\(index):\(key)")
            }
            if !isRead, !turn.saysNothing {
                sink.note(ImportNote(.lost, "turn that cannot be read", at: conversation.title ?? entry.path))
            }
        }
        extras.hand(to: &conversation, sink: sink, place: conversation.title)
        if conversation.messages.isEmpty {
            sink.note(
                ImportNote(.skipped, "conversation in which nothing was said", at: conversation.title ?? entry.path))
            return nil
        }
        return conversation
    }

    private static func prompt(_ turn: JSON) -> [MessagePart] {
        let words = turn["prompt"]?.words ?? turn["text"]?.words ?? turn["prompt"]?["text"]?.words
        return words.map { [.text($0)] } ?? []
    }

    private static func answer(_ turn: JSON) -> [MessagePart] {
        guard let pieces = turn["text"]?.array else {
            return (turn["text"] ?? turn["data"])?.words.map { [.text($0)] } ?? []
        }
        return pieces.flatMap { piece -> [MessagePart] in
            if let words = piece.words { return [.text(words)] }
            return ["preamble", "data"].compactMap { piece[$0]?.words.map { .text($0) } }
        }
    }
}
