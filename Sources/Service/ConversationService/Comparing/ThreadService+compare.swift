import ConversationStorage
import Conversations

extension ThreadService {
    /// Compares what a person names: a replay by its handle or id, a thread, or one question of it.
    ///
    /// - Throws: ``ServiceError/noSuch(_:)`` where there is none, or nothing in it to compare.
    package func comparison(named text: String) async throws(ServiceError) -> Comparison {
        if let id = ReplayID(text), let replay = try? await vault.replay(id) { return try await comparison(of: replay) }
        if let prefix = Handle.canonical(text) {
            let found = try await stored { () async throws(StorageError) in
                try await vault.replays(handlePrefix: prefix)
            }
            if found.count == 1 { return try await comparison(of: found[0]) }
            if found.count > 1 {
                throw .noSuch(
                    "\"\(text)\" could be any of these replays; say which: "
                        + found.prefix(10).map(\.handle).joined(separator: " "))
            }
        }
        let address = try await address(text)
        guard address.namesMessage, let message = address.message else {
            return try await comparison(of: address.thread)
        }
        return try await comparison(of: message, in: address.thread)
    }

    /// The answers to every question on the path to a thread's tip that has several.
    func comparison(of thread: ChatThread) async throws(ServiceError) -> Comparison {
        let messages = try await stored { () async throws(StorageError) in try await vault.messages(of: thread.id) }
        let questions = AskedQuestions(messages)
        var names = try await armNames(in: thread)
        var turns: [ComparedTurn] = []
        let path = thread.tipID.map { questions.path(to: $0) } ?? []
        for (index, turn) in questions.turns(on: path).enumerated() {
            let answers = questions.answers(toQuestionOf: turn.question.id)
            guard answers.count > 1 else { continue }
            turns.append(
                ComparedTurn(
                    threadID: thread.id, number: index + 1, question: turn.question,
                    answers: ComparedAnswers.measured(
                        names.candidates(answers, original: turn.answer?.id, in: questions))))
        }
        guard !turns.isEmpty else {
            throw .noSuch(
                "no question of \(thread.handle) has more than one answer. Ask another model: diwan replay \(thread.handle) -m MODEL"
            )
        }
        return Comparison(
            subject: .thread(thread), threads: [ComparedThread(thread: thread, messages: messages)],
            arms: names.compared(), turns: turns)
    }

    /// The answers to the question that a message is, or answers.
    func comparison(of id: MessageID, in thread: ChatThread) async throws(ServiceError) -> Comparison {
        let messages = try await stored { () async throws(StorageError) in try await vault.messages(of: thread.id) }
        let questions = AskedQuestions(messages)
        let answers = questions.answers(toQuestionOf: id)
        let path = questions.path(to: id)
        let place = "\(thread.handle)/\(path.count)"
        guard answers.count > 1 else {
            throw .noSuch(
                "\(place) has \(answers.isEmpty ? "no answer" : "one answer"), so there is nothing to compare. Ask again: diwan retry \(place) -m MODEL"
            )
        }
        let tipPath = Set((thread.tipID.map { questions.path(to: $0) } ?? []).map(\.id))
        // Beside the tip's path the others are compared with the one that was named, else with the first.
        let original = answers.first { tipPath.contains($0.id) } ?? answers.first { $0.id == id } ?? answers[0]
        var names = try await armNames(in: thread)
        let question = path.last { $0.role != .assistant }
        let number = questions.turns(on: question.map { questions.path(to: $0.id) } ?? []).count
        let candidates = names.candidates(answers, original: original.id, in: questions)
        return Comparison(
            subject: .message(thread, id), threads: [ComparedThread(thread: thread, messages: messages)],
            arms: names.compared(),
            turns: [
                ComparedTurn(
                    threadID: thread.id, number: number, question: question,
                    answers: ComparedAnswers.measured(candidates))
            ])
    }

    private func armNames(in thread: ChatThread) async throws(ServiceError) -> ArmNames {
        let calls = try await stored { () async throws(StorageError) in try await vault.calls(of: thread.id) }
        let labels = try await stored { () async throws(StorageError) in try await vault.labels(in: thread.id) }
        return ArmNames(calls: Dictionary(uniqueKeysWithValues: calls.map { ($0.id, $0) }), labels: labels)
    }
}
