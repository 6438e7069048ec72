import ConversationService
import ConversationStorage
import Conversations
import Foundation
import ModelUpstream

/// One conversation at the prompt: reads a line, asks or obeys, shows what comes.
struct ChatSession {
    let context: CommandContext
    /// The options that the session was begun with: commands run from it get the same.
    let options: EverywhereOptions
    let service: ThreadService
    var choice: ModelChoice
    /// What a thread that is yet to begin will tell its model.
    var instructions: String?
    /// The thread, once there is one.
    var thread: ThreadID?
    /// Files for the next message.
    var attached: [String] = []

    private var console: Console { context.console }

    init(
        context: CommandContext, options: EverywhereOptions, service: ThreadService, choice: ModelChoice,
        instructions: String?
    ) {
        self.context = context
        self.options = options
        self.service = service
        self.choice = choice
        self.instructions = instructions
    }

    /// Goes on in a thread: shows where it stands.
    mutating func enter(_ thread: ChatThread) async throws {
        self.thread = thread.id
        if let instructions {
            try await service.vault.change(thread.id, instructions: .some(instructions))
        }
        try await service.vault.noteUse(of: thread.id)
        let path = try await thread.tipID.asyncMap { try await service.vault.path(to: $0) } ?? []
        let printer = MessagePrinter(console: console, now: CommandContext.now())
        printer.header(thread)
        let labels = try await service.vault.labels(in: thread.id)
        for message in path.suffix(4) {
            let placed = try await service.place(message, in: thread, path: path, labels: labels[message.id] ?? [])
            printer.show(placed, siblings: try await service.vault.siblings(of: message.id).count, model: nil)
        }
        if let last = path.last, last.role == .assistant, last.status == .interrupted {
            console.note("The last answer was cut off. /finish goes on with it, /retry asks again.")
        }
    }

    mutating func run() async throws {
        if console.isTerminal {
            console.note("\(choice.upstream.name)/\(choice.model) · /help for commands · Ctrl-D leaves")
        }
        let editor = ChatPrompt(context: context)
        while true {
            switch await editor.read() {
            case .endOfInput:
                try await leave()
                return
            case .interrupted:
                continue
            case .message(let text):
                do {
                    guard try await obey(ChatLine(text)) else {
                        try await leave()
                        return
                    }
                } catch {
                    // A question that failed ends nothing: it is told, and the prompt comes back.
                    console.error("diwan: \(CommandFailure(error).message)")
                }
            }
        }
    }

    private func leave() async throws {
        guard let thread, console.isTerminal else { return }
        console.note("Kept as \(try await service.vault.thread(thread).handle). Go on: diwan chat -c")
    }

    /// Does what a line asks for; false to leave.
    private mutating func obey(_ line: ChatLine) async throws -> Bool {
        switch line {
        case .empty: return true
        case .unknown(let word):
            console.note("There is no /\(word). /help lists what there is.")
            return true
        case .message(let text):
            try await ask(text)
            return true
        case .command(.quit, _): return false
        case .command(let verb, let rest):
            try await obey(verb, rest)
            return true
        }
    }

    // MARK: - Asking

    private mutating func ask(_ text: String) async throws {
        let files = try Attachments(reading: attached)
        let parts = [.text(text)] + (try await files.parts(keptIn: service.vault, isDryRun: false))
        attached = []
        let place: Question.Place = thread.map { .tip(of: $0) } ?? .newThread(tags: [], title: nil)
        var question = try await question(place)
        question.messages = [(.user, parts)]
        try await ask(question)
    }

    private func question(_ place: Question.Place) async throws -> Question {
        Question(
            place: place, messages: [], upstream: choice.upstream, key: try choice.key(context), model: choice.model,
            instructions: thread == nil ? instructions : nil,
            parameters: CallParameters(streams: true, storesAtUpstream: choice.upstream.storesAnswers),
            context: context.settings.contextMode.value,
            window: await ModelLists(context: context, service: service).window(of: choice.model, at: choice.upstream),
            takes: context.settings.models.facts(of: choice.model, at: choice.upstream.name)?.input,
            keepsEvents: context.settings.keepEvents.value)
    }

    mutating func ask(_ question: Question) async throws {
        let answered = try await Asking(context: context, service: service, isAtPrompt: true).answer(question)
        thread = answered.thread.id
        if let failure = answered.failure {
            console.note(
                failure.code == .cancelled
                    ? "Stopped; what had come is kept. /finish goes on with it, /retry asks again."
                    : "\(failure.message) What had come is kept. /finish goes on with it, /retry asks again.")
        }
    }
}

/// The prompt, read on a thread of its own: it blocks.
final class ChatPrompt: Sendable {
    /// Where the prompt's history lasts.
    static func historyFile(besideVault file: String) -> String {
        (file as NSString).deletingLastPathComponent + "/chat-history"
    }

    private let editor: LineEditor
    private let queue = DispatchQueue(label: "prompt")
    private let prompt: String

    init(context: CommandContext) {
        editor = LineEditor(
            historyFile: Self.historyFile(besideVault: context.settings.vaultFile.value),
            environment: context.environment,
            completion: { text in
                guard text.hasPrefix("/"), !text.contains(" ") else { return [] }
                return ChatVerb.allCases.map { "/" + $0.rawValue }.filter { $0.hasPrefix(text) }
            })
        prompt = context.console.style.styled("› ", [.bold, .cyan])
    }

    func read() async -> LineEditorResult {
        await withCheckedContinuation { continuation in
            queue.async { [editor, prompt] in continuation.resume(returning: editor.readMessage(prompt: prompt)) }
        }
    }
}
