/// What a person typed at the prompt of `chat`.
enum ChatLine: Equatable {
    /// Words for the model.
    case message(String)
    /// A command with what follows it.
    case command(ChatVerb, String)
    /// A word with a slash that is no command of ours.
    case unknown(String)
    /// Nothing but white space.
    case empty

    init(_ text: String) {
        let trimmed = text.drop { $0.isWhitespace }
        guard !trimmed.isEmpty else {
            self = .empty
            return
        }
        // "/usr/bin is full" is a message: a command is one word of letters, and no path.
        guard trimmed.first == "/", let word = trimmed.dropFirst().split(whereSeparator: \.isWhitespace).first,
            word.allSatisfy(\.isLetter), trimmed.dropFirst().first?.isLetter == true
        else {
            self = .message(text)
            return
        }
        let rest = String(trimmed.dropFirst(1 + word.count).drop { $0.isWhitespace })
        guard let verb = ChatVerb(rawValue: word.lowercased()) else {
            self = .unknown(String(word))
            return
        }
        self = .command(verb, rest)
    }
}

/// The commands of the prompt.
enum ChatVerb: String, CaseIterable {
    case model, system, attach, finish, retry, edit, undo, branches, `switch`, tree, label, fork, trash, erase, search,
        title, new, list, export, tokens, why, help
    case quit

    /// What it does, for `/help`.
    var does: String {
        switch self {
        case .model: "NAME: ask this model from now on; alone, which one is asked"
        case .system: "TEXT: what the model is told first; alone, what it is"
        case .attach: "FILE: goes with the next message"
        case .finish: "go on with an answer that was cut off"
        case .retry: "ask again; the answers stand beside each other"
        case .edit: "[WORDS]: your last question in other words (alone: in your editor)"
        case .undo: "back one turn; nothing is removed"
        case .branches: "the other answers and questions at the end of the path"
        case .switch: "MESSAGE: go on from there"
        case .tree: "the whole thread"
        case .label: "[MESSAGE] NAME: name a message, and with it its branch"
        case .fork: "[MESSAGE] [TITLE]: go on in a new thread that begins with this path"
        case .trash: "MESSAGE: out of sight, with all that continues it"
        case .erase: "MESSAGE: gone for good, with all that continues it"
        case .search: "WORDS: find what was said, in any thread"
        case .title: "[WORDS]: name the thread; alone, its name"
        case .new: "begin another thread"
        case .list: "the newest threads"
        case .export: "FILE: write this thread to a file, as its name says: .md, .html, .jsonl"
        case .why: "what the last call did not send, and why"
        case .tokens: "what the last call took"
        case .help: "this"
        case .quit: "leave (or Ctrl-D)"
        }
    }
}
