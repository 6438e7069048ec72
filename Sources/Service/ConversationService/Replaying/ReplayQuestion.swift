import ConversationStorage
import Conversations
import ModelUpstream

/// Why an arm cannot be asked any further, for a person.
struct ArmEnd: Error {
    let why: String
}

/// What an arm is asked at one of its turns.
struct ReplayQuestion {
    let service: ThreadService
    let replay: Replay
    let settings: ReplaySettings
    let arm: ReplayArm
    let target: ReplayTarget
    let keepsEvents: Bool

    /// - Parameters:
    ///   - index: the turn's place among the arm's.
    ///   - path: the path that is asked again.
    ///   - calls: the last call of each turn of the arm so far.
    /// - Throws: ``ArmEnd`` where the arm ends there by rule.
    func question(_ index: Int, of path: ReplayPath, calls: [CallID?]) async throws -> Question {
        let turn = arm.turns[index]
        let (place, messages) = try await place(index, of: path, calls: calls)
        var upstream = target.upstream
        // What passes is told by the first notice of it, and asked again by us when that is not enough.
        upstream.retries = min(upstream.retries, 4)
        return Question(
            place: place, messages: messages, upstream: upstream, key: target.key, model: arm.model,
            instructions: settings.instructions, parameters: try await parameters(of: turn),
            context: settings.context, window: target.window, takes: target.takes,
            keepsEvents: keepsEvents, movesTip: false,
            replayPlace: ReplayPlace(
                replay: replay.id, arm: arm.key, turn: turn.number, askedBefore: calls[index]))
    }

    /// What was given, a seed of its own for each sample, and the tools and the shape of the answer that were asked with
    /// before: without them the history makes no sense.
    private func parameters(of turn: ReplayTurn) async throws -> CallParameters {
        var parameters = settings.parameters
        parameters.choices = nil
        parameters.storesAtUpstream = target.upstream.storesAnswers
        parameters.seed = parameters.seed.map { $0 + arm.sample - 1 }
        guard let original = turn.originalID, let call = try await service.vault.message(original).callID else {
            return parameters
        }
        let before = try await service.vault.call(call).parameters
        if parameters.tools == nil {
            parameters.tools = before.tools
            parameters.toolChoice = parameters.toolChoice ?? before.toolChoice
        }
        parameters.responseFormat = parameters.responseFormat ?? before.responseFormat
        return parameters
    }

    private func place(
        _ index: Int, of path: ReplayPath, calls: [CallID?]
    ) async throws -> (Question.Place, [(role: Role, parts: [MessagePart])]) {
        let turn = arm.turns[index]
        guard replay.mode == .chain, index > 0 else { return (.again(turn.questionID), []) }
        if let asked = calls[index], let copy = try await service.vault.call(asked).questionID {
            return (.again(copy), [])
        }
        guard let call = calls[index - 1], let answer = try await service.vault.call(call).messageIDs.first else {
            throw ArmEnd(why: "its answer before turn \(turn.number) is not there any more")
        }
        var messages: [Message] = []
        for id in path.asked[turn.questionID] ?? [turn.questionID] {
            messages.append(try await service.vault.message(id))
        }
        let calledTools = try await service.vault.message(answer).parts.toolCalls
        return (.after(answer), try await going(on: messages, after: calledTools, arm.turns[index - 1]))
    }

    /// The messages that follow an answer of the arm's.
    private func going(
        on messages: [Message], after calls: [ToolCall], _ before: ReplayTurn
    ) async throws -> [(role: Role, parts: [MessagePart])] {
        let holdResults = messages.contains { message in
            message.parts.contains { if case .toolResult = $0 { true } else { false } }
        }
        guard !calls.isEmpty || holdResults else { return messages.map { ($0.role, $0.parts) } }
        guard let first = calls.first else {
            throw ArmEnd(why: "it answered turn \(before.number) without the tool that was called there")
        }
        let what = "it asked for the tool \(first.name) at turn \(before.number)"
        guard settings.toolUse == .recorded else { throw ArmEnd(why: what) }
        guard let original = before.originalID else { throw ArmEnd(why: "\(what), which no result is recorded of") }
        let recorded = try await service.vault.message(original).parts.toolCalls
        guard holdResults, let ids = RecordedTools(recorded: recorded, asked: calls).ids else {
            throw ArmEnd(why: "\(what) otherwise than was recorded")
        }
        return RecordedTools.results(messages, under: ids)
    }
}
