import ArgumentParser
import ConversationService
import ConversationStorage
import Conversations
import ModelUpstream
import ModelWire

/// Which model is asked, and where.
struct ModelOptions: ParsableArguments {
    @Option(
        name: .customShort("m"), help: ArgumentHelp("The model, or upstream/model.", valueName: "model"),
        completion: CompletionKind.models)
    var model: String?

    @Option(
        name: .customShort("u"), help: ArgumentHelp("The upstream.", valueName: "upstream"),
        completion: CompletionKind.upstreams)
    var upstream: String?

    static let optionsWithValue: Set<String> = ["-m", "-u"]
}

/// The upstream and the model a question goes to.
struct ModelChoice {
    var upstream: Upstream
    let model: String

    /// Chooses for a question in `thread` by the settings' rule, and says once what a person might not expect.
    ///
    /// - Parameter answer: the message that is gone on from: the arm of a replay goes on with its own model.
    static func choose(
        in context: CommandContext, for thread: ChatThread?, after answer: MessageID? = nil, _ service: ThreadService
    ) async throws -> ModelChoice {
        let lists = ModelLists(context: context, service: service)
        let known = try await lists.remembered()
        var habit = ThreadHabit(upstream: thread?.upstream, model: thread?.model)
        if let answer, let call = try await service.vault.message(answer).callID {
            let arm = try await service.vault.call(call)
            if arm.replayID != nil { habit = ThreadHabit(upstream: arm.upstream, model: arm.modelRequested) }
        }
        let choice = try context.settings.choose(for: habit, listed: { known[$0] })
        if let note = choice.note { context.console.note(note) }
        if choice.reason == .firstUsable, try await service.vault.remembered("first_upstream") != choice.upstream.name,
            service.vault.access == .writing
        {
            context.console.note("Asking \(choice.upstream.name). Others: diwan upstreams list")
            try await service.vault.remember("first_upstream", choice.upstream.name)
        }
        if let model = choice.model {
            try await sayOnceIfUndocumented(model, choice.upstream.name, context, service)
            return ModelChoice(upstream: choice.upstream, model: model)
        }
        guard let first = try await lists.list(choice.upstream).first else {
            throw CommandFailure(
                .configuration, code: "no_model",
                "\(choice.upstream.name) lists no models. Name one: -m \(choice.upstream.name)/MODEL")
        }
        return ModelChoice(upstream: choice.upstream, model: first.id)
    }

    private static func sayOnceIfUndocumented(
        _ model: String, _ upstream: String, _ context: CommandContext, _ service: ThreadService
    ) async throws {
        guard service.vault.access == .writing, let note = context.settings.models.undocumentedNote(model, at: upstream)
        else { return }
        let name = "undocumented:\(upstream)/\(model)"
        guard try await service.vault.remembered(name) == nil else { return }
        context.console.note(note)
        try await service.vault.remember(name, "said")
    }

    init(upstream: Upstream, model: String) {
        self.upstream = upstream
        self.model = model
    }

    /// The upstream a call was written down for.
    init(of call: Call, context: CommandContext) throws {
        guard let entry = context.settings.upstreams[name: call.upstream] else {
            throw CommandFailure(
                .configuration, code: "unknown_upstream",
                "\(call.upstream) is not set up here any more. Add it: diwan upstreams add \(call.upstream) URL")
        }
        self.init(upstream: entry.upstream, model: call.modelRequested)
    }

    func key(_ context: CommandContext) throws -> APIKey? {
        try upstream.key.key(for: upstream.name, environment: context.environment)
    }
}
