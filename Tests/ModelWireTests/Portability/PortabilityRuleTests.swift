import Conversations
import ModelWire
import OrderedJSON
import Testing

struct PortabilityRuleTests {
    private static var blobs: HeldBlobs {
        var blobs = HeldBlobs()
        blobs.blobs[PortabilityExample.blob] = [1, 2, 3]
        return blobs
    }

    @Test(arguments: PortabilityExample.all)
    func `what a target refuses is written as it takes it, and said where something is lost`(
        example: PortabilityExample
    ) throws {
        let check = RequestCheck(example.target)
        let request = try PortedRequest(
            example.history, for: example.target, keepsFileIDs: example.keepsFileIDs, blobs: Self.blobs)
        #expect(check.complaints(about: request) == [], "\(request.text)")
        #expect(!request.text.contains("FOREIGN"))
        // Without the rules it is refused, so each of them is needed.
        if example.wasRefused {
            let before = try PortedRequest(
                example.history, for: example.target, version: 0, keepsFileIDs: example.keepsFileIDs, blobs: Self.blobs)
            #expect(check.complaints(about: before) != [], "\(before.text)")
        }
        let rule = try #require(
            PortabilityRule.of(
                example.kind, example.target.dialect, RequestRules(traits: example.target.traits)))
        let said = request.losses.map(\.kind)
        #expect(said == (rule.sentence == nil ? [] : [example.kind]))
        // The rehearsal that is asked what to say reads no bytes and says the same.
        let rehearsed = try PortedRequest(
            example.history, for: example.target, keepsFileIDs: example.keepsFileIDs, isRehearsal: true)
        #expect(rehearsed.losses == request.losses)
    }

    @Test func `every kind of thing has an example, or is silently left out of what its own model is sent`() {
        let shown = Set(PortabilityExample.all.map(\.kind))
        #expect(
            Set(PortabilityKind.allCases).subtracting(shown) == [.ownReasoning, .ownHostedPiece, .ownAnswerMedia])
    }

    @Test func `every rule names its source and says its number`() {
        for rule in PortabilityRule.all {
            #expect(!rule.source.isEmpty)
            #expect(rule.since <= RequestRules.current)
            guard let sentence = rule.sentence else { continue }
            #expect(sentence.many.contains("#") && !sentence.one.contains("#"))
            #expect(!sentence.one.hasSuffix(".") && !sentence.many.hasSuffix("."))
        }
    }

    @Test func `what its own model thought goes back, with what followed it; what another thought does not`() throws {
        let target = PortabilityTarget.openAI
        let history = [
            PortabilityExample.hello,
            HistoryMessage(.assistant, from: target.origin, PortabilityExample.thought("OWN"), .text("one")),
            PortabilityExample.again,
            HistoryMessage(
                .assistant, from: PortabilityExample.other, PortabilityExample.thought("FOREIGN"), .text("2")),
            PortabilityExample.again,
        ]
        let request = try PortedRequest(history, for: target)
        #expect(request.items.map { $0["type"]?.string } == [nil, "reasoning", "message", nil, "message", nil])
        #expect(request.items[1]["encrypted_content"] == "gA-OWN")
        #expect(!request.text.contains("FOREIGN"))
        #expect(request.losses.map(\.kind) == [.foreignReasoning])
        #expect(request.losses.first?.count == 1 && request.losses.first?.positions == [3])
        // The same upstream's other model is another.
        let sibling = HistoryMessage(
            .assistant, from: MessageOrigin(upstream: target.name, model: "n"), PortabilityExample.thought("SIBLING"),
            .text("one"))
        #expect(!(try PortedRequest([PortabilityExample.hello, sibling], for: target).text.contains("SIBLING")))
    }

    @Test func `losses are counted, with the places in the path where they are`() throws {
        let picture = MessagePart.image(MessageMedia(source: .url("https://e.test/i.png")))
        let history = [
            HistoryMessage(.user, .text("a"), picture, picture), HistoryMessage(.assistant, .text("b")),
            HistoryMessage(.user, picture),
        ]
        let losses = try PortedRequest(history, for: .deepSeek).losses
        #expect(losses.map(\.kind) == [.image])
        #expect(losses.first?.count == 3 && losses.first?.positions == [0, 2])
        #expect(losses.first?.sentence == "3 pictures are only named: this model takes none")
    }

    @Test func `a name that the request itself offers as a tool's stays`() throws {
        let call = PortabilityExample.called("c1", "fs.read")
        let history = [
            PortabilityExample.hello, HistoryMessage(.assistant, call),
            HistoryMessage(.tool, PortabilityExample.gave()),
        ]
        let tools: JSON = [["type": "function", "function": ["name": "fs.read"]]]
        #expect(
            try PortedRequest(history, for: .llamaCpp, tools: tools).text.contains(#""name":"fs.read","arguments""#))
        #expect(try PortedRequest(history, for: .llamaCpp).text.contains(#""name":"fs_read","arguments""#))
    }

    @Test func `ids that are brought into form stay apart, and a call's is its result's`() throws {
        var message = HistoryMessage(.assistant)
        var results = HistoryMessage(.tool)
        for index in 0..<200 {
            message.parts.append(PortabilityExample.called("call_\(index)"))
            results.parts.append(PortabilityExample.gave("call_\(index)"))
        }
        let items = try PortedRequest([PortabilityExample.hello, message, results], for: .mistral).items
        let calls = items[1]["tool_calls"]?.array?.compactMap { $0["id"]?.string } ?? []
        #expect(Set(calls).count == 200)
        #expect(items.dropFirst(2).compactMap { $0["tool_call_id"]?.string } == calls)
    }

    private static let servers: [(url: String, traits: Set<TargetTrait>)] = [
        ("https://api.deepseek.com", [.noImages, .noFiles, .noAudio]),
        ("https://API.deepseek.com:443/v1/", [.noImages, .noFiles, .noAudio]),
        ("https://me@api.mistral.ai/v1?x", [.nineCharacterIDs]), ("http://localhost:11434/v1", [.imageBytesOnly]),
        ("http://127.0.0.1:8080/v1", []), ("https://api.deepseek.com.example.test", []), ("", []),
    ]

    @Test(arguments: servers)
    func `a server is known by its address`(url: String, traits: Set<TargetTrait>) {
        #expect(TargetTrait.known(ofServerAt: url) == traits)
    }

    @Test func `a model is sent what nobody says it refuses`() {
        #expect(TargetTrait.refused(byModelTaking: nil).isEmpty)
        #expect(TargetTrait.refused(byModelTaking: ["text"]) == [.noImages, .noFiles, .noAudio])
        #expect(TargetTrait.refused(byModelTaking: ["text", "image"]) == [.noAudio])
        #expect(TargetTrait.refused(byModelTaking: ["text", "image", "audio"]).isEmpty)
    }
}
