import Conversations
import TestSupport
import Testing

@testable import ConversationStorage

struct BodyAndBlobTests {
    @Test func `a body comes back byte for byte, and its answer's words cost next to nothing in it`() async throws {
        try await TestVault.with { test in
            let thread = try await test.newThread()
            var random = SeededNumbers(seed: 5)
            // Words that no compressor could guess.
            let answer = (0..<3000).map { _ in String(random.next() % 0xFFFF, radix: 36) }.joined(separator: " ")
            let body = Array(#"{"id":"x","unknown":[1,{"z":null}],"text":"\#(answer)","later":true}"#.utf8)
            let exchange = try await test.ask("q", after: nil, in: thread, answers: [answer], body: body)
            #expect(try await test.vault.body(of: exchange.call) == body)
            let kept = try await test.count("SELECT length(response) FROM call_body")
            #expect(kept < 250, "\(kept) of \(body.count)")
        }
    }

    @Test(arguments: [0, 1, 100, 1_000_000])
    func `bodies of any size and any bytes come back`(_ size: Int) async throws {
        try await TestVault.with { test in
            let thread = try await test.newThread()
            var random = SeededNumbers(seed: UInt64(size))
            let body = (0..<size).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            // An answer that begins as one of zstd's own dictionaries would.
            let exchange = try await test.ask(
                "q", after: nil, in: thread, answers: ["\u{37}\u{24}0\u{3A} magic", "", "b"], body: body)
            #expect(try await test.vault.body(of: exchange.call) == body)
        }
    }

    @Test func `the same bytes are kept once, whoever sends them`() async throws {
        try await TestVault.with { test in
            let (one, other) = (try await test.newThread(), try await test.newThread())
            let bytes = [UInt8]((0...255).map { UInt8($0) })
            for thread in [one, one, other] {
                let digest = try await test.vault.keep(bytes, mediaType: "image/png")
                try await test.append(
                    [.text("see"), .image(MessageMedia(source: .blob(digest)))], after: nil, in: thread)
                #expect(try await test.vault.bytes(of: digest) == bytes)
            }
            #expect(try await test.count("SELECT count(*) FROM blob") == 1)
            #expect(try await test.count("SELECT count(*) FROM message_blob") == 3)
        }
    }

    @Test func `an attachment that was never kept is refused`() async throws {
        try await TestVault.with { test in
            let thread = try await test.newThread()
            await expect(.damaged) {
                try await test.append(
                    [.image(MessageMedia(source: .blob(BlobDigest(of: [1]))))], after: nil, in: thread)
            }
            #expect(try await test.vault.thread(thread).messageCount == 0)
        }
    }

    @Test func `instructions and tools are kept once, by their text`() async throws {
        try await TestVault.with { test in
            let thread = try await test.newThread()
            for number in 0..<5 {
                _ = try await test.ask("\(number)", after: nil, in: thread, instructions: "Be brief.")
            }
            #expect(try await test.count("SELECT count(*) FROM words") == 1)
        }
    }
}
