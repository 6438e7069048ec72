import Conversations
import ModelWire
import OrderedJSON
import Testing

struct ChatChunksTests {
    private func chunks(_ stream: ServedStream) -> [JSON] {
        stream.events.compactMap { try? JSON(parsing: $0.data) }
    }

    @Test func `a choice begins with its role, ends with its reason, and the usage comes last`() throws {
        let payloads = try ReplayedStream(Fixture.bytes("50-stream-resp-text.sse")).payloads
        let stream = try ServedStream.chat(payloads)
        let all = chunks(stream)
        #expect(all.first?["choices"]?[0]?["delta"] == ["role": "assistant", "content": "", "refusal": .null])
        #expect(all[all.count - 2]["choices"]?[0]?["delta"] == [:])
        #expect(all[all.count - 2]["choices"]?[0]?["finish_reason"] == "stop")
        #expect(all.dropLast().allSatisfy { $0["usage"] == .null })
        #expect(all.last?["choices"] == [])
        #expect(all.last?["usage"]?["prompt_tokens"]?.int != nil)
        #expect(stream.events.last?.framed(named: false).text == "data: [DONE]\n\n")
        #expect(Set(all.map { $0["id"]?.string }) == ["chatcmpl-1"])
        let without = chunks(try ServedStream.chat(payloads, includesUsage: false))
        #expect(without.allSatisfy { $0["usage"] == nil })
        #expect(without.count == all.count - 1)
    }

    @Test func `choices come mixed as the upstream mixes them`() throws {
        let payloads = try ReplayedStream(Fixture.bytes("71-stream-chat-n3.sse")).payloads
        let stream = try ServedStream.chat(payloads, choicesAsked: 3)
        #expect(stream.chunks.faults == [])
        #expect(stream.chunks.choices.count == 3)
        for choice in stream.answer.choices {
            #expect(stream.chunks.choices[choice.index]?.text == choice.parts.text)
            #expect(stream.chunks.choices[choice.index]?.reason != nil)
        }
        let order = chunks(stream).compactMap { $0["choices"]?[0]?["index"]?.int }
        #expect(order != order.sorted())
    }

    @Test func `a Responses upstream's call is told in fragments, the first with its id and name`() throws {
        let payloads = try ReplayedStream(Fixture.bytes("51-stream-resp-tool.sse")).payloads
        let stream = try ServedStream.chat(payloads)
        let fragments = chunks(stream).compactMap { $0["choices"]?[0]?["delta"]?["tool_calls"]?[0] }
        #expect(
            fragments.first
                == [
                    "index": 0, "id": "call_s1", "type": "function",
                    "function": ["name": "lookup_tide", "arguments": ""],
                ])
        #expect(fragments.dropFirst().allSatisfy { $0["id"] == nil && $0["index"] == 0 })
        #expect(stream.chunks.choices[0]?.reason == "tool_calls")
    }

    @Test func `members nobody knows go on, and lists of them are numbered`() throws {
        let stream = try ServedStream.chat([
            [UInt8](
                #"{"id":"u","choices":[],"prompt_filter_results":[1],"service_tier":"on_demand"}"#),
            [UInt8](
                #"{"id":"u","model":"real","provider":"P","choices":[{"index":0,"delta":{"role":"assistant","content":"Hi","annotations":[{"type":"a"},{"type":"b"}],"audio":{"id":"x"}},"stop_reason":5}]}"#
            ),
            [UInt8](#"{"id":"u","choices":[{"index":0,"delta":{"content":""},"finish_reason":"stop"}]}"#),
        ])
        let all = chunks(stream)
        #expect(all.allSatisfy { $0["choices"]?.array?.count == 1 })
        #expect(all[0]["prompt_filter_results"] == [1])
        #expect(all[0]["service_tier"] == nil)
        #expect(all.contains { $0["provider"] == "P" })
        #expect(all.last?["model"] == "real")
        let deltas = all.compactMap { $0["choices"]?[0]?["delta"] }
        #expect(deltas.contains { $0["audio"] == ["id": "x"] })
        #expect(deltas.contains { $0["annotations"] == [["type": "a", "index": 0], ["type": "b", "index": 1]] })
        #expect(all.contains { $0["choices"]?[0]?["stop_reason"] == 5 })
    }

    @Test func `an answer that was cut or failed ends with an error and no reason`() throws {
        let payloads = try ReplayedStream(Fixture.bytes("70-stream-chat-usage.sse")).payloads
        let cut = try ServedStream.chat(Array(payloads.prefix(3))).chunks
        #expect(cut.errors.first?["code"] == "interrupted")
        #expect(cut.choices[0]?.reason == nil)
        #expect(cut.isDone)
        let failed = try ServedStream.chat(
            ReplayedStream(Fixture.bytes("54-stream-resp-error-flat-failed.sse")).payloads
        ).chunks
        #expect(failed.errors.first?["message"]?.string?.isEmpty == false)
        for key in ["message", "type", "param", "code"] { #expect(failed.errors.first?[key] != nil) }
    }

    @Test func `why a model stopped is said in chat's words`() throws {
        func reason(_ word: String?, _ status: Message.Status = .complete, calls: Bool = false) throws -> String? {
            let parts: [MessagePart] = calls ? [.toolCall(ToolCall(id: "c", name: "n", arguments: "{}"))] : [.text("x")]
            let answer = ServedAnswer(
                id: "chatcmpl-1", created: 1, model: "m", status: .complete,
                choices: [
                    ServedChoice(
                        index: 0, messageUID: ServedStream.uids[0], parts: parts, finishReason: word, status: status)
                ])
            let json = try JSON(parsing: ChatCompletionObject.bytes(answer, blobs: NoBlobs()))
            return json["choices"]?[0]?["finish_reason"]?.string
        }
        #expect(try reason("stop") == "stop")
        #expect(try reason(nil) == "stop")
        #expect(try reason(nil, calls: true) == "tool_calls")
        #expect(try reason("max_output_tokens", .incomplete) == "length")
        #expect(try reason("content_filter", .incomplete) == "content_filter")
        #expect(try reason("tool_use", calls: true) == "tool_calls")
        #expect(try reason("eos") == "stop")
        #expect(try reason(nil, .interrupted) == "length")
    }
}
