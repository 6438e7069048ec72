import ConversationService
import ConversationStorage
import Conversations
import ModelUpstream
import OrderedJSON

/// Questions that stand in a thread already: asked again, gone on with, asked in other words.
struct RepeatedQuestion {
    let context: CommandContext
    let service: ThreadService

    /// The question that asks again what the answer at an address answered, or what was asked there.
    func again(_ address: MessageAddress, parameters: CallParameters? = nil) async throws -> Question {
        let message = try await message(at: address)
        let asked: Message
        if message.role == .assistant {
            guard let parent = message.parentID else {
                throw CommandFailure(
                    .usage, code: "no_question", "this thread begins with an answer; there is no question to ask again."
                )
            }
            asked = try await service.vault.message(parent)
        } else {
            asked = message
        }
        return try await question(.again(asked.id), [], in: address.thread, like: message.id, parameters: parameters)
    }

    /// The question that goes on with an answer that was cut off.
    func finishing(_ address: MessageAddress) async throws -> Question {
        let message = try await message(at: address)
        guard message.role == .assistant else {
            throw CommandFailure(
                .usage, code: "no_answer",
                "there is no answer to go on with; the last message is a question. Ask it again: diwan retry \(address.thread.handle)"
            )
        }
        guard message.status != .complete else {
            throw CommandFailure(
                .usage, code: "answer_is_whole",
                "that answer is whole already. Ask again instead: diwan retry \(address.thread.handle)")
        }
        return try await question(.finishing(message.id), [], in: address.thread, like: message.id)
    }

    /// The question that stands beside a message in other words. What it held besides words is kept.
    func edited(_ message: Message, words: String, in thread: ChatThread) async throws -> Question {
        guard message.role == .user else {
            throw CommandFailure(
                .usage, code: "not_a_question",
                "only what you said can be edited; \(thread.handle)/\(message.position + 1) is the \(message.role.name)'s."
            )
        }
        let others = message.parts.filter { if case .text = $0 { false } else { true } }
        return try await question(
            .beside(message.id), [(.user, [.text(words)] + others)], in: thread, like: message.id)
    }

    private func message(at address: MessageAddress) async throws -> Message {
        guard let id = address.message else {
            throw CommandFailure(
                .usage, code: "empty_thread",
                "nothing was said in \(address.thread.handle) yet. Say something: diwan ask -t \(address.thread.handle) WORDS"
            )
        }
        return try await service.vault.message(id)
    }

    /// The parameters are those of the call that asked before, where there was one.
    private func question(
        _ place: Question.Place, _ messages: [(role: Role, parts: [MessagePart])], in thread: ChatThread,
        like message: MessageID, parameters: CallParameters? = nil
    ) async throws -> Question {
        let choice = try await ModelChoice.choose(in: context, for: thread, service)
        let before = try await service.vault.lastCall(of: message)
        var used = before?.parameters ?? CallParameters()
        used.choices = nil
        used.streams = true
        used.storesAtUpstream = choice.upstream.storesAnswers
        if before?.dialect != choice.upstream.dialect { used.extras = [:] }
        if let parameters {
            used.choices = parameters.choices
            used.temperature = parameters.temperature ?? used.temperature
            used.seed = parameters.seed ?? used.seed
        }
        return Question(
            place: place, messages: messages, upstream: choice.upstream, key: try choice.key(context),
            model: choice.model, parameters: used, context: context.settings.contextMode.value,
            window: await ModelLists(context: context, service: service).window(of: choice.model, at: choice.upstream),
            takes: context.settings.models.facts(of: choice.model, at: choice.upstream.name)?.input,
            keepsEvents: context.settings.keepEvents.value)
    }
}
