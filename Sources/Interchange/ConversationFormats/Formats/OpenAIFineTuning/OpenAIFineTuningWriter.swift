package import ConversationStorage
import Conversations
import Foundation
import OrderedJSON

/// Writes OpenAI's fine-tuning format, one example a line: the path to the tip. A thread whose tip is labelled `chosen` and
/// has a sibling labelled `rejected` becomes a preference.
///
/// What is no training matter (dates, titles, models, reasoning) is left out; so is a thread that has no answer, because
/// a file that holds one is refused.
package struct OpenAIFineTuningWriter: ConversationWriter {
    package static let format = ConversationFormat.openai

    package init() {}

    package func write(_ thread: ThreadRecord, to sink: any ExportSink) async throws {
        let path = thread.tipPath
        guard path.contains(where: { $0.role == .assistant }) else {
            return sink.leaveOut("threads without an answer", count: 1)
        }
        let preference = thread.preference(on: path)
        var example = JSONObject()
        var messages: [JSON] = []
        if let instructions = thread.instructions {
            let role = thread.extra("instructions_role")?.string ?? "system"
            messages.append(["role": .string(role), "content": .string(instructions)])
        }
        let encoder = TrainingEncoder(thread: thread, sink: sink)
        for message in preference == nil ? path : path.dropLast() {
            messages.append(.object(try await encoder.message(message)))
        }
        var input: JSONObject = ["messages": .array(messages)]
        let parameters = path.last { $0.callID != nil }?.callID.flatMap { thread.callsByID[$0]?.parameters }
        if let tools = parameters?.tools { input["tools"] = tools }
        input["parallel_tool_calls"] = parameters?.extras["parallel_tool_calls"]
        if let preference {
            example["input"] = .object(input)
            example["preferred_completion"] = [.object(try await encoder.message(preference.chosen))]
            example["non_preferred_completion"] = [.object(try await encoder.message(preference.rejected))]
        } else {
            example = input
        }
        let beside = thread.messages.count - path.count - (preference == nil ? 0 : 1)
        if beside > 0 { sink.leaveOut("messages on other branches than the tip's", count: beside) }
        try await sink.write(line: example)
    }
}

extension ThreadRecord {
    /// The two answers of a preference, the chosen one at the end of the path.
    func preference(on path: [MessageRecord]) -> (chosen: MessageRecord, rejected: MessageRecord)? {
        guard let chosen = path.last, chosen.labels.contains("chosen"),
            let rejected = messages.first(where: { $0.parentID == chosen.parentID && $0.labels.contains("rejected") })
        else { return nil }
        return (chosen, rejected)
    }

    /// What an import kept of a conversation and had no place for.
    func extra(_ name: String) -> JSON? { origin?["extras"]?[name] }
}

/// Messages on their way into a training file.
struct TrainingEncoder {
    let thread: ThreadRecord
    let sink: any ExportSink

    func message(_ message: MessageRecord) async throws -> JSONObject {
        var object: JSONObject = ["role": .string(message.role.name)]
        var content: [JSON] = []
        var calls: [JSON] = []
        var isPlain = true
        for part in message.parts {
            switch part {
            case .text(let text): content.append(["type": "text", "text": .string(text)])
            case .refusal(let text): object["refusal"] = .string(text)
            case .reasoning: sink.leaveOut("reasoning", count: 1)
            case .toolCall(let call):
                calls.append([
                    "id": .string(call.id), "type": "function",
                    "function": ["name": .string(call.name), "arguments": .string(call.arguments)],
                ])
            case .toolResult(let result):
                object["tool_call_id"] = .string(result.callID)
                content.append(["type": "text", "text": .string(result.output)])
            case .image(let media):
                guard let image = try await image(media) else { continue }
                isPlain = false
                content.append(image)
            case .file, .audio: sink.leaveOut("attachments that are no pictures", count: 1)
            case .unknown(let json):
                // What came from such a file goes back into one.
                if json["type"]?.string == nil {
                    sink.leaveOut("parts of a kind the format does not know", count: 1)
                } else {
                    isPlain = false
                    content.append(json)
                }
            }
        }
        if isPlain, content.count <= 1 {
            if let text = content.first?["text"] { object["content"] = text }
            if content.isEmpty, calls.isEmpty, object["refusal"] == nil { object["content"] = "" }
        } else {
            object["content"] = .array(content)
        }
        if !calls.isEmpty { object["tool_calls"] = .array(calls) }
        if let number = thread.messages.firstIndex(where: { $0.id == message.id }),
            let fields = thread.extra("messages")?["\(number + 1)"]?.object
        {
            for (name, value) in fields where name == "weight" || name == "name" { object[name] = value }
        }
        return object
    }

    private func image(_ media: MessageMedia) async throws -> JSON? {
        let url: String
        switch media.source {
        case .url(let address): url = address
        case .fileID:
            sink.leaveOut("attachments whose bytes are not in the vault", count: 1)
            return nil
        case .blob(let digest):
            guard let attachment = try await sink.attachment(digest) else {
                sink.leaveOut("attachments whose bytes are not in the vault any more", count: 1)
                return nil
            }
            let type = media.mediaType ?? attachment.mediaType ?? "image/png"
            url = "data:\(type);base64,\(Data(attachment.bytes).base64EncodedString())"
        }
        var image: JSONObject = ["url": .string(url)]
        if let detail = media.detail { image["detail"] = .string(detail) }
        return ["type": "image_url", "image_url": .object(image)]
    }
}
