import Conversations
import ModelWire
import OrderedJSON
import Testing

/// Every recorded stream goes out whole, in its own dialect and in the other.
@Suite(.enabled(if: RecordedTraffic.folder != nil, Comment(rawValue: RecordedTraffic.skipReason)))
struct RecordedServedTests {
    private static func payloads() throws -> [(name: String, payloads: [[UInt8]])] {
        try RecordedTraffic.streams().map { ($0.name, try ReplayedStream($0.bytes).payloads) }
    }

    @Test func `the events of each recorded stream add up to its response, and to what is read back later`() throws {
        for (name, payloads) in try Self.payloads() {
            for isDocumented in [false, true] {
                let stream = try ServedStream.responses(payloads, isDocumented: isDocumented)
                let told = stream.accumulated
                #expect(told.faults.isEmpty, "\(name): \(told.faults.prefix(3))")
                #expect(Self.readable(told.output) == Self.readable(told.finalOutput), "\(name)")
                let readBack = try JSON(
                    parsing: isDocumented
                        ? ResponseObject.documentedBytes(stream.answer, blobs: NoBlobs())
                        : ResponseObject.bytes(stream.answer, blobs: NoBlobs()))
                #expect(readBack["output"]?.array == told.finalOutput, "\(name)")
                if !isDocumented { #expect(readBack == told.final, "\(name)") }
            }
        }
    }

    @Test func `the words of each recorded stream are the recorded ones, as events and as chunks`() throws {
        for (name, payloads) in try Self.payloads() {
            let parts = ReplayedStream(payloads: payloads).answer.choices.first?.parts ?? []
            let output = try ServedStream.responses(payloads).accumulated.output
            #expect(Self.words(output) == Self.words(parts), "\(name)")
            #expect(Self.calls(output) == parts.toolCalls.map { [$0.id, $0.name, $0.arguments] }, "\(name)")
            let chat = try ServedStream.chat(payloads)
            let chunks = chat.chunks
            #expect(chunks.faults.isEmpty, "\(name): \(chunks.faults.prefix(3))")
            #expect(chunks.isDone, "\(name)")
            for choice in chat.answer.choices {
                let told = chunks.choices[choice.index]
                #expect(told?.text == choice.parts.text, "\(name)")
                #expect(told?.reasoning == choice.parts.reasoningText, "\(name)")
                let calls = (told?.calls ?? [:]).sorted { $0.key < $1.key }.map(\.value)
                #expect(calls == choice.parts.toolCalls.map { [$0.id, $0.name, $0.arguments] }, "\(name)")
                #expect((told?.reason != nil) == chunks.errors.isEmpty, "\(name)")
            }
        }
    }

    @Test func `each recorded stream cut anywhere ends with all its items closed and incomplete`() throws {
        for (name, payloads) in try Self.payloads() {
            for cut in stride(from: 1, to: payloads.count, by: max(1, payloads.count / 4)) {
                let stream = try ServedStream.responses(Array(payloads.prefix(cut)))
                let told = stream.accumulated
                #expect(told.faults.isEmpty, "\(name) \(cut): \(told.faults.prefix(3))")
                #expect(told.final != nil, "\(name) \(cut)")
                #expect(Self.readable(told.output) == Self.readable(told.finalOutput), "\(name) \(cut)")
                let chunks = try ServedStream.chat(Array(payloads.prefix(cut))).chunks
                #expect(chunks.faults.isEmpty, "\(name) \(cut): \(chunks.faults.prefix(3))")
            }
        }
    }

    /// Items without what only the upstream can read: OpenAI encrypts the same thoughts anew each time it sends them.
    private static func readable(_ items: [JSON]) -> [JSON] {
        items.map { $0["encrypted_content"] == nil ? $0 : $0.setting("encrypted_content", "…") }
    }

    private static func words(_ parts: [MessagePart]) -> [String] {
        parts.compactMap { part in
            switch part {
            case .text(let text): text.isEmpty ? nil : text
            case .refusal(let text): text
            case .reasoning(let reasoning): reasoning.text.isEmpty ? nil : reasoning.text
            default: nil
            }
        }
    }

    private static func words(_ output: [JSON]) -> [String] {
        output.flatMap { item -> [String] in
            if item["type"]?.string == "reasoning" {
                let pieces = (item["summary"]?.array ?? []) + (item["content"]?.array ?? [])
                let text = pieces.compactMap { $0["text"]?.string }.filter { !$0.isEmpty }.joined(separator: "\n\n")
                return text.isEmpty ? [] : [text]
            }
            return (item["content"]?.array ?? []).compactMap { ($0["text"] ?? $0["refusal"])?.string }
                .filter { !$0.isEmpty }
        }
    }

    private static func calls(_ output: [JSON]) -> [[String]] {
        output.compactMap { item in
            guard let id = item["call_id"]?.string, let name = item["name"]?.string,
                item["type"]?.string?.hasSuffix("_call") == true
            else { return nil }
            return [id, name, item["arguments"]?.string ?? item["input"]?.string ?? ""]
        }
    }
}
