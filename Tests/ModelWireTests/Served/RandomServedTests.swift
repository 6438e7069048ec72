import Conversations
import ModelWire
import OrderedJSON
import TestSupport
import Testing

/// Streams of any content, in either dialect, with everything left out that servers leave out.
struct RandomServedTests {
    @Test(arguments: 0..<60) func `any stream adds up to its response and its completion, ids and words`(
        seed: UInt64
    ) throws {
        var random = RandomStream(numbers: SeededNumbers(seed: seed))
        let payloads = Bool.random(using: &random.numbers) ? random.chat() : random.responses()
        let stream = try ServedStream.responses(payloads)
        #expect(stream.accumulated.faults == [])
        #expect(stream.accumulated.output == stream.accumulated.finalOutput)
        let parts = stream.answer.choices[0].parts
        let items = try ConversationItems.items(
            of: parts, role: .assistant, messageUID: ServedStream.uids[0], status: .complete, blobs: NoBlobs())
        #expect(items.map(\.id) == stream.accumulated.output.compactMap { $0["id"]?.string })
        let chunks = try ServedStream.chat(payloads).chunks
        #expect(chunks.faults == [])
        #expect(chunks.choices[0]?.text == parts.text)
        #expect(chunks.choices[0]?.reasoning == parts.reasoningText)
        #expect(chunks.choices[0]?.calls.count == parts.toolCalls.count)
        #expect(try ServedStream.responses(payloads).events == stream.events)
    }
}

private struct RandomStream {
    var numbers: SeededNumbers

    private mutating func words() -> [String] {
        (0..<Int.random(in: 1...4, using: &numbers)).map { _ in
            ["ein ", "\u{1F600}", "\n", "\"q\"", "日本", " e\u{301}", "x", "\\"].randomElement(using: &numbers) ?? ""
        }
    }

    private mutating func maybe(_ chance: Int = 2) -> Bool { Int.random(in: 0..<chance, using: &numbers) == 0 }

    mutating func chat() -> [[UInt8]] {
        var deltas: [JSON] = [["role": "assistant", "content": maybe() ? "" : .null]]
        if maybe() {
            let key = maybe() ? "reasoning_content" : "reasoning"
            deltas += words().map { [key: .string($0), "content": .null] }
        }
        if maybe(3) == false { deltas += words().map { ["content": .string($0)] } }
        if maybe(4) { deltas += words().map { ["refusal": .string($0)] } }
        for call in 0..<Int.random(in: 0...2, using: &numbers) {
            var head: JSONObject = [
                "index": .int(call), "type": "function", "function": ["name": "f", "arguments": ""],
            ]
            if maybe(4) == false { head["id"] = .string("call_\(call)") }
            deltas.append(["tool_calls": [.object(head)]])
            for piece in ["{\"a\":", "1", "}"] {
                deltas.append(["tool_calls": [["index": .int(call), "function": ["arguments": .string(piece)]]]])
            }
        }
        let id: JSON = maybe(4) ? "" : "c-1"
        var chunks = deltas.map { delta -> JSON in
            ["id": id, "choices": [["index": 0, "delta": delta]]]
        }
        chunks.append(["id": id, "choices": [["index": 0, "delta": [:], "finish_reason": "stop"]]])
        return chunks.map { [UInt8]($0.text()) } + [Array("[DONE]".utf8)]
    }

    mutating func responses() -> [[UInt8]] {
        var events: [JSONObject] = [["type": "response.created", "response": ["id": "r-1", "output": []]]]
        let (hasIndex, hasID, isNamed) = (maybe(), maybe(4) == false, maybe())
        var output: [JSON] = []
        for index in 0..<Int.random(in: 1...4, using: &numbers) {
            let id = "up_\(index)"
            func event(_ type: String, _ others: JSONObject) -> JSONObject {
                var event: JSONObject = ["type": .string(type)]
                if hasIndex { event["output_index"] = .int(index) }
                if hasID || !hasIndex { event["item_id"] = .string(id) }
                for (key, value) in others { event[key] = value }
                return event
            }
            let pieces = words()
            let text = pieces.joined()
            var item: JSONObject = ["id": .string(id)]
            var deltas: [JSONObject] = []
            switch Int.random(in: 0..<5, using: &numbers) {
            case 0, 1:
                item["type"] = "message"
                item["role"] = "assistant"
                item["content"] = [["type": "output_text", "text": .string(text), "annotations": []]]
                deltas = pieces.map { event("response.output_text.delta", ["content_index": 0, "delta": .string($0)]) }
            case 2:
                item["type"] = "reasoning"
                item["summary"] = [["type": "summary_text", "text": .string(text)]]
                deltas = pieces.map {
                    event("response.reasoning_summary_text.delta", ["summary_index": 0, "delta": .string($0)])
                }
            case 3:
                item["type"] = "function_call"
                item["call_id"] = .string("call_\(index)")
                item["name"] = "f"
                item["arguments"] = .string(text)
                if maybe() {
                    deltas = pieces.map { event("response.function_call_arguments.delta", ["delta": .string($0)]) }
                }
            default:
                item["type"] = "web_search_call"
                item["status"] = "completed"
                deltas = [event("response.web_search_call.searching", [:])]
            }
            var opened = item
            for key in ["content", "summary"] where opened[key] != nil { opened[key] = [] }
            if opened["arguments"] != nil { opened["arguments"] = "" }
            events.append(event("response.output_item.added", ["item": .object(opened)]))
            events += deltas
            events.append(event("response.output_item.done", ["item": .object(item)]))
            output.append(.object(item))
        }
        events.append([
            "type": "response.completed",
            "response": [
                "id": "r-1", "object": "response", "status": "completed",
                "output": maybe(3) ? [] : .array(output),
            ],
        ])
        if !isNamed { for index in events.indices { events[index]["sequence_number"] = 7 } }
        return events.map { [UInt8](JSON.object($0).text()) }
    }
}
