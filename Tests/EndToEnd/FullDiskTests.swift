import Foundation
import OrderedJSON
import TestSupport
import Testing

/// A disk that becomes full in the middle of an answer: a small one of its own, filled while the answer is coming.
@Suite(.serialized)
struct FullDiskTests {
    /// A file system of 2 MB that ends with the test; nil where this machine does not let us make one.
    private final class SmallDisk {
        let folder = NSTemporaryDirectory() + "diwan-disk-" + UUID().uuidString

        static func make() async throws -> SmallDisk? {
            let disk = SmallDisk()
            try FileManager.default.createDirectory(atPath: disk.folder, withIntermediateDirectories: true)
            let mount = try RunningProgram(
                "/bin/mount", ["-t", "tmpfs", "-o", "size=2m", "tmpfs", disk.folder], environment: [:])
            return await mount.exitCode() == 0 ? disk : nil
        }

        func fill() {
            let file = open(folder + "/fill", O_WRONLY | O_CREAT, 0o600)
            let block = [UInt8](repeating: 1, count: 512)
            while write(file, block, block.count) > 0 {}
            close(file)
        }

        func free() { unlink(folder + "/fill") }

        func leave() async {
            _ = await (try? RunningProgram("/bin/umount", ["-l", folder], environment: [:]))?.exitCode()
            try? FileManager.default.removeItem(atPath: folder)
        }
    }

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
}
