import ConversationStorage
import Conversations
import ModelWire

extension ThreadService {
    /// A disk that became full while an answer was coming, told with what of it is saved: what was shown is in the
    /// vault's journal, and becomes a message when there is room again.
    func fullDisk(_ error: StorageError, during id: CallID) async -> ServiceError {
        guard let call = try? await vault.call(id), let thread = try? await vault.thread(call.threadID),
            let events = try? await vault.events(of: id)
        else { return .storage(error) }
        var stream = AnswerStream(choicesAsked: call.parameters.choices ?? 1)
        for event in events { _ = stream.receive(event.payload) }
        let text = stream.eventCount > 0 ? stream.answer().choices.map(\.parts.text).joined(separator: " ") : ""
        let words = text.split(whereSeparator: \.isWhitespace).count
        let saved = words == 0 ? "The question is" : "The question and \(Self.grouped(words)) words of the answer are"
        return .storage(
            StorageError(
                .diskFull,
                "the disk is full. \(saved) saved; free some space, then: diwan \(words == 0 ? "retry" : "finish") \(thread.handle)"
            ))
    }

    /// A number with a comma after each three digits.
    private static func grouped(_ number: Int) -> String {
        var text = ""
        for (index, digit) in String(number).reversed().enumerated() {
            if index > 0, index % 3 == 0 { text = "," + text }
            text = String(digit) + text
        }
        return text
    }
}
