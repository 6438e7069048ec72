import Conversations
import OrderedJSON

/// Reads the exports of Chatbot UI and of what descends from it: versions 1 to 4 of `{version, history, folders, prompts}`
/// and the `chatbot-ui-data.json` that version 2 of the program offers for the data of version 1.
///
/// The layouts are those of mckaywrigley/chatbot-ui, `types/export.ts` and `utils/app/importExport.ts` of version 1 and
/// `lib/export-old-data.ts` of version 2. Version 2 keeps its conversations on a server and exports none.
package struct ChatbotUIReader: ConversationReader {
    package static let format = ConversationFormat.chatbotui

    package init() {}

    package static func recognize(_ source: any ImportSource) -> Recognition? {
        var best: Recognition?
        for entry in source.jsonEntries {
            let head = source.beginning(of: entry)
            let beginsSo =
                head.starts(with: Array("{\"version\":".utf8)) || head.starts(with: Array("{\"history\":[".utf8))
            if beginsSo, head.contains("\"history\":[") { return .certain }
            if head.contains("\"conversationHistory\":\"") { return .certain }
            if head.starts(with: Array("[{\"id\":".utf8)), head.contains("\"messages\":[{\"role\":\""),
                head.contains("\"name\":")
            {
                best = .possible
            }
        }
        return best
    }

    package func read(_ source: any ImportSource, into sink: any ImportSink) async throws {
        var found = false
        for entry in source.jsonEntries {
            try await source.eachDocument(of: entry, sink: sink) { json in
                if try await read(json, into: sink) { found = true }
            }
        }
        guard found else {
            throw FormatError(
                .unknownFormat, "\(source.name) holds no Chatbot UI export: use Export data in its settings.")
        }
    }

    /// - Returns: whether it is of this format at all.
    private func read(_ json: JSON, into sink: any ImportSink) async throws -> Bool {
        if json["messages"]?.array != nil {
            try await add(json, folders: [:], into: sink)
            return true
        }
        guard let history = Self.list(json["history"] ?? json["conversationHistory"]) else { return false }
        var folders: [String: String] = [:]
        for folder in Self.list(json["folders"]) ?? [] {
            guard let id = Self.id(folder["id"]), let name = folder["name"]?.words else { continue }
            folders[id] = name
        }
        for conversation in history {
            if conversation["messages"]?.array != nil {
                try await add(conversation, folders: folders, into: sink)
            } else {
                sink.note(
                    ImportNote(.lost, "conversation without messages in it", at: conversation["name"]?.string))
            }
        }
        for prompt in Self.list(json["prompts"]) ?? [] {
            sink.note(ImportNote(.skipped, "prompt template: no part of a conversation", at: prompt["name"]?.string))
        }
        return true
    }

    private func add(_ json: JSON, folders: [String: String], into sink: any ImportSink) async throws {
        guard let object = json.object else { return }
        var conversation = ForeignConversation(id: Self.id(object["id"]), title: object["name"]?.words)
        conversation.instructions = object["prompt"]?.words
        conversation.model =
            object["model"]?["id"]?.words ?? object["model"]?.words ?? object["modelId"]?.words
            ?? object["model"]?["name"]?.words
        var extras = object.leftovers(besides: ["id", "name", "messages", "prompt", "modelId", "folderId"])
        if object["model"]?.string != nil { extras["model"] = nil }
        if let folder = Self.id(object["folderId"]) {
            if let name = folders[folder] { conversation.tags = [name] } else { extras["folderId"] = .string(folder) }
        }
        conversation.extras = extras
        for message in object["messages"]?.array ?? [] {
            let parts = try await parts(
                of: message["content"] ?? message["text"], sink: sink, place: conversation.title)
            var foreign = ForeignMessage(
                id: message["id"]?.words, role: Role(message["role"]?.words ?? "user"), parts: parts)
            if message["role"]?.words == nil {
                sink.note(
                    ImportNote(
                        .degraded, "message whose author is not said, taken for a person's", at: conversation.title))
            }
            foreign.createdAt = Timestamp(exported: message["createdAt"] ?? message["timestamp"])
            if foreign.role == .assistant {
                var answer = ForeignAnswer(modelRequested: conversation.model)
                if let temperature = object["temperature"] { answer.parameters.set("temperature", to: temperature) }
                foreign.answer = answer
            }
            conversation.messages.append(foreign)
        }
        try await sink.add(conversation)
    }

    private func parts(of content: JSON?, sink: any ImportSink, place: String?) async throws -> [MessagePart] {
        guard let blocks = content?.array else {
            if content == nil { sink.note(ImportNote(.lost, "message without its words", at: place)) }
            return [.text(content?.asText ?? "")]
        }
        var parts: [MessagePart] = []
        for block in blocks {
            let image = block["image_url"] ?? block["image"]
            if let text = block["text"]?.string ?? block.string {
                parts.append(.text(text))
            } else if let url = image?["url"]?.string ?? image?.string {
                parts.append(try await sink.mediaPart(url: url, otherwise: .image))
            } else {
                sink.note(ImportNote(.degraded, "part of an unknown kind kept as its JSON", at: place))
                parts.append(.unknown(block))
            }
        }
        return parts
    }

    /// An array, or the JSON text of one: browsers keep texts.
    private static func list(_ json: JSON?) -> [JSON]? {
        if let text = json?.string { return (try? JSON(parsing: text))?.array }
        return json?.array
    }

    /// An id, in versions 1 and 2 a number.
    private static func id(_ json: JSON?) -> String? {
        json?.words ?? json?.int.map(String.init)
    }
}
