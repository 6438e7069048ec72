package import ConversationStorage
import Conversations
import OrderedJSON

/// Writes ShareGPT's training format: one conversation a line, or all in one array. It shows the path to the tip; a thread
/// whose tip is labelled `chosen` and has a sibling labelled `rejected` becomes a preference.
package struct ShareGPTWriter: ConversationWriter {
    package static let format = ConversationFormat.sharegpt

    private let asArray: Bool
    private var isFirst = true

    package init(asArray: Bool) { self.asArray = asArray }

    package func begin(_ sink: any ExportSink) async throws {
        if asArray { try await sink.write("[") }
    }

    package mutating func write(_ thread: ThreadRecord, to sink: any ExportSink) async throws {
        let path = thread.tipPath
        let preference = thread.preference(on: path)
        var object: JSONObject = ["id": .string(thread.id.description)]
        if let instructions = thread.instructions { object["system"] = .string(instructions) }
        let tools = path.last { $0.callID != nil }?.callID.flatMap { thread.callsByID[$0]?.parameters.tools }
        if let tools = tools?.array {
            object["tools"] = .string(JSON.array(tools.map { $0["function"] ?? $0 }).text())
        }
        let turns = (preference == nil ? path[...] : path.dropLast()).flatMap { self.turns($0, sink) }
        object["conversations"] = .array(turns)
        if let preference {
            object["chosen"] = self.turns(preference.chosen, sink).last ?? .null
            object["rejected"] = self.turns(preference.rejected, sink).last ?? .null
        }
        let beside = thread.messages.count - path.count - (preference == nil ? 0 : 1)
        if beside > 0 { sink.leaveOut("messages on other branches than the tip's", count: beside) }
        var bytes = JSON.object(object).serialized()
        if asArray { bytes = Array((isFirst ? "\n" : ",\n").utf8) + bytes } else { bytes.append(UInt8(ascii: "\n")) }
        isFirst = false
        try await sink.write(bytes)
    }

    package func end(_ sink: any ExportSink) async throws {
        if asArray { try await sink.write("\n]\n") }
    }

    /// The turns of a message: its words, and a turn of its own for calls and results.
    private func turns(_ message: MessageRecord, _ sink: any ExportSink) -> [JSON] {
        var turns: [JSON] = []
        var words: [String] = []
        let calls = message.parts.toolCalls
        for part in message.parts {
            switch part {
            case .text(let text): words.append(text)
            case .refusal(let text): words.append(text)
            case .toolResult(let result): turns.append(["from": "observation", "value": .string(result.output)])
            case .toolCall: break
            case .reasoning: sink.leaveOut("reasoning", count: 1)
            case .image, .file, .audio: sink.leaveOut("attachments", count: 1)
            case .unknown: sink.leaveOut("parts of a kind the format does not know", count: 1)
            }
        }
        if !words.isEmpty || (turns.isEmpty && calls.isEmpty) {
            turns.append(["from": .string(Self.name(message.role)), "value": .string(words.joined(separator: "\n"))])
        }
        if !calls.isEmpty {
            let written = calls.map { call -> JSON in
                [
                    "name": .string(call.name),
                    "arguments": (try? JSON(parsing: call.arguments)) ?? .string(call.arguments),
                ]
            }
            let value = written.count == 1 ? written[0] : .array(written)
            turns.append(["from": "function_call", "value": .string(value.text())])
        }
        return turns
    }

    private static func name(_ role: Role) -> String {
        switch role {
        case .user: "human"
        case .assistant: "gpt"
        case .tool: "observation"
        default: role.name
        }
    }
}
