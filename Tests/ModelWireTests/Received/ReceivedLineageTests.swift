import Conversations
import ModelWire
import OrderedJSON
import TestSupport
import Testing

/// A conversation that a program sends has the lineage of the one that is kept, so it is found again.
struct ReceivedLineageTests {
    /// How a history is written: the dialect and the version of the rules.
    static let written: [(dialect: Dialect, version: Int)] =
        Dialect.allCases.flatMap { [($0, 0), ($0, RequestRules.current)] }

    @Test(arguments: written.indices)
    func `random histories, written and read back, have the lineage they had`(_ index: Int) throws {
        let (dialect, version) = Self.written[index]
        var numbers = SeededNumbers(seed: UInt64(90 + index))
        for _ in 0..<120 {
            var blobs = HeldBlobs()
            let history = Self.history(&numbers, &blobs)
            let body = try Self.body(of: history, dialect, version, blobs)
            let request = try ReceivedRequest(body: body, dialect: dialect)
            let read = request.items.compactMap(\.kept)
            try #require(read.map(\.role) == history.map(\.role), "\(String(decoding: body, as: UTF8.self))")
            try #require(read.lineages == history.lineages, "\(String(decoding: body, as: UTF8.self))")
        }
    }

    @Test func `a prompt of the system is the instructions in chat and a message elsewhere`() throws {
        let history = [Said.user("Hi"), .assistant("Hello."), .user("And?")]
        for dialect in Dialect.allCases {
            let body = try RequestWriter.body(dialect, history, instructions: "Be brief.")
            let request = try ReceivedRequest(body, dialect)
            let system = Said(.system, .text("Be brief."))
            let all = (request.leadingItems + request.items).compactMap(\.message)
            #expect(all.lineages == ([system] + history).lineages)
            #expect(request.instructions == (dialect == .chat ? "Be brief." : nil))
            #expect(request.items.count == (dialect == .chat ? 3 : 4))
        }
    }

    private static func body(
        of history: [Said], _ dialect: Dialect, _ version: Int, _ blobs: HeldBlobs
    ) throws -> [UInt8] {
        var writer = RequestWriter(
            dialect: dialect, model: "m", instructions: nil, parameters: CallParameters(), storesAtUpstream: false,
            keepsReasoning: true,
            rules: RequestRules(version: version, traits: version == 0 ? [] : [.customTools]), upstream: "here")
        let origin = MessageOrigin(upstream: "here", model: "m")
        for message in history {
            if message.parts.count == 1, case .text(var text) = message.parts[0] {
                text.withUTF8 { writer.append(role: message.role, text: $0) }
            } else {
                try writer.append(
                    role: message.role, parts: message.parts, origin: message.role == .assistant ? origin : nil,
                    blobs: blobs)
            }
        }
        return writer.finish()
    }

    // MARK: - Histories that every dialect has a place for

    private static func history(_ numbers: inout SeededNumbers, _ blobs: inout HeldBlobs) -> [Said] {
        var history: [Said] = []
        var calls = 0
        for _ in 0...Int.random(in: 0...5, using: &numbers) {
            history.append(question(&numbers, &blobs))
            while Int.random(in: 0...2, using: &numbers) == 0 {
                var answer = Said(.assistant)
                if Bool.random(using: &numbers) { answer.parts.append(thought(&numbers)) }
                if Bool.random(using: &numbers) { answer.parts.append(.text(words(&numbers))) }
                let count = Int.random(in: 1...3, using: &numbers)
                var results: [Said] = []
                for _ in 0..<count {
                    calls += 1
                    let isCustom = Int.random(in: 0...3, using: &numbers) == 0
                    let kind = isCustom ? "custom" : "function"
                    let arguments = isCustom ? "free \(calls)" : #"{"n": \#(calls), "s":"é\u00e9"}"#
                    answer.parts.append(
                        .toolCall(
                            ToolCall(id: "call_\(calls)", name: "tool_\(count)", arguments: arguments, kind: kind)))
                    results.append(
                        Said(
                            .tool,
                            .toolResult(
                                ToolResult(callID: "call_\(calls)", output: words(&numbers) + "\n", kind: kind))))
                }
                history.append(answer)
                history += results
            }
            var answer = Said.assistant(words(&numbers))
            if Bool.random(using: &numbers) { answer.parts.insert(thought(&numbers), at: 0) }
            history.append(answer)
        }
        return history
    }

    private static func question(_ numbers: inout SeededNumbers, _ blobs: inout HeldBlobs) -> Said {
        guard Bool.random(using: &numbers) else { return .user(words(&numbers)) }
        var question = Said(.user)
        for _ in 0...Int.random(in: 0...3, using: &numbers) {
            let bytes = (0..<Int.random(in: 0...40, using: &numbers)).map { _ in
                UInt8.random(in: 0...255, using: &numbers)
            }
            let digest = BlobDigest(of: bytes)
            blobs.blobs[digest] = bytes
            func media(_ type: String, orElsewhere url: String? = nil) -> MessageMedia {
                let isElsewhere = Bool.random(using: &numbers)
                let source: MessageMedia.Source =
                    isElsewhere ? url.map { .url($0) } ?? .fileID("file-1") : .blob(digest)
                return MessageMedia(source: source, mediaType: type, name: "a.pdf", detail: "low")
            }
            switch Int.random(in: 0...4, using: &numbers) {
            case 0: question.parts.append(.image(media("image/jpeg", orElsewhere: "https://e.test/é.jpg")))
            case 1: question.parts.append(.file(media("application/pdf")))
            default: question.parts.append(.text(words(&numbers)))
            }
        }
        return question
    }

    private static func thought(_ numbers: inout SeededNumbers) -> MessagePart {
        .reasoning(
            Reasoning(
                text: "hm",
                item: [
                    "type": "reasoning", "id": "rs_1", "summary": [["type": "summary_text", "text": "hm"]],
                    "encrypted_content": "gAAA",
                ]))
    }

    /// Never without a word: what says nothing is not written.
    private static func words(_ numbers: inout SeededNumbers) -> String {
        ["Hello", "line\nline\n\nline", "e\u{301} é 潮汐 🌊", "\"quoted\" \\ {}", "\u{FEFF}a\u{0}b", "0"]
            .randomElement(using: &numbers) ?? "x"
    }
}
