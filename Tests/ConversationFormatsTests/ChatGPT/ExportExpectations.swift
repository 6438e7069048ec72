import ConversationFormats
import Conversations
import Foundation
import OrderedJSON
import TestSupport
import Testing

/// What an export holds by Python's count.
enum ExportExpectations {
    struct Failure: Error {
        var reason: String
    }

    static let fixtures = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Fixtures")

    static func fixture(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: fixtures.appending(path: name)))
    }

    static let skipReason: Comment =
        "DIWAN_TEST_DATA does not name a folder with chat-exports in it: tests on other people's exports are skipped"

    static var folder: URL? {
        guard let path = ProcessInfo.processInfo.environment["DIWAN_TEST_DATA"] else { return nil }
        let folder = URL(filePath: path).appending(path: "chat-exports")
        return FileManager.default.fileExists(atPath: folder.path(percentEncoded: false)) ? folder : nil
    }

    /// The JSON files of a folder among the exports.
    static func files(in path: String) throws -> [URL] {
        guard let folder = folder?.appending(path: path) else { throw Failure(reason: skipReason.rawValue) }
        return try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .filter { $0.pathExtension == "json" }.sorted { $0.path < $1.path }
    }

    static func conversations(of file: URL, format: String) async throws -> [JSON] {
        let script = fixtures.appending(path: "exports-expectations.py").path(percentEncoded: false)
        let python = try RunningProgram(
            "/usr/bin/env", ["python3", script, format, file.path(percentEncoded: false)],
            environment: ProcessInfo.processInfo.environment)
        let transcript = try await python.end()
        guard transcript.exitCode == 0, let found = try JSON(parsing: transcript.output).array else {
            throw Failure(reason: "python3 could not count \(file.lastPathComponent): \(transcript.errorText)")
        }
        return found
    }

    /// Reads a file and compares it with Python's count: conversations, messages, words, parents, dates, models.
    static func check(_ file: URL, format: String, with reader: any ConversationReader) async throws {
        let name = file.lastPathComponent
        let expected = try await conversations(of: file, format: format)
        let source = ExportFiles(name, Array(try Data(contentsOf: file)))
        #expect(expected.isEmpty || type(of: reader).recognize(source) == .certain, "\(name)")
        let reading = try await ExportReading.of(source, with: reader)
        #expect(reading.conversations.count == expected.count, "\(name)")
        for (conversation, expected) in zip(reading.conversations, expected) {
            #expect(conversation.id == expected["id"]?.string, "\(name)")
            #expect(conversation.title == expected["title"]?.string, "\(name)")
            #expect(conversation.createdAt?.milliseconds == expected["created"]?.int.map(Int64.init), "\(name)")
            #expect(conversation.updatedAt?.milliseconds == expected["updated"]?.int.map(Int64.init), "\(name)")
            #expect(conversation.currentMessageID == expected["current"]?.string, "\(name)")
            for words in expected["instructions"]?.array ?? [] {
                #expect(conversation.instructions?.hasBytes(of: words.string ?? "?") == true, "\(name)")
            }
            let messages = expected["messages"]?.array ?? []
            #expect(conversation.messages.count == messages.count, "\(name)")
            for (message, expected) in zip(conversation.messages, messages) {
                compare(message, expected, in: name)
            }
        }
    }

    private static func compare(_ message: ForeignMessage, _ expected: JSON, in name: String) {
        #expect(message.id == expected["id"]?.string, "\(name)")
        #expect(message.role.name == expected["role"]?.string, "\(name) \(message.id ?? "?")")
        #expect(message.createdAt?.milliseconds == expected["created"]?.int.map(Int64.init), "\(name)")
        switch message.parent {
        case .message(let id): #expect(id == expected["parent"]?.string, "\(name)")
        case .none, .previous: #expect(expected["parent"]?.string == nil, "\(name) \(message.id ?? "?")")
        }
        if let model = expected["model"]?.string, message.role == .assistant {
            let answer = message.answer
            #expect(answer?.modelReported ?? answer?.modelRequested == model, "\(name)")
        }
        let words = (expected["words"]?.array ?? []).compactMap(\.string)
        for said in words {
            #expect(
                message.allWords.contains { $0.hasBytes(of: said) }, "\(name) \(message.id ?? "?"): \(said.prefix(60))")
        }
        if expected["is_plain"]?.bool == true {
            #expect(message.allWords.map { Array($0.utf8) } == words.map { Array($0.utf8) }, "\(name)")
        }
        if let files = expected["files"]?.int { #expect(message.media.count >= files, "\(name)") }
    }
}
