import Conversations
import OrderedJSON

extension LLMThread {
    /// The parts of a message of the new tables.
    func parts(of hash: String) async throws -> [MessagePart] {
        var parts: [MessagePart] = []
        for dictionary in try dictionaries(of: hash) {
            switch dictionary["type"]?.string {
            case "text":
                parts.append(.text(dictionary["text"]?.string ?? ""))
            case "reasoning":
                let isPlain = dictionary["redacted"] == nil && dictionary["provider_metadata"] == nil
                parts.append(
                    .reasoning(Reasoning(text: dictionary["text"]?.string ?? "", item: isPlain ? .none : dictionary)))
            case "tool_call":
                let name = dictionary["name"]?.string ?? ""
                parts.append(
                    .toolCall(
                        ToolCall(
                            id: dictionary["tool_call_id"]?.string ?? name, name: name,
                            arguments: dictionary["arguments"]?.pythonText() ?? "{}")))
            case "tool_result":
                let id = dictionary["tool_call_id"]?.string ?? dictionary["name"]?.string ?? ""
                parts.append(.toolResult(ToolResult(callID: id, output: dictionary["output"]?.asText ?? "")))
                leave("exception of \(id)", dictionary["exception"], of: hash)
                for attachment in dictionary["attachments"]?.array ?? [] {
                    parts.append(try await part(forAttachment: attachment["id"]?.string ?? ""))
                }
            case "attachment":
                parts.append(try await part(forAttachment: dictionary["attachment"]?["id"]?.string ?? ""))
            default:
                sink.note(ImportNote(.degraded, "part of an unknown kind kept as its JSON", at: hash))
                parts.append(.unknown(dictionary))
            }
            if let type = dictionary["type"]?.string, type != "reasoning" {
                leave("provider_metadata of \(parts.count - 1)", dictionary["provider_metadata"], of: hash)
                leave("server_executed of \(parts.count - 1)", dictionary["server_executed"], of: hash)
            }
        }
        return parts
    }

    /// The parts as `llm` hands them on, its references resolved.
    func dictionaries(of hash: String) throws -> [JSON] {
        try database.rows("parts", "WHERE message_hash = ? ORDER BY position", [hash]).map { row in
            var dictionary: JSONObject = ["type": .string(row.text("type") ?? "")]
            if let text = row.text("text") { dictionary["text"] = .string(text) }
            let payload = row.words("payload")
            guard let members = payload.flatMap({ try? JSON(parsing: $0) })?.object else {
                if let payload { dictionary["payload"] = .string(payload) }
                return .object(dictionary)
            }
            for member in members where member.key != "text_ref" { dictionary[member.key] = member.value }
            if let pieces = members["text_ref"]?.array {
                var text = ""
                for piece in pieces {
                    if let literal = piece["literal"]?.string {
                        text += literal
                    } else if let number = piece["fragment"]?.int {
                        guard
                            let content = try database.rows("fragments", "WHERE id = \(number)").first?.text("content")
                        else {
                            sink.note(ImportNote(.lost, "fragment that is not in the database", at: hash))
                            continue
                        }
                        text += content
                    }
                }
                dictionary["text"] = .string(text)
            }
            return .object(dictionary)
        }
    }

    private func part(forAttachment id: String) async throws -> MessagePart {
        guard let row = try database.rows("attachments", "WHERE id = ?", [id]).first else {
            sink.note(ImportNote(.lost, "attachment that is not in the database", at: id))
            return .file(MessageMedia(source: .fileID(id)))
        }
        return try await part(for: row)
    }

    /// The part for a row of `attachments`: its bytes, or the path or address that stands for them.
    func part(for row: LLMRow) async throws -> MessagePart {
        let type = row.words("type")
        let name = row.words("path").map { String($0.split(separator: "/").last ?? "") }
        if let bytes = row.bytes("content") {
            return try await sink.mediaPart(bytes: bytes, mediaType: type, name: name)
        }
        if let url = row.words("url") {
            return try await sink.mediaPart(url: url, mediaType: type)
        }
        if let path = row.words("path") {
            sink.note(
                ImportNote(.degraded, "attachment whose bytes are not in the database, kept by its path", at: path))
            return AttachedKind.file.part(MessageMedia(source: .url("file://\(path)"), mediaType: type, name: name))
        }
        sink.note(ImportNote(.lost, "attachment without bytes", at: row.text("id")))
        return AttachedKind.file.part(MessageMedia(source: .fileID(row.text("id") ?? ""), mediaType: type))
    }
}
