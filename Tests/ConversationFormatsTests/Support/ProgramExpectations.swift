import ConversationFormats
import Conversations
import Foundation
import OrderedJSON
import TestSupport
import Testing

/// What a file of another program holds by Python's count, for the programs whose files are no exports of a company.
enum ProgramExpectations {
    static func conversations(of file: URL, format: String) async throws -> [JSON] {
        let script = ExportExpectations.fixtures.appending(path: "programs-expectations.py").path(percentEncoded: false)
        let python = try RunningProgram(
            "/usr/bin/env", ["python3", script, format, file.path(percentEncoded: false)],
            environment: ProcessInfo.processInfo.environment)
        let transcript = try await python.end()
        guard transcript.exitCode == 0, let found = try JSON(parsing: transcript.output).array else {
            throw ExportExpectations.Failure(
                reason: "python3 could not count \(file.lastPathComponent): \(transcript.errorText)")
        }
        return found
    }

    /// Reads a file and compares it with Python's count.
    @discardableResult
    static func check(_ file: URL, format: String, with reader: any ConversationReader) async throws -> ExportReading {
        let name = file.lastPathComponent
        let expected = try await conversations(of: file, format: format)
        let source = try FileSource(path: file.path(percentEncoded: false))
        #expect(type(of: reader).recognize(source) == .certain, "\(name)")
        let reading = try await ExportReading.of(source, with: reader)
        #expect(reading.conversations.count == expected.count, "\(name)")
        #expect(reading.notes(.lost) == [], "\(name)")
        for (conversation, expected) in zip(reading.conversations, expected) {
            #expect(conversation.id == expected["id"]?.string, "\(name)")
            if let title = expected["title"]?.string { #expect(conversation.title == title, "\(name)") }
            let messages = expected["messages"]?.array ?? []
            #expect(conversation.messages.count == messages.count, "\(name) \(conversation.id ?? "")")
            for (message, expected) in zip(conversation.messages, messages) { compare(message, expected, in: name) }
        }
        return reading
    }

    private static func compare(_ message: ForeignMessage, _ expected: JSON, in name: String) {
        #expect(message.role.name == expected["role"]?.string, "\(name)")
        #expect(Array(message.parts.text.utf8) == Array((expected["text"]?.string ?? "?").utf8), "\(name)")
        if let id = expected["id"]?.string { #expect(message.id == id, "\(name)") }
        if let created = expected["created"]?.int {
            #expect(message.createdAt?.milliseconds == Int64(created), "\(name) \(message.id ?? "?")")
        }
        if let parent = expected["parent"] {
            let found: JSON = if case .message(let id) = message.parent { .string(id) } else { .null }
            #expect(found == parent, "\(name) \(message.id ?? "?")")
        }
        if let model = expected["model"]?.string { #expect(message.answer?.modelRequested == model, "\(name)") }
        if let results = expected["results"]?.array {
            let found = message.parts.compactMap { if case .toolResult(let result) = $0 { result.output } else { nil } }
            #expect(found == results.compactMap(\.string), "\(name)")
        }
    }
}

/// Damages a file in every way that may happen to one, and in some that may not.
enum Damage {
    /// The file cut off, with bits flipped, with pieces missing and repeated: the same every time.
    static func variants(of bytes: [UInt8], count: Int, seed: UInt64) -> [[UInt8]] {
        var numbers = SeededNumbers(seed: seed)
        return (0..<count).map { number in
            var variant = bytes
            guard !variant.isEmpty else { return variant }
            switch number % 4 {
            case 0: variant = Array(variant.prefix(Int.random(in: 0..<variant.count, using: &numbers)))
            case 1:
                for _ in 0..<Int.random(in: 1...20, using: &numbers) {
                    variant[Int.random(in: 0..<variant.count, using: &numbers)] ^=
                        1 << UInt8.random(in: 0..<8, using: &numbers)
                }
            case 2:
                let from = Int.random(in: 0..<variant.count, using: &numbers)
                variant.removeSubrange(from..<min(variant.count, from + Int.random(in: 1...200, using: &numbers)))
            default:
                let from = Int.random(in: 0..<variant.count, using: &numbers)
                variant.insert(contentsOf: bytes[from..<min(bytes.count, from + 200)], at: from)
            }
            return variant
        }
    }

    /// Every document that differs from `json` by one member left out.
    static func withoutOneMember(_ json: JSON) -> [(path: String, document: JSON)] {
        switch json {
        case .object(let object):
            var found: [(String, JSON)] = []
            for member in object {
                var rest = object
                rest.removeValue(forKey: member.key)
                found.append((member.key, .object(rest)))
                for (path, value) in withoutOneMember(member.value) {
                    var changed = object
                    changed[member.key] = value
                    found.append((member.key + "/" + path, .object(changed)))
                }
            }
            return found
        case .array(let array):
            return array.indices.flatMap { index in
                withoutOneMember(array[index]).map { path, value in
                    var changed = array
                    changed[index] = value
                    return ("\(index)/" + path, JSON.array(changed))
                }
            }
        default: return []
        }
    }

    /// Reads what `reader` can of damaged files: it may refuse them, and must not crash or hang.
    static func survives(
        _ path: String, _ bytes: [UInt8], count: Int = 300, reader: any ConversationReader
    ) async throws {
        for (number, variant) in variants(of: bytes, count: count, seed: 7).enumerated() {
            let source = ExportFiles(path, variant)
            _ = type(of: reader).recognize(source)
            do {
                let reading = try await ExportReading.of(source, with: reader)
                if reading.conversations.isEmpty { #expect(!reading.notes.isEmpty, "variant \(number) of \(path)") }
            } catch is FormatError {}
        }
    }

    /// Reads a document without each of its members: as many messages as before, or a word about it.
    static func isSaid(
        _ path: String, _ json: JSON, reader: any ConversationReader, written: (JSON) -> [UInt8] = { $0.serialized() }
    ) async throws {
        let whole = try await ExportReading.of(ExportFiles(path, written(json)), with: reader)
        for (place, document) in withoutOneMember(json) {
            let reading: ExportReading
            do {
                reading = try await ExportReading.of(ExportFiles(path, written(document)), with: reader)
            } catch is FormatError {
                continue
            }
            let isShorter =
                reading.messageCount < whole.messageCount || reading.conversations.count < whole.conversations.count
            #expect(!isShorter || reading.notes != whole.notes, "without \(place)")
            let words = { (reading: ExportReading) in
                reading.conversations.flatMap(\.messages).reduce(0) { $0 + $1.parts.text.utf8.count }
            }
            let isPoorer = words(reading) < words(whole)
            let isWordsOwnMember = ["text", "value", "content", "error", "message"].contains(
                place.split(separator: "/").last ?? "")
            #expect(!isPoorer || isWordsOwnMember || reading.notes != whole.notes, "without \(place)")
        }
    }
}
