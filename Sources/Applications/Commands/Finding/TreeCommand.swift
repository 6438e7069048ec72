import ArgumentParser
import ConversationService
import ConversationStorage
import Conversations
import OrderedJSON

struct TreeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tree",
        abstract: "Every branch of a thread, one line a message.",
        discussion: """
            ◉ is where the thread goes on; what leads there goes straight down, other branches stand beside it.
            Go on from another message: diwan switch MESSAGE. Name it: diwan label MESSAGE NAME
            """)

    @Argument(
        help: ArgumentHelp("Which; the thread last used if left out.", valueName: "thread"),
        completion: CompletionKind.threads)
    var which = "@"

    @Flag(help: "Every message: nothing folded, and what is in the trash, too.")
    var all = false

    @OptionGroup(title: "Everywhere") var common: EverywhereOptions

    func look() async throws {
        let context = try CommandContext(common)
        let service = try await context.readingService()
        try await Self.show(service.address(which).thread, all: all, context.console, service)
    }

    /// Draws a thread, or prints its JSON.
    static func show(_ thread: ChatThread, all: Bool, _ console: Console, _ service: ThreadService) async throws {
        let placed = try await PlacedTree(of: thread, showsTrash: all, service)
        if console.printsJSON { return console.json(placed.json) }
        let tree = placed.tree
        let tip = thread.tipID.flatMap { tree.place(of: $0) }
        MessagePrinter(console: console, now: CommandContext.now()).header(thread)
        guard !tree.messages.isEmpty else {
            console.note("Nothing was said here yet. Say something: diwan ask -t \(thread.handle) WORDS")
            return
        }
        let drawing = TreeDrawing(
            tree.messages.indices.map { place in
                let message = tree.messages[place]
                return TreeDrawing.Node(
                    children: tree.children[place], isOnTipPath: placed.messages[place].isOnTipPath,
                    isTip: place == tip,
                    isMarked: !placed.messages[place].labels.isEmpty || message.status != .complete)
            }, beginnings: tree.beginnings, folds: !all)
        let models = try await service.vault.models(in: thread.id)
        let printer = TreePrinter(console: console)
        var lines: [TreePrinter.Line] = []
        for line in drawing.lines {
            guard case .message(let place) = line.content else {
                lines.append(TreePrinter.Line(rails: line.rails, remark: line.content.remark))
                continue
            }
            let message = tree.messages[place]
            let model = message.callID.flatMap { models[$0] }
            var marks = placed.messages[place].labels.map { "[\(TerminalText.sanitizedLine($0))]" }
            if place == tip { marks.insert("tip", at: 0) }
            if message.status != .complete { marks.append("(\(message.status.rawValue))") }
            if message.trashedAt != nil { marks.append("(in the trash)") }
            lines.append(
                TreePrinter.Line(
                    rails: line.rails, address: placed.messages[place].address,
                    speaker: model.map { TerminalText.sanitizedLine($0.reported ?? $0.sent) }
                        ?? message.speaker,
                    isPerson: message.role == .user, marks: marks, words: message.firstWords))
        }
        printer.show(lines)
    }
}

extension TreeCommand: PlainCommand {
    static var withoutArguments: TreeCommand {
        var command = TreeCommand()
        (command.which, command.all) = ("@", false)
        command.common = .none
        return command
    }

    mutating func take(option: String, value: () -> String?) -> Bool {
        guard option == "--all" else { return false }
        all = true
        return true
    }

    mutating func take(words: [String]) -> Bool {
        which = words.first ?? which
        return words.count <= 1
    }
}

extension TreeDrawing.Content {
    /// What stands for messages that are not drawn.
    fileprivate var remark: String {
        switch self {
        case .message: ""
        case .folded(let messages): "… \(messages) messages …"
        case .moreBranches(let branches, let messages):
            messages == branches ? "… \(branches) more …" : "… \(branches) more branches, \(messages) messages …"
        }
    }
}
