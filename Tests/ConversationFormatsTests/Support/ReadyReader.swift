import ConversationFormats
import ConversationStorage
import Conversations
import Foundation
import OrderedJSON

/// A reader of a format made up for tests: each element of a JSON array is a conversation, its messages strings or
/// objects with `id`, `parent`, `text`, `role`, `at`, `model`, `call`.
struct ReadyReader: ConversationReader {
    static let format = ConversationFormat.chatgpt

    static func recognize(_ source: any ImportSource) -> Recognition? {
        source.entries.contains { $0.path.hasSuffix(".ready") } ? .certain : nil
    }

    func read(_ source: any ImportSource, into sink: any ImportSink) async throws {
        for entry in source.entries where entry.path.hasSuffix(".ready") {
            var elements = try JSONElements(source.open(entry))
            while let element = try elements.next() {
                switch element {
                case .json(let json): try await sink.add(Self.conversation(json))
                case .damaged(let reason, let number):
                    sink.note(ImportNote(.lost, "conversation that cannot be read: \(reason)", at: "\(number)"))
                }
            }
        }
    }

    static func conversation(_ json: JSON) -> ForeignConversation {
        var conversation = ForeignConversation(id: json["id"]?.string, title: json["title"]?.string)
        conversation.createdAt = json["at"]?.int.map { Timestamp(milliseconds: Int64($0)) }
        conversation.currentMessageID = json["current"]?.string
        conversation.messages = (json["messages"]?.array ?? []).enumerated().map { number, json in
            let role = json["role"]?.string.map { Role($0) } ?? (number % 2 == 0 ? .user : .assistant)
            var message = ForeignMessage(
                id: json["id"]?.string, role: role, parts: [.text(json.string ?? json["text"]?.string ?? "")])
            if let parent = json["parent"] { message.parent = parent.string.map { .message($0) } ?? .none }
            message.createdAt = json["at"]?.int.map { Timestamp(milliseconds: Int64($0)) }
            if let model = json["model"]?.string {
                var answer = ForeignAnswer(modelReported: model)
                answer.callID = json["call"]?.string
                message.answer = answer
            }
            return message
        }
        return conversation
    }

    static func conversation(_ text: String) throws -> ForeignConversation { conversation(try JSON(parsing: text)) }
}

/// Runs a test with an empty vault, and with a folder to write to.
func withVault(_ body: (Vault, String) async throws -> Void) async throws {
    try await withFolder { folder in
        let vault = try Vault(file: folder + "/vault.db", for: .writing)
        defer { vault.close() }
        try await body(vault, folder)
    }
}
