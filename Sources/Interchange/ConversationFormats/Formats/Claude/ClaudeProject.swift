import Conversations
import OrderedJSON

/// A project of a Claude export: instructions and documents that its conversations share.
struct ClaudeProject {
    let id: String
    let name: String?
    /// What the model was told at the beginning of every conversation of the project.
    let instructions: String?
    private let json: JSONObject

    init?(_ json: JSON) {
        guard let object = json.object, let id = object["uuid"]?.words else { return nil }
        self.id = id
        self.json = object
        name = object["name"]?.words
        instructions = object["prompt_template"]?.words
    }

    /// The documents as a thread, each a message that begins with its name; nil where there are none, or where they are
    /// Anthropic's own example.
    var documents: ForeignConversation? {
        guard json["is_starter_project"]?.bool != true else { return nil }
        var messages: [ForeignMessage] = []
        for (index, document) in (json["docs"]?.array ?? []).enumerated() {
            guard let words = document["content"]?.words else { continue }
            var message = ForeignMessage(
                id: document["uuid"]?.words ?? "document-\(index)", parent: .previous, role: .user,
                parts: [.text(AttachedText(name: document["filename"]?.words, words: words).text)])
            message.createdAt = Timestamp(exported: document["created_at"])
            messages.append(message)
        }
        if messages.isEmpty { return nil }
        var thread = ForeignConversation(id: "project:" + id, title: name)
        thread.titleIsGiven = name != nil
        thread.instructions = instructions
        thread.createdAt = Timestamp(exported: json["created_at"])
        thread.updatedAt = Timestamp(exported: json["updated_at"])
        thread.messages = messages
        thread.extras = json.leftovers(besides: [
            "uuid", "name", "prompt_template", "docs", "created_at", "updated_at", "creator",
        ])
        return thread
    }
}

/// The words of a file, as they stand in a message: below the file's name, so that a search finds both.
struct AttachedText {
    let name: String?
    let words: String

    var text: String { name.map { "\($0):\n\n\(words)" } ?? words }
}
