import ConversationStorage
import Conversations
import WordDiff

extension ThreadService {
    /// Compares a run of a canary with the one before it, turn by turn.
    func compare(_ replay: Replay, of canary: Canary, with before: Replay?) async throws(ServiceError) -> CanaryRun {
        try await stored { () async throws(StorageError) in
            var turns: [CanaryTurn] = []
            for turn in replay.arms.first?.turns ?? [] {
                let earlier = before?.arms.first?.turns.first { $0.questionID == turn.questionID }
                let (now, then) = (try await answer(turn), try await earlier.asyncAnswer(answer))
                turns.append(CanaryTurn(turn, now: now, before: then))
            }
            return CanaryRun(canary: canary, replay: replay, beforeID: before?.id, turns: turns)
        }
    }

    /// The call that asked a turn's question last, and its answer.
    private func answer(_ turn: ReplayTurn) async throws(StorageError) -> CanaryAnswer {
        guard let id = turn.callID else { return CanaryAnswer() }
        let call = try await vault.call(id)
        var message: Message?
        if let first = call.messageIDs.first { message = try await vault.message(first) }
        return CanaryAnswer(call: call, message: message)
    }
}

/// What a question of a run brought.
struct CanaryAnswer: Sendable {
    var call: Call?
    var message: Message?

    /// Why there is no whole answer.
    var failure: String? {
        guard let call else { return "it was not asked" }
        guard call.status == .complete || call.status == .incomplete, message != nil else {
            return call.error?.message ?? "no answer came (\(call.status.rawValue))."
        }
        return nil
    }
}

extension ReplayTurn? {
    fileprivate func asyncAnswer(
        _ answer: (ReplayTurn) async throws(StorageError) -> CanaryAnswer
    ) async throws(StorageError) -> CanaryAnswer? {
        guard let turn = self else { return nil }
        return try await answer(turn)
    }
}

extension CanaryTurn {
    fileprivate init(_ turn: ReplayTurn, now: CanaryAnswer, before: CanaryAnswer?) {
        // What broke off says nothing of who would have gone on.
        let isComparable = now.failure == nil && before.map { $0.failure == nil } ?? false
        func value(_ value: (Call) -> String?) -> Value? {
            guard let old = before?.call.flatMap(value), let new = now.call.flatMap(value), old != new else {
                return nil
            }
            return Value(before: old, now: new)
        }
        self.init(
            number: turn.number, questionID: turn.questionID, beforeID: before?.message?.id,
            answerID: now.message?.id,
            words: isComparable ? WordChange(from: before?.message, to: now.message) : nil,
            modelReported: value(\.modelReported), systemFingerprint: value(\.systemFingerprint),
            failure: now.failure)
    }
}

extension WordChange {
    /// Nil where both say the same. What an answer asks of tools is told apart as its words are.
    fileprivate init?(from before: Message?, to now: Message?) {
        guard let before, let now, !before.saysTheSame(as: now) else { return nil }
        let diff = WordDiff(from: before.comparedText, to: now.comparedText)
        func count(_ change: WordDiff.Change) -> Int {
            diff.runs.filter { $0.change == change }.map { TextTokens($0.text).wordCount }.reduce(0, +)
        }
        self.init(removed: count(.removed), added: count(.inserted))
    }
}

extension Message {
    fileprivate func saysTheSame(as other: Message) -> Bool {
        comparedText.utf8.elementsEqual(other.comparedText.utf8)
    }
}
