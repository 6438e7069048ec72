import Conversations
import Testing

struct DerivedIdentifierTests {
    @Test func `the same names give the same identifier, on every machine and every day`() {
        let id = MessageID(derivedFrom: ["message", "chatgpt", "42"])
        #expect(id == MessageID(derivedFrom: ["message", "chatgpt", "42"]))
        #expect("\(id)" == "ddee7981-99ca-87fc-b4a1-132b41b8331c")
    }

    @Test func `other names, other boundaries between them and another order give others`() {
        let names = [["ab", "c"], ["a", "bc"], ["abc"], ["abc", ""], ["c", "ab"], ["", "abc"], []]
        #expect(Set(names.map { ThreadID(derivedFrom: $0) }).count == names.count)
    }

    @Test func `names are told apart by their bytes, not by what they look like`() {
        #expect(ThreadID(derivedFrom: ["\u{E9}"]) != ThreadID(derivedFrom: ["e\u{301}"]))
    }

    @Test func `it is a UUID of version 8, with a handle like any other`() {
        for number in 0..<200 {
            let id = CallID(derivedFrom: ["\(number)"])
            #expect(id.bytes[6] >> 4 == 8)
            #expect(id.bytes[8] >> 6 == 0b10)
            #expect(id.short.count == 15)
        }
    }
}
