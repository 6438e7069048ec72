import Conversations
import ModelWire
import OrderedJSON
import TestSupport
import Testing

/// Whatever a program sends is read or refused with a reason, and never more.
struct DamagedRequestTests {
    private static let samples: [(dialect: Dialect, text: String)] = [
        (
            .chat,
            """
            {"model":"m","messages":[{"role":"system","content":"s"},{"role":"user","content":[{"type":"text","text":"a"},
            {"type":"image_url","image_url":{"url":"data:image/png;base64,AA=="}},{"type":"file","file":{"file_id":"f"}},
            {"type":"input_audio","input_audio":{"data":"AA==","format":"wav"}}]},{"role":"assistant","content":null,
            "tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{}"}}],"audio":{"id":"a"}},
            {"role":"tool","tool_call_id":"c","content":[{"type":"text","text":"x"}]},
            {"role":"assistant","function_call":{"name":"f","arguments":"{}"}},{"role":"function","name":"f","content":"x"}],
            "n":2,"stream":true,"stream_options":{"include_usage":true},"functions":[{"name":"f"}],"stop":["a"]}
            """
        ),
        (
            .responses,
            """
            {"input":[{"role":"user","content":[{"type":"input_file","file_data":"AA==","filename":"a"}]},
            {"id":"x"},{"type":"reasoning","id":"r","summary":[]},{"type":"function_call","call_id":"c","name":"f",
            "arguments":"{}"},{"type":"function_call_output","call_id":"c","output":[{"type":"input_text","text":"x"}]},
            {"type":"image_generation_call","id":"ig_0123456789abcdef0123456789abcdef_0","result":"AA=="},
            {"type":"web_search_call","id":"w"},{"type":"custom_tool_call","call_id":"d","name":"g","input":"i"}],
            "conversation":{"id":"c"},"text":{"format":{"type":"json_schema","name":"n","schema":{}},"verbosity":"low"},
            "tools":[{"type":"function","name":"f"}],"tool_choice":{"type":"allowed_tools","mode":"auto","tools":[]},
            "metadata":{"a":"b"},"include":["x"],"reasoning":{"effort":"low"}}
            """
        ),
    ]

    private func samples() throws -> [(dialect: Dialect, bytes: [UInt8])] {
        let names = ["01-req-responses-full", "02-req-responses-tool-roundtrip", "03-req-acedata-responses"]
        let fixtures = try names.map { name -> (dialect: Dialect, bytes: [UInt8]) in
            (name.hasPrefix("03") ? .acedata : .responses, try Fixture.bytes("Requests/\(name).json"))
        }
        return fixtures + Self.samples.map { ($0.dialect, Array($0.text.utf8)) }
    }

    /// Reads in every way there is.
    private func read(_ bytes: [UInt8]) throws {
        for dialect in Dialect.allCases {
            do throws(RequestFault) {
                let request = try ReceivedRequest(body: bytes, dialect: dialect)
                let forwarded = request.forwarded(model: "m")
                #expect((try? JSON(parsing: forwarded, limits: .strict))?["model"] == "m")
                for target in Dialect.allCases {
                    _ = request.unbridgeable(to: target)
                    _ = request.parameters(for: target)
                }
                _ = ReceivedItem.grouped(request.items)
            } catch {
                #expect(error.status == 400 && !error.message.isEmpty)
            }
        }
        _ = try? ReceivedConversation(body: bytes)
        _ = try? ReceivedItems(body: bytes)
        _ = try? ReceivedMetadata(body: bytes)
    }

    @Test func `the samples are read`() throws {
        for (dialect, bytes) in try samples() {
            let request = try ReceivedRequest(body: bytes, dialect: dialect)
            #expect(!request.items.isEmpty)
        }
    }

    @Test func `every sample cut anywhere`() throws {
        for (_, bytes) in try samples() {
            for length in stride(from: 0, to: bytes.count, by: 7) { try read(Array(bytes.prefix(length))) }
        }
    }

    @Test func `every sample with bits flipped, bytes dropped and bytes repeated`() throws {
        var random = SeededNumbers(seed: 11)
        for (_, bytes) in try samples() {
            for _ in 0..<250 {
                var damaged = bytes
                for _ in 0..<Int.random(in: 1...4, using: &random) {
                    let position = Int.random(in: 0..<damaged.count, using: &random)
                    switch Int.random(in: 0...3, using: &random) {
                    case 0, 1: damaged[position] ^= 1 << UInt8.random(in: 0...7, using: &random)
                    case 2: damaged.remove(at: position)
                    default: damaged.insert(damaged[position], at: position)
                    }
                }
                try read(damaged)
            }
        }
    }

    @Test func `every value replaced by another kind, or left out`() throws {
        let others: [JSON] = [
            nil, true, -1, 1e300, "x", "", [], [[]], [:], ["a": [1]], [nil, 1, "s", ["type": "text"]],
        ]
        for (_, bytes) in try samples() {
            for changed in Self.mutations(of: try JSON(parsing: bytes), by: others) { try read(changed.serialized()) }
        }
    }

    /// The value with one of its members replaced or missing, for each member however deep.
    private static func mutations(of json: JSON, by others: [JSON], depth: Int = 0) -> [JSON] {
        guard depth < 8 else { return [] }
        var results: [JSON] = []
        if let object = json.object {
            for (key, value) in object {
                var changed = object
                for index in 0..<3 {
                    changed[key] = others[(key.utf8.count + depth + index * 4) % others.count]
                    results.append(.object(changed))
                }
                for inner in mutations(of: value, by: others, depth: depth + 1) {
                    changed[key] = inner
                    results.append(.object(changed))
                }
                changed[key] = nil
                results.append(.object(changed))
            }
        } else if let array = json.array {
            for (index, value) in array.enumerated() {
                var changed = array
                changed[index] = others[(index + depth) % others.count]
                results.append(.array(changed))
                for inner in mutations(of: value, by: others, depth: depth + 1) {
                    changed[index] = inner
                    results.append(.array(changed))
                }
            }
        }
        return results
    }

    @Test func `a surrogate without its other half is read with the character that stands for it`() throws {
        let request = try ReceivedRequest(#"{"input":"a\ud800b","x":"\udc00"}"#, .responses)
        #expect(request.items == [.message(role: .user, parts: [.text("a\u{FFFD}b")])])
    }

    @Test func `a great many calls, and results of none of them, are read`() throws {
        // Looking for each among all the others would take minutes.
        let calls = (0..<10_000).map { #"{"type":"function_call","call_id":"c\#($0)","name":"f","arguments":""}"# }
        let results = (0..<10_000).map { #"{"type":"function_call_output","call_id":"d\#($0)","output":""}"# }
        let body = #"{"input":[\#((calls + results).joined(separator: ","))]}"#
        let request = try ReceivedRequest(
            body: Array(body.utf8), dialect: .responses, limits: RequestLimits(maxMessages: 20_000))
        #expect(request.items.count == 10_001)
    }

    @Test func `bytes that are no text are refused`() {
        let bytes = Array(#"{"input":""#.utf8) + [0xFF, 0xFE] + Array(#""}"#.utf8)
        #expect(throws: RequestFault.self) { try ReceivedRequest(body: bytes, dialect: .responses) }
    }
}
