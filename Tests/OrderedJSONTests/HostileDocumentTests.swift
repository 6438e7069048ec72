import Foundation
import OrderedJSON
import TestSupport
import Testing

@Suite struct HostileDocumentTests {
    static let sample = #"""
        {"id":"resp_é😀","n":[-12.5e+3,0,1e400],"t":true,"f":false,"z":null,"prompt_tokens_details":{"cached":0},"e":{},"a":[[],[{}]],
         "s":"\ud83d\ude00 \"quoted\" \\ \u0000 and a longer run of plain text","prompt_tokens_details":1}
        """#

    @Test(arguments: ["[", "{\"a\":", "[{\"a\":", "[[],", "{\"a\":1,\"b\":"])
    func `a hundred thousand open containers are refused`(opening: String) throws {
        let bomb = String(repeating: opening, count: 100_000)
        let error = try #require(throws: JSONError.self) { try JSON(parsing: bomb) }
        #expect(error.code == .tooDeep)
        #expect(throws: JSONError.self) { try JSON(parsing: bomb, limits: JSONLimits(maximumDepth: .max)) }
    }

    @Test func `the deepest document lives and dies on a stack of 512 KiB`() async throws {
        // Parsing, comparing, hashing, writing and destroying: whatever of these calls itself runs out here.
        let survived = await withCheckedContinuation { continuation in
            let thread = Thread {
                let depth = JSONLimits(maximumDepth: .max).maximumDepth / 2
                let text =
                    String(repeating: "[{\"a\":", count: depth) + "1" + String(repeating: "}]", count: depth)
                let limits = JSONLimits(maximumDepth: .max)
                let first = try? JSON(parsing: text, limits: limits)
                let second = try? JSON(parsing: text, limits: limits)
                continuation.resume(
                    returning: first != nil && first == second && first?.hashValue == second?.hashValue
                        && first?.text() == text && first?.indented().isEmpty == false)
            }
            thread.stackSize = 512 << 10
            thread.start()
        }
        #expect(survived)
    }

    @Test func `a string of ten million bytes comes back whole`() throws {
        let line = "All work and no play makes Jack a dull boy.\n"
        let text = String(repeating: line, count: 10_000_000 / line.utf8.count)
        let bytes = JSON.string(text).serialized()
        #expect(try JSON(parsing: bytes).string?.utf8.count == text.utf8.count)
        #expect(try JSON(parsing: bytes) == .string(text))
    }

    @Test func `half a million escapes and members take no more than linear time`() throws {
        let escaped = "\"" + String(repeating: #"\ud83d"#, count: 500_000) + "\""
        #expect(try JSON(parsing: escaped).string?.utf8.count == 1_500_000)
        let members = "{" + String(repeating: "\"a\":1,", count: 499_999) + "\"a\":2}"
        let object = try JSON(parsing: members)
        #expect(object.object?.count == 500_000)
        #expect(object["a"] == 2)
    }

    @Test func `a document cut anywhere is refused as incomplete`() throws {
        let bytes = Array(Self.sample.utf8)
        #expect(throws: Never.self) { try JSON(parsing: bytes) }
        for end in 1..<bytes.count {
            let error = #expect(throws: JSONError.self) { try JSON(parsing: bytes[..<end]) }
            #expect(error?.code == .unexpectedEnd)
            #expect(error?.byteOffset == end)
        }
    }

    @Test func `a flipped bit is an error or another document, never a crash`() {
        let original = Array(Self.sample.utf8)
        var accepted = 0
        for offset in original.indices {
            for bit in 0..<8 {
                var bytes = original
                bytes[offset] ^= 1 << bit
                for limits in [JSONLimits.default, .strict] {
                    guard let value = try? JSON(parsing: bytes, limits: limits) else { continue }
                    accepted += 1
                    #expect((try? JSON(parsing: value.serialized(), limits: .strict)) == value)
                }
            }
        }
        #expect(accepted > 0)
    }

    @Test func `random bytes in a document never crash it`() {
        var random = SeededNumbers(seed: 7)
        let original = Array(Self.sample.utf8)
        let spice = Array("\"\\{}[],:-+.eEu0d".utf8) + [0x00, 0x1F, 0x80, 0xC3, 0xE2, 0xF0, 0xFF]
        for _ in 0..<5_000 {
            var bytes = original
            for _ in 0..<Int.random(in: 1..<6, using: &random) {
                let offset = Int.random(in: 0..<bytes.count, using: &random)
                bytes[offset] = spice.randomElement(using: &random) ?? 0
            }
            if Bool.random(using: &random) { bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random)) }
            guard let value = try? JSON(parsing: bytes) else { continue }
            #expect((try? JSON(parsing: value.serialized(), limits: .strict)) == value)
        }
    }
}
