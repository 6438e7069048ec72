import Conversations
import Foundation
import ModelWire
import OrderedJSON
import TestSupport
import Testing

/// Damage of any kind ends in an answer or a fault, never in a crash.
struct DamagedAnswerTests {
    /// Reads damaged bytes in every way there is.
    private func read(_ bytes: [UInt8]) {
        for contentType in ["text/event-stream", "application/json"] {
            _ = try? ReplayedStream(bytes, cuts: [bytes.count / 2], contentType: contentType)
        }
        _ = try? ModelAnswer(decoding: bytes)
        _ = WireFault(httpStatus: 500, headers: [], body: bytes)
        _ = try? ListedModel.list(decoding: bytes)
        var stream = AnswerStream()
        _ = stream.receive(bytes)
        _ = stream.answer()
    }

    private func samples() throws -> [(name: String, bytes: [UInt8])] {
        let names = try Fixture.names(suffix: ".sse") + Fixture.names(suffix: ".json")
        return try names.map { ($0, try Fixture.bytes($0)) }
    }

    @Test func `every fixture cut anywhere`() throws {
        for (_, bytes) in try samples() {
            for length in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 30)) {
                read(Array(bytes.prefix(length)))
            }
        }
    }

    @Test func `every fixture with bits flipped, bytes dropped and bytes repeated`() throws {
        var random = SeededNumbers(seed: 7)
        for (_, bytes) in try samples() {
            for _ in 0..<25 {
                var damaged = bytes
                for _ in 0..<Int.random(in: 1...8, using: &random) {
                    guard !damaged.isEmpty else { break }
                    let position = Int.random(in: 0..<damaged.count, using: &random)
                    switch Int.random(in: 0...3, using: &random) {
                    case 0, 1: damaged[position] ^= 1 << UInt8.random(in: 0...7, using: &random)
                    case 2: damaged.remove(at: position)
                    default: damaged.insert(damaged[position], at: position)
                    }
                }
                read(damaged)
            }
        }
    }

    @Test func `every value of every event replaced by another kind`() throws {
        let others: [JSON] = [nil, true, -1, 1e300, "x", [], [[]], [:], ["a": [1]], [nil, 1, "s", ["type": "text"]]]
        for (name, bytes) in try samples() where name.hasSuffix(".sse") && !name.hasPrefix("90") {
            let payloads = try ReplayedStream(bytes).payloads
            for (number, payload) in payloads.enumerated() {
                guard let json = try? JSON(parsing: payload) else { continue }
                for (variant, changed) in mutations(of: json, by: others).enumerated() where (variant + number) % 3 == 0
                {
                    var stream = AnswerStream(choicesAsked: 2)
                    for before in payloads.prefix(number) { _ = stream.receive(before) }
                    _ = stream.receive(changed.serialized())
                    for after in payloads.dropFirst(number + 1).prefix(2) { _ = stream.receive(after) }
                    _ = stream.answer()
                }
                if number > 6 { break }
            }
        }
    }

    /// The value with one of its members replaced, for each member near the top.
    private func mutations(of json: JSON, by others: [JSON], depth: Int = 0) -> [JSON] {
        guard depth < 4 else { return [] }
        var results: [JSON] = []
        if let object = json.object {
            for (key, value) in object {
                var changed = object
                changed[key] = others[(key.utf8.count + depth) % others.count]
                results.append(.object(changed))
                for inner in mutations(of: value, by: others, depth: depth + 1) {
                    changed[key] = inner
                    results.append(.object(changed))
                }
            }
        } else if let array = json.array, let first = array.first {
            for inner in mutations(of: first, by: others, depth: depth + 1) {
                results.append(.array([inner] + array.dropFirst()))
            }
        }
        return results
    }

    @Test func `nesting without end is refused`() {
        let deep = [UInt8](String(repeating: "[", count: 1_000_000))
        read(deep)
        read([UInt8]("data: {\"choices\":") + deep + [UInt8]("\n\n"))
        read([UInt8](String(repeating: "{\"error\":", count: 100_000)))
    }

    @Test func `indices beyond reason cost nothing`() {
        var stream = AnswerStream()
        let big = 9_223_372_036_854_775_807
        _ = stream.receive(
            [UInt8](
                #"{"choices":[{"index":\#(big),"delta":{"content":"a","tool_calls":[{"index":\#(big),"id":"x","function":{"name":"f"}}]}}]}"#
            ))
        _ = stream.receive([UInt8](#"{"choices":[{"index":-5,"delta":{"content":"b"}}]}"#))
        #expect(stream.answer().choices.count == 2)
        var responses = AnswerStream()
        _ = responses.receive(
            [UInt8](
                #"{"type":"response.output_text.delta","output_index":\#(big),"content_index":\#(big),"delta":"a"}"#))
        #expect(responses.answer().choices.map(\.text) == ["a"])
    }
}
