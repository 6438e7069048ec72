import Conversations
import OrderedJSON

/// A session of aichat, from its YAML.
struct AichatSession {
    private let entry: ImportEntry
    private let object: JSONObject

    init(_ bytes: [UInt8], entry: ImportEntry) throws(FormatError) {
        self.entry = entry
        guard let object = try YAMLDocument.json(bytes, named: entry.path).object, object["messages"]?.array != nil
        else {
            throw FormatError(.damaged, "\(entry.path) is no session of aichat: it has no list of messages.")
        }
        self.object = object
    }

    func conversation(sink: any ImportSink) async throws -> ForeignConversation {
        let name = entry.stem
        var conversation = ForeignConversation(id: name, title: name)
        conversation.titleIsGiven = true
        conversation.model = object["model"]?.words
        conversation.createdAt = Self.date(in: name)
        if conversation.createdAt != nil {
            // Its name is the date with what aichat made of the first words.
            conversation.title = name.utf8.count > 16 ? String(name.dropFirst(16)) : name
            conversation.titleIsGiven = false
        }
        conversation.instructions = object["agent_instructions"]?.words
        let compressed = object["compressed_messages"]?.array ?? []
        for (index, json) in (compressed + (object["messages"]?.array ?? [])).enumerated() {
            try await add(json, to: &conversation, sink: sink)
            if index + 1 == compressed.count { conversation.extras["compressed_messages"] = .int(compressed.count) }
        }
        for member in object.leftovers(besides: [
            "messages", "compressed_messages", "data_urls", "agent_instructions", "model",
        ]) { conversation.extras.append(member.key, member.value) }
        return conversation
    }

    private func add(_ json: JSON, to conversation: inout ForeignConversation, sink: any ImportSink) async throws {
        guard let content = json["content"], !content.isNull else {
            sink.note(ImportNote(.lost, "message without its words", at: entry.path))
            return
        }
        if json["role"]?.words == nil {
            sink.note(ImportNote(.degraded, "message whose author is not said, taken for a person's", at: entry.path))
        }
        let role = Role(json["role"]?.words ?? "user")
        if let results = content["tool_results"]?.array {
            let said: [MessagePart] = content["text"]?.words.map { [.text($0)] } ?? []
            append(.assistant, said + AichatTools.calls(results), to: &conversation)
            append(.tool, AichatTools.results(results), to: &conversation)
            for gap in AichatTools.gaps(in: results) { sink.note(ImportNote(.lost, gap, at: entry.path)) }
            return
        }
        if role == .tool {
            sink.note(ImportNote(.lost, "calls of tools that are not in the session", at: entry.path))
        }
        guard let blocks = content.array else {
            append(role, [.text(content.asText)], to: &conversation)
            return
        }
        var parts: [MessagePart] = []
        for block in blocks {
            if let text = block["text"]?.string {
                parts.append(.text(text))
            } else if let url = block["image_url"]?["url"]?.string {
                parts.append(try await sink.mediaPart(url: url, name: name(ofMediaAt: url), otherwise: .image))
            } else {
                sink.note(ImportNote(.degraded, "part of an unknown kind kept as its JSON", at: entry.path))
                parts.append(.unknown(block))
            }
        }
        append(role, parts, to: &conversation)
    }

    private func append(_ role: Role, _ parts: [MessagePart], to conversation: inout ForeignConversation) {
        var message = ForeignMessage(role: role, parts: parts)
        if role == .assistant {
            var answer = ForeignAnswer(modelRequested: object["model"]?.words)
            for name in ["temperature", "top_p"] {
                if let value = object[name] { answer.parameters.set(name, to: value) }
            }
            message.answer = answer
        }
        conversation.messages.append(message)
    }

    /// The file that bytes came from: aichat keeps it by the SHA-256 of the data URL.
    private func name(ofMediaAt url: String) -> String? {
        guard url.hasPrefix("data:"), let files = object["data_urls"]?.object else { return nil }
        let path = files["\(BlobDigest(of: Array(url.utf8)))"]?.string
        return path?.split(separator: "/").last.map(String.init)
    }

    /// The moment in a name like `20250501T100000-high-tide`; the time zone is not in it, and taken for UTC.
    private static func date(in name: String) -> Timestamp? {
        let digits = Array(name.utf8.prefix(15))
        guard digits.count == 15, digits[8] == UInt8(ascii: "T"),
            name.utf8.count == 15 || name.utf8.dropFirst(15).first == 0x2D
        else { return nil }
        let text = String(decoding: digits, as: UTF8.self)
        func piece(_ from: Int, _ count: Int) -> Substring { text.dropFirst(from).prefix(count) }
        return Timestamp(
            exportedISO: "\(piece(0, 4))-\(piece(4, 2))-\(piece(6, 2))T\(piece(9, 2)):\(piece(11, 2)):\(piece(13, 2))")
    }
}
