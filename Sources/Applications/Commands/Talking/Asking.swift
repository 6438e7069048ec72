import ArgumentParser
import ConversationService
import ConversationStorage
import Conversations
import ModelUpstream
import OrderedJSON

/// Asks a question and shows what comes of it, the same way for every command that asks.
struct Asking {
    let context: CommandContext
    let service: ThreadService
    /// Whether the person is at the prompt of `chat`.
    var isAtPrompt = false

    /// Asks, shows, and ends the command with the exit code that fits.
    func ask(_ question: Question, isBackground: Bool = false) async throws {
        if isBackground {
            try await PortabilityNotice(context: context, service: service).tellOnce(of: question)
            try await BackgroundWorker(context: context, service: service).start(question)
            return
        }
        let answered = try await answer(question)
        if context.console.printsJSON {
            context.console.json(try await service.json(of: answered, pricedBy: context.settings.models))
        }
        try Self.checkWhole(answered)
        try Self.checkShape(answered)
    }

    /// An answer that was asked for in a shape and has another is kept, and the command says so with its exit code.
    static func checkShape(_ answered: AnsweredQuestion) throws {
        guard let format = answered.call.parameters.responseFormat, let type = format["type"]?.string, type != "text"
        else { return }
        for answer in answered.answers where answer.status == .complete && answer.parts.toolCalls.isEmpty {
            guard let document = try? JSON(parsing: answer.text) else {
                throw notTheShape("no JSON", answered)
            }
            let schema = format["json_schema"]?["schema"] ?? format["schema"]
            if let complaint = schema.flatMap({ JSONSchema($0).complaint(about: document) }) {
                throw notTheShape("not what the schema asks for: \(complaint)", answered)
            }
        }
    }

    private static func notTheShape(_ how: String, _ answered: AnsweredQuestion) -> CommandFailure {
        CommandFailure(
            .badData, code: "answer_shape",
            "the answer is \(how). It is saved; ask again: diwan retry \(answered.thread.handle)")
    }

    /// Asks and shows the answer as it comes.
    func answer(_ question: Question) async throws -> AnsweredQuestion {
        try await PortabilityNotice(context: context, service: service).tellOnce(of: question)
        let printer = AnswerPrinter(
            console: context.console, choices: question.parameters.choices ?? 1,
            hint: isAtPrompt ? nil : "go on: diwan ask -c")
        let service = service
        let answered: AnsweredQuestion
        do {
            answered = try await context.interruption.cancelling {
                try await service.send(question) { event in
                    if case .begun(let thread, _) = event { try? await service.vault.noteUse(of: thread) }
                    printer.show(event)
                }
            }
        } catch {
            printer.endLine()
            throw await naming(question.model, at: question.upstream, error)
        }
        if context.console.printsJSON { printer.endLine() } else { printer.conclude(answered) }
        try await BackendNews(context: context).tell(answered.backendChanges, service)
        return answered
    }

    /// An answer that broke off is kept, and the command says so with its exit code.
    static func checkWhole(_ answered: AnsweredQuestion) throws {
        guard let failure = answered.failure else { return }
        var told = CommandFailure(upstream: failure, saved: nil)
        let words = answered.answers.first?.text.split(whereSeparator: \.isWhitespace).count ?? 0
        told = CommandFailure(
            told.exit, code: told.code,
            "\(told.message) What had come, \(words) word\(words == 1 ? "" : "s"), is saved: diwan finish \(answered.thread.handle), or ask again: diwan retry \(answered.thread.handle)"
        )
        throw told
    }
}

extension ThreadService {
    /// What `ask --json` prints.
    func json(of answered: AnsweredQuestion, pricedBy models: ModelCatalogue) async throws -> JSON {
        let messages = try await placed(answered.answers, in: answered.thread)
        let question = try await placed(answered.question.map { [$0] } ?? [], in: answered.thread)
        return .object([
            "object": "answer", "thread": answered.thread.json, "question": question.first?.json ?? .null,
            "messages": .array(messages.map(\.json)), "call": answered.call.json(pricedBy: models),
        ])
    }

    private func placed(_ messages: [Message], in thread: ChatThread) async throws -> [PlacedMessage] {
        let path = try await thread.tipID.asyncMap { try await vault.path(to: $0) } ?? []
        let labels = try await vault.labels(in: thread.id)
        var placed: [PlacedMessage] = []
        for message in messages {
            placed.append(try await place(message, in: thread, path: path, labels: labels[message.id] ?? []))
        }
        return placed
    }
}
