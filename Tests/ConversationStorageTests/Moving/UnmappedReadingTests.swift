import Conversations
import Foundation
import Testing

@testable import ConversationStorage

struct UnmappedReadingTests {
    /// How much of a file this process holds mapped, in KB.
    private func mapped(_ file: String) throws -> Int {
        // The system writes the path its own way; the folder's name is nobody else's.
        let place = file.split(separator: "/").suffix(2).joined(separator: "/")
        var isOfFile = false
        var sum = 0
        // Read to its end: such a file tells no length, and what asks for one stops at 4 KB.
        let bytes = try FileHandle(forReadingFrom: URL(filePath: "/proc/self/smaps")).readToEnd() ?? Data()
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
            // A mapping begins with its addresses; what is counted of it follows.
            if line.first?.isHexDigit == true, line.contains("-"), !line.contains("kB") {
                isOfFile = line.hasSuffix(place)
            }
            if isOfFile, line.hasPrefix("Rss:") {
                sum += line.split(separator: " ").lazy.compactMap { Int($0) }.first ?? 0
            }
        }
        return sum
    }

    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/proc/self/smaps"), "the system tells no mappings"))
    func `who goes through a whole vault can do so without holding it in memory`() async throws {
        try await TestVault.withFolder { folder in
            let file = folder + "/vault.db"
            let filled = try Vault(file: file, for: .writing)
            let text = String(repeating: "words ", count: 2_000)
            let messages = (0..<100).map { number in
                MessageRecord(
                    id: MessageID(derivedFrom: ["\(number)"]), parentID: nil, role: .user, parts: [.text(text)],
                    createdAt: Timestamp(milliseconds: 1))
            }
            let thread = ThreadRecord(
                id: ThreadID(derivedFrom: ["thread"]), createdAt: Timestamp(milliseconds: 1),
                activeAt: Timestamp(milliseconds: 1), messages: messages)
            #expect(try await filled.adopt([thread]).newMessages == 100)
            filled.close()
            for isUnmapped in [false, true] {
                let vault = try Vault(file: file, for: .reading)
                defer { vault.close() }
                if isUnmapped { try await vault.readUnmapped() }
                #expect(try await vault.threadRecord(thread.id).messages.count == 100)
                let kilobytes = try mapped(file)
                #expect(isUnmapped ? kilobytes == 0 : kilobytes > 0, "\(isUnmapped): \(kilobytes) KB")
            }
        }
    }
}
