import ConversationStorage
import Conversations
import Foundation
import OrderedJSON
import TestSupport
import Testing

/// A disk that becomes full in the middle of an answer, or of an export: a small one of its own.
@Suite(.serialized)
struct FullDiskTests {
    @Test func `a disk full in mid-answer keeps the question and the words shown, and the answer can be finished`()
        async throws
    {
        guard let disk = try await SmallDisk.make() else {
            print("skipped: making a small disk is for root, and not everywhere (mount -t tmpfs).")
            return
        }
        // Long enough that the journal has to ask the disk for more soon.
        let pieces = (1...400).map { "word\($0) " + String(repeating: "and more ", count: 40) }
        let events = Answers.events(pieces, .chat)
        let shown = Gate()
        let server = try ScriptedServer { exchange in
            guard exchange.index == 0 else { return try exchange.say("the end.") }
            try exchange.begin()
            for event in events[..<5] { try exchange.write(event) }
            shown.wait()
            for event in events[5...] { try exchange.write(event) }
            exchange.waitUntilClientLeaves()
        }
        let home = try Home(server, .chat)
        let vault = ["DIWAN_VAULT": disk.folder + "/vault.db"]
        let asking = try home.start(["ask", "Tell me everything."], environment: vault)
        #expect(await asking.says("word3 "))
        disk.fill()
        shown.open()
        let ended = try await home.end(asking)
        #expect(ended.code == 74, "\(ended.errors)")
        let line = try #require(
            ended.errors.wholeMatch(
                of:
                    /diwan: the disk is full\. The question and ([0-9,]+) words of the answer are saved; free some space, then: diwan finish (\w+)\n/
            ), "\(ended.errors)")
        let saved = try #require(Int(line.1.replacing(",", with: "")))
        // All that was shown is among what is saved.
        #expect(saved >= ended.output.split(whereSeparator: \.isWhitespace).count)
        disk.free()
        let finished = try await home.diwan("finish", String(line.2), environment: vault)
        #expect(finished.code == 0, "\(finished.errors)")
        let path = try await home.diwan("show", "--json", environment: vault)
        let text = try path.json["messages"]?.array?.last?["text"]?.string ?? ""
        #expect(text.hasPrefix(ended.output.trimmingCharacters(in: .whitespacesAndNewlines).prefix(200)))
        #expect(text.hasSuffix("the end."))
        let checked = try await home.diwan("doctor", environment: vault)
        #expect(checked.code == 0, "\(checked.output)\(checked.errors)")
        await disk.leave()
    }

    @Test func `an export onto a full disk ends with 74 and leaves no half of a file`() async throws {
        guard let disk = try await SmallDisk.make() else {
            print("skipped: making a small disk is for root, and not everywhere (mount -t tmpfs).")
            return
        }
        let home = try Home("http://127.0.0.1:9")
        let picture = [UInt8](repeating: 0x89, count: 3 << 20)
        try await home.keep([try await thread(holding: picture, in: home)])
        let place = disk.folder + "/all.jsonl"
        let ended = try await home.diwan("export", "-o", place)
        #expect(ended.code == 74)
        #expect(ended.errors == "diwan: \(place) cannot be written: the disk is full. It is as it was.\n")
        #expect(try FileManager.default.contentsOfDirectory(atPath: disk.folder) == [])
        let piped = try await home.shell("diwan export > \(place)")
        #expect(piped.code == 74)
        #expect(piped.errors.contains("standard output cannot be written: the disk is full."))
        await disk.leave()
    }

    private func thread(holding bytes: [UInt8], in home: Home) async throws -> ThreadRecord {
        let digest = try await home.keep(bytes, mediaType: "image/png")
        let message = MessageRecord(
            id: MessageID(derivedFrom: ["message"]), parentID: nil, role: .user,
            parts: [.image(MessageMedia(source: .blob(digest), mediaType: "image/png"))],
            createdAt: Timestamp(milliseconds: 1))
        return ThreadRecord(
            id: ThreadID(derivedFrom: ["thread"]), title: "One", tipID: message.id,
            createdAt: Timestamp(milliseconds: 1), activeAt: Timestamp(milliseconds: 1), messages: [message])
    }
}
