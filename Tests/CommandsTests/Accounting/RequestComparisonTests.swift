import ConversationService
import Testing

@testable import Commands

struct RequestComparisonTests {
    private func compare(_ before: String, _ after: String) -> RequestComparison {
        RequestComparison(Array(before.utf8), Array(after.utf8))
    }

    @Test func `a request that goes on first differs at the first new message`() {
        let before = #"{"model":"m","messages":[{"role":"user","content":"a"}]}"#
        let after = #"{"model":"m","messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]}"#
        let comparison = compare(before, after)
        #expect(comparison.place == "messages[1]")
        #expect(comparison.sharedBytes == before.utf8.count - 2)
    }

    @Test func `a request that was cut first differs where the cut is`() {
        let before = #"{"model":"m","messages":[{"role":"user","content":"a"},{"role":"user","content":"b"}]}"#
        let after = #"{"model":"m","messages":[{"role":"user","content":"b"}]}"#
        #expect(compare(before, after).place == "messages[0].content")
    }

    @Test func `another model is the first difference`() {
        #expect(compare(#"{"model":"a","x":1}"#, #"{"model":"b","x":1}"#).place == "model")
    }

    @Test func `a field that came or went is named`() {
        #expect(compare(#"{"model":"a"}"#, #"{"model":"a","seed":1}"#).place == "seed")
        #expect(compare(#"{"model":"a","seed":1}"#, #"{"model":"a"}"#).place == "seed")
        #expect(compare(#"{"seed":1,"model":"a"}"#, #"{"model":"a"}"#).place == "model")
    }

    @Test func `the same request differs nowhere`() {
        let comparison = compare(#"{"a":1}"#, #"{"a":1}"#)
        #expect(comparison.place == nil)
        #expect(comparison.sharedBytes == 7)
    }

    @Test func `bytes that are no JSON differ at a byte`() {
        #expect(compare("abc", "abd").place == "byte 3")
    }
}
