import ConversationService
import ConversationStorage
import Conversations
import FoundationEssentials
import ModelUpstream

extension ChatSession {
    private var console: Console { context.console }

    /// Does what a command of the prompt says.
    mutating func obey(_ verb: ChatVerb, _ rest: String) async throws {
        switch verb {
        case .help:
            for verb in ChatVerb.allCases {
                console.line("  " + TerminalText.padded("/" + verb.rawValue, to: 11) + console.style.dim(verb.does))
            }
        case .model: try await model(rest)
        case .system: try await system(rest)
        case .attach: try attach(rest)
        case .finish:
            try await ask(RepeatedQuestion(context: context, service: service).finishing(tip()))
        case .retry:
            try await ask(RepeatedQuestion(context: context, service: service).again(tip()))
        case .edit: try await edit(rest)
        case .undo: try await undo()
        case .branches: try await branches()
        case .switch: try await go(to: rest)
        case .tree: try await TreeCommand.show(tip().thread, all: false, console, service)
        case .search: try await search(rest)
        case .title: try await title(rest)
        case .new:
            thread = nil
            console.note("A new thread; it begins with what you say next.")
        case .list:
            ThreadList(console: console).show(
                try await service.vault.threads(ThreadFilter(limit: 10, includesPrograms: false)),
                now: CommandContext.now())
        case .tokens: try await tokens()
        case .label, .fork, .trash, .erase, .export, .why: try await run(verb, rest)
        case .quit: break
        }
    }

    private func tip() async throws -> MessageAddress {
        guard let thread else { throw CommandFailure.usage("nothing was said here yet.") }
        return try await service.address(thread.description)
    }

    private mutating func model(_ name: String) async throws {
        guard !name.isEmpty else {
            console.note("\(choice.upstream.name)/\(choice.model)")
            return
        }
        if let (upstream, model) = context.settings.split(name), let entry = context.settings.upstreams[name: upstream]
        {
            choice = ModelChoice(upstream: entry.upstream, model: model)
        } else {
            choice = ModelChoice(upstream: choice.upstream, model: name)
        }
        if let thread {
            try await service.vault.change(thread, model: .some(choice.model), upstream: .some(choice.upstream.name))
        }
        console.note("From now on: \(choice.upstream.name)/\(choice.model)")
    }

    private mutating func system(_ text: String) async throws {
        if text.isEmpty {
            let said = try await thread.asyncMap { try await service.vault.thread($0) }?.instructions ?? instructions
            console.note(said ?? "The model is told nothing first. /system TEXT tells it something.")
        } else if let thread {
            try await service.vault.change(thread, instructions: .some(text))
            console.note("From now on the model is told that first.")
        } else {
            instructions = text
            console.note("The model will be told that first.")
        }
    }

    private mutating func attach(_ path: String) throws {
        guard !path.isEmpty else {
            console.note(attached.isEmpty ? "Nothing is attached. /attach FILE" : attached.joined(separator: "\n"))
            return
        }
        // Read now, so that a wrong name is told now.
        _ = try Attachments(reading: [path])
        attached.append(path)
        console.note("Goes with your next message.")
    }

    private mutating func edit(_ words: String) async throws {
        let address = try await tip()
        let path = try await address.message.asyncMap { try await service.vault.path(to: $0) } ?? []
        guard let last = path.last(where: { $0.role == .user }) else {
            throw CommandFailure.usage("you have not asked anything here yet.")
        }
        let text = words.isEmpty ? try PersonsEditor(environment: context.environment).edit(last.text) : words
        guard !text.isEmpty, text != last.text else {
            console.note("The question is as it was; nothing was asked.")
            return
        }
        try await ask(
            RepeatedQuestion(context: context, service: service).edited(last, words: text, in: address.thread))
    }

    private func undo() async throws {
        let address = try await tip()
        let path = try await address.message.asyncMap { try await service.vault.path(to: $0) } ?? []
        guard let last = path.last(where: { $0.role == .user }) else {
            throw CommandFailure.usage("there is no turn to go back.")
        }
        try await service.vault.moveTip(of: address.thread.id, to: last.parentID)
        console.note(
            "Back before: \(TerminalText.truncated(TerminalText.sanitizedLine(last.text), to: 60)). Nothing is removed; /branches shows it."
        )
    }

    private func branches() async throws {
        let address = try await tip()
        let path = try await address.message.asyncMap { try await service.vault.path(to: $0) } ?? []
        var shown = false
        for message in path.suffix(6) {
            let siblings = try await service.vault.siblings(of: message.id)
            guard siblings.count > 1 else { continue }
            shown = true
            for (index, sibling) in siblings.enumerated() {
                let other = try await service.vault.message(sibling)
                let mark = sibling == message.id ? "▸" : " "
                console.line(
                    "\(mark) \(address.thread.handle)/\(message.position + 1).\(index + 1)  "
                        + TerminalText.truncated(
                            TerminalText.sanitizedLine(other.text), to: max(20, console.columns - 20)))
            }
        }
        console.note(shown ? "Go on from one: /switch MESSAGE" : "No branches at the end of this path.")
    }

    private func go(to name: String) async throws {
        guard let thread, !name.isEmpty else {
            throw CommandFailure.usage(
                "/switch takes a message, as /switch \(name.isEmpty ? "k3f9/4.2" : name). /branches lists some.")
        }
        let address = try await service.address(name)
        guard address.thread.id == thread, let message = address.message else {
            throw CommandFailure.usage("that message is in another thread. Leave, and: diwan chat \(name)")
        }
        try await service.vault.moveTip(of: thread, to: message)
        console.note("The thread goes on from \(name).")
    }

    private func search(_ words: String) async throws {
        let query = SearchQuery(words, now: CommandContext.now(), calendar: .current)
        guard !query.isEmpty else { throw CommandFailure.usage("/search takes words.") }
        let page = try await service.vault.search(query, limit: 10, now: CommandContext.now())
        try await HitPrinter(console: console, now: CommandContext.now()).show(page, service)
    }

    private func title(_ words: String) async throws {
        guard let thread else { throw CommandFailure.usage("the thread begins with what you say; name it then.") }
        if words.isEmpty {
            console.note(try await service.vault.thread(thread).shownTitle)
        } else {
            try await service.vault.rename(thread, words)
            console.note("Named.")
        }
    }

    private func tokens() async throws {
        guard let thread, let call = try await service.vault.calls(of: thread, limit: 1).first else {
            throw CommandFailure.usage("no call was made here yet.")
        }
        for (name, value) in CallCommand.facts(of: call, pricedBy: context.settings.models)
        where ["tokens", "cost", "context", "first token", "finished"].contains(name) {
            console.line(console.style.dim(TerminalText.padded(name, to: 14)) + value)
        }
    }
}
