import ArgumentParser
import ConversationService
import ConversationStorage
import Conversations
import Foundation
import HTTPTransport
import ModelUpstream
import OrderedJSON

struct AskCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ask",
        abstract: "Ask a question, in a new thread or going on in one.",
        discussion: """
            Standard input, where it is a pipe or a file, follows the words after a blank line.
            Options stand before the first word or after the last one; between words, a word with a dash is text.

              diwan ask Say this more kindly: your code is bad
              diwan ask -c "And shorter?"
              git diff | diwan ask Write a commit message for this
              diwan ask -t k3f9/4 Try another way          a branch from that message
            """)

    static let textArguments = TextArguments(
        withValue: EverywhereOptions.optionsWithValue.union(PlaceOptions.optionsWithValue).union(
            ModelOptions.optionsWithValue
        )
        .union(RequestOptions.optionsWithValue),
        flags: EverywhereOptions.flags.union(PlaceOptions.flags).union(RequestOptions.flags))

    @OptionGroup(title: "Where") var place: PlaceOptions
    @OptionGroup(title: "Whom") var whom: ModelOptions
    @OptionGroup(title: "How") var request: RequestOptions
    @OptionGroup(title: "Everywhere") var common: EverywhereOptions

    @Argument(help: "The question.")
    var words: [String] = []

    func run() async throws {
        let context = try CommandContext(common, whom: whom, contextMode: request.contextName)
        let text = try request.text(words: words, console: context.console)
        let toolOutputs = try request.toolOutputs()
        let attachments = try Attachments(reading: request.attach)
        guard !text.isEmpty || !toolOutputs.isEmpty || !attachments.isEmpty else {
            throw CommandFailure.usage("there is nothing to ask. Say it: diwan ask WORDS, or talk: diwan chat")
        }
        let saved = request.noSave ? nil : try await context.writingService()
        let service = try saved ?? context.unsavedService()
        defer {
            if request.noSave {
                try? FileManager.default.removeItem(atPath: (service.vault.file as NSString).deletingLastPathComponent)
            }
        }
        let place = try await place.place(in: service)
        let thread = try await service.thread(of: place)
        if let thread { try await CutAnswer(context: context, service: service).tellOnce(of: thread) }
        let answer: MessageID? = if case .after(let message) = place { message } else { nil }
        var choice = try await ModelChoice.choose(in: context, for: thread, after: answer, service)
        if let timeout = request.timeout { choice.upstream.deadlines.total = .milliseconds(Int(timeout * 1000)) }
        var messages: [(role: Role, parts: [MessagePart])] = toolOutputs
        let parts = try await attachments.parts(keptIn: service.vault, isDryRun: request.isDryRun)
        if !text.isEmpty || !parts.isEmpty { messages.append((.user, (text.isEmpty ? [] : [.text(text)]) + parts)) }
        let question = Question(
            place: place, messages: messages, upstream: choice.upstream,
            key: request.isDryRun ? nil : try choice.key(context),
            model: choice.model, instructions: try request.instructions(),
            parameters: try request.parameters(
                dialect: choice.upstream.dialect, upstream: choice.upstream, console: context.console),
            context: context.settings.contextMode.value,
            window: await ModelLists(context: context, service: service).window(of: choice.model, at: choice.upstream),
            takes: context.settings.models.facts(of: choice.model, at: choice.upstream.name)?.input,
            keepsEvents: context.settings.keepEvents.value)
        if let form = request.dryRun {
            try await DryRun(question: question, attachments: attachments, form: form).show(context, service)
            return
        }
        try await Asking(context: context, service: service).ask(question, isBackground: request.background)
    }
}
