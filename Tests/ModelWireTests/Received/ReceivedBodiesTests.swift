import Conversations
import ModelWire
import OrderedJSON
import Testing

/// The small bodies are read by the same rules.
struct ReceivedBodiesTests {
    private static func items(_ count: Int) -> String {
        "[" + (0..<count).map { #"{"role":"user","content":"\#($0)"}"# }.joined(separator: ",") + "]"
    }

    @Test func `a conversation begins with nothing or with twenty items`() throws {
        for body in ["", " ", "null", "{}", #"{"metadata":null,"items":null}"#] {
            let begun = try ReceivedConversation(body: Array(body.utf8))
            #expect(begun.items.isEmpty && begun.metadata == nil)
        }
        let body = #"{"metadata":{"a":"b"},"items":\#(Self.items(20))}"#
        let begun = try ReceivedConversation(body: Array(body.utf8))
        #expect(begun.items.count == 20 && begun.metadata == ["a": "b"])
        let fault = #expect(throws: RequestFault.self) {
            try ReceivedConversation(body: Array(#"{"items":\#(Self.items(21))}"#.utf8))
        }
        #expect(fault?.param == "items" && fault?.code == "array_above_max_length")
    }

    @Test func `items are added one to twenty at a time, and a wrong one is named`() throws {
        #expect(try ReceivedItems(body: Array(#"{"items":\#(Self.items(1))}"#.utf8)).items.count == 1)
        let wrong: [(body: String, param: String, code: String)] = [
            ("{}", "items", "missing_required_parameter"), (#"{"items":[]}"#, "items", "empty_array"),
            (#"{"items":\#(Self.items(21))}"#, "items", "array_above_max_length"),
            (
                #"{"items":[{"role":"user","content":"a"},{"role":"user"}]}"#, "items[1].content",
                "missing_required_parameter"
            ),
        ]
        for (body, param, code) in wrong {
            let fault = #expect(throws: RequestFault.self) { try ReceivedItems(body: Array(body.utf8)) }
            #expect(fault?.param == param && fault?.code == code)
        }
    }

    @Test func `metadata is replaced, emptied by null, and not left out`() throws {
        #expect(try ReceivedMetadata(body: Array(#"{"metadata":{"a":"b"}}"#.utf8)).metadata == ["a": "b"])
        #expect(try ReceivedMetadata(body: Array(#"{"metadata":null}"#.utf8)).metadata.isEmpty)
        let fault = #expect(throws: RequestFault.self) { try ReceivedMetadata(body: Array("{}".utf8)) }
        #expect(fault?.param == "metadata" && fault?.code == "missing_required_parameter")
    }

    @Test func `tokens are counted of what would be asked, even of nothing`() throws {
        let empty = try ReceivedRequest(body: Array("{}".utf8), dialect: .responses, purpose: .count)
        #expect(empty.items.isEmpty)
        let body = #"{"model":"m","input":"Hi","previous_response_id":"resp_1","instructions":"Be brief."}"#
        let request = try ReceivedRequest(body: Array(body.utf8), dialect: .responses, purpose: .count)
        #expect(request.previousResponseID == "resp_1" && request.items.count == 1)
    }

    @Test func `a compaction names its model`() throws {
        let fault = #expect(throws: RequestFault.self) {
            try ReceivedRequest(body: Array(#"{"input":"Hi"}"#.utf8), dialect: .responses, purpose: .compaction)
        }
        #expect(fault?.param == "model")
    }
}
