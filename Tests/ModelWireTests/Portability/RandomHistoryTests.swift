import Conversations
import ModelWire
import OrderedJSON
import TestSupport
import Testing

/// Whatever a history holds, every target gets a request that it takes.
struct RandomHistoryTests {
    @Test(arguments: PortabilityTarget.all)
    func `random histories make requests that keep to the schema and to what is refused`(
        target: PortabilityTarget
    ) throws {
        var numbers = SeededNumbers(seed: 27)
        var blobs = HeldBlobs()
        blobs.blobs[PortabilityExample.blob] = [1, 2, 3]
        let check = RequestCheck(target)
        var said: Set<PortabilityKind> = []
        var ownThoughts = 0
        for _ in 0..<150 {
            let history = Self.history(for: target, &numbers)
            let request = try PortedRequest(history, for: target, keepsFileIDs: false, blobs: blobs)
            let complaints = check.complaints(about: request)
            try #require(complaints == [], "\(complaints) in \(request.text)")
            try #require(!request.text.contains("FOREIGN"), "\(request.text)")
            try #require(request.items.last?["content"] != nil)
            let rehearsed = try PortedRequest(history, for: target, keepsFileIDs: false, isRehearsal: true)
            try #require(rehearsed.losses == request.losses)
            try #require(request.losses.allSatisfy { $0.positions.allSatisfy(history.indices.contains) })
            said.formUnion(request.losses.map(\.kind))
            ownThoughts += request.items.count { $0["type"] == "reasoning" }
        }
        // The histories held what they were made to hold.
        #expect(said.isSuperset(of: [.foreignReasoning, .foreignFileID, .unansweredCall, .strayResult, .unknownRole]))
        #expect((ownThoughts > 0) == (target.dialect == .responses))
    }

    /// Messages in any order, of anyone, with anything in them; the last one asks.
    private static func history(
        for target: PortabilityTarget, _ numbers: inout SeededNumbers
    ) -> [HistoryMessage] {
        var history: [HistoryMessage] = []
        for _ in 0..<Int.random(in: 0...12, using: &numbers) {
            let role: Role =
                [.user, .user, .assistant, .assistant, .assistant, .tool, .tool, .system, .developer, Role("critic")]
                .randomElement(using: &numbers) ?? .user
            var message = HistoryMessage(role)
            let isOwn = Bool.random(using: &numbers)
            if role == .assistant { message.origin = isOwn ? target.origin : PortabilityExample.other }
            for _ in 0..<Int.random(in: 1...4, using: &numbers) {
                message.parts.append(part(of: role, isOwn: isOwn, target, &numbers))
            }
            history.append(message)
        }
        history.append(HistoryMessage(.user, .text("And?")))
        return history
    }

    private static func part(
        of role: Role, isOwn: Bool, _ target: PortabilityTarget, _ numbers: inout SeededNumbers
    ) -> MessagePart {
        let ids = ["c1", "c2", "", "call_" + String(repeating: "y", count: 70), "abcdefghi", "chatcmpl-tool-é"]
        let id = ids.randomElement(using: &numbers) ?? "c1"
        let isCustom = Int.random(in: 0...3, using: &numbers) == 0
        func media(_ types: [String?]) -> MessageMedia {
            let source: MessageMedia.Source =
                [.blob(PortabilityExample.blob), .url("https://e.test/a"), .fileID("file-FOREIGN")]
                .randomElement(using: &numbers) ?? .url("")
            return MessageMedia(
                source: source, mediaType: types.randomElement(using: &numbers) ?? nil,
                name: Bool.random(using: &numbers) ? "a" : nil,
                detail: [nil, "low", "original"].randomElement(using: &numbers) ?? nil)
        }
        let kinds = role == .tool ? 0...5 : role == .assistant ? 2...12 : 4...11
        switch Int.random(in: kinds, using: &numbers) {
        case 0, 1, 12:
            return PortabilityExample.gave(id, custom: isCustom)
        case 2, 3:
            let names = ["f", "fs.read", "", "читать", String(repeating: "n", count: 90)]
            let arguments = ["{}", #"{"a":1}"#, "", "  ", #"{"a":"#, "[1]", "words"]
            return PortabilityExample.called(
                id, names.randomElement(using: &numbers) ?? "f", arguments.randomElement(using: &numbers) ?? "{}",
                custom: isCustom)
        case 4: return .image(media([nil, "image/png"]))
        case 5: return .file(media([nil, "application/pdf", "audio/mpeg", "text/plain"]))
        case 6: return .audio(media([nil, "audio/wav", "audio/mpeg", "audio/flac"]))
        case 7: return .refusal(Bool.random(using: &numbers) ? "no" : "")
        case 8:
            let pieces: [JSON] = [
                ["type": "web_search_call", "id": "ws_FOREIGN"], ["content_type": "tether"],
                ["type": "input_text", "text": "typed"], ["type": "text", "text": "typed"],
            ]
            // AceData lists no types: what is not known is sent.
            let known = target.dialect == .acedata ? pieces.dropFirst() : pieces[...]
            return .unknown(known.randomElement(using: &numbers) ?? .null)
        case 9: return PortabilityExample.thought(isOwn ? "OWN" : "FOREIGN")
        case 10: return .reasoning(Reasoning(text: "thought without an item"))
        default:
            return .text(["words", "", "🌊"].randomElement(using: &numbers) ?? "")
        }
    }
}
