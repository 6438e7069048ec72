import ArgumentParser
import ConversationService
import ConversationStorage
import Conversations
import Foundation
import ModelUpstream

extension CompletionKind {
    /// The handles of threads, newest first.
    static let threads = CompletionKind.shellCommand("diwan complete-words handles 2>/dev/null")
    /// The handles of replays, newest first.
    static let replays = CompletionKind.shellCommand("diwan complete-words replays 2>/dev/null")
    /// The names of models and of upstreams' models.
    static let models = CompletionKind.shellCommand("diwan complete-words models 2>/dev/null")
    /// The names of upstreams.
    static let upstreams = CompletionKind.shellCommand("diwan complete-words upstreams 2>/dev/null")
}

/// What a shell completes with that only a vault or a configuration knows. The completion scripts run it at each Tab, so
/// it reads little, writes nothing, asks nobody, and says nothing when something is wrong.
struct CompletionWordsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "complete-words", abstract: "Words for a shell's completion.", shouldDisplay: false)

    enum Kind: String, ExpressibleByArgument, CaseIterable {
        case handles, models, upstreams, replays
    }

    /// The most threads that are offered.
    static let threadLimit = 60

    @Argument var kind: Kind
    @Argument var line: [String] = []
    @OptionGroup var common: EverywhereOptions

    func look() async throws {
        var options = common
        let typed = TypedLine(line)
        options.vault = common.vault ?? typed.value(of: "--vault")
        options.config = common.config ?? typed.value(of: "--config")
        guard let context = try? CommandContext(options) else { return }
        let shell = context.environment["SAP_SHELL"]
        for word in (try? await words(context)) ?? [] { context.console.line(word.written(for: shell)) }
    }

    private func words(_ context: CommandContext) async throws -> [CompletionWord] {
        switch kind {
        case .handles:
            let service = try context.service(for: .reading)
            return try await service.vault.threads(ThreadFilter(limit: Self.threadLimit)).map {
                CompletionWord(word: $0.handle, about: $0.shownTitle)
            }
        case .replays:
            let service = try context.service(for: .reading)
            return try await service.vault.replays(limit: Self.threadLimit).map {
                CompletionWord(word: $0.handle, about: Set($0.arms.map(\.model)).sorted().joined(separator: " "))
            }
        case .upstreams:
            return context.settings.upstreams.entries.map {
                CompletionWord(word: $0.upstream.name, about: $0.upstream.url)
            }
        case .models:
            var words: [CompletionWord] = []
            var listed: [String: [String]] = [:]
            if let service = try? context.service(for: .reading) {
                listed = try await ModelLists(context: context, service: service).remembered()
            }
            for entry in context.settings.upstreams.entries {
                let name = entry.upstream.name
                let models = listed[name] ?? context.settings.models.documentedModels(of: name)
                words += models.map { CompletionWord(word: "\(name)/\($0)", about: nil) }
            }
            // A model alone is asked at the upstream of the thread, or the default one.
            let plain = Set(words.compactMap { $0.word.split(separator: "/", maxSplits: 1).last.map { String($0) } })
            return plain.sorted().map { CompletionWord(word: $0, about: nil) } + words
        }
    }
}

extension CompletionWordsCommand: PlainCommand {
    static var withoutArguments: CompletionWordsCommand {
        var command = CompletionWordsCommand()
        (command.kind, command.line, command.common) = (.handles, [], .none)
        return command
    }

    mutating func take(option: String, value: () -> String?) -> Bool { false }

    mutating func take(words: [String]) -> Bool {
        guard let kind = words.first.flatMap({ Kind(rawValue: $0) }) else { return false }
        (self.kind, line) = (kind, Array(words.dropFirst()))
        return true
    }
}

/// The words of a command line that is still being typed, as a shell tells them: quotes and all.
struct TypedLine {
    private let words: [String]

    init(_ words: [String]) { self.words = words }

    /// The value of an option, where it is there already: `--name value` or `--name=value`, which bash tells in three
    /// words. A `~` and quotes are taken as the shell will take them; of what a variable holds nothing is known here.
    func value(of option: String) -> String? {
        for (index, word) in words.enumerated() {
            if word == option {
                let rest = words.dropFirst(index + 1)
                return (rest.first == "=" ? rest.dropFirst().first : rest.first).map(Self.meant)
            }
            if word.hasPrefix(option + "=") { return Self.meant(String(word.dropFirst(option.count + 1))) }
        }
        return nil
    }

    private static func meant(_ typed: String) -> String {
        var meant = ""
        var quote: Character?
        var isEscaped = false
        for character in typed {
            if isEscaped {
                meant.append(character)
                isEscaped = false
            } else if character == "\\", quote != "'" {
                isEscaped = true
            } else if character == quote {
                quote = nil
            } else if quote == nil, character == "'" || character == "\"" {
                quote = character
            } else {
                meant.append(character)
            }
        }
        return typed.hasPrefix("~") ? (meant as NSString).expandingTildeInPath : meant
    }
}

/// A word a shell offers, and what it says beside it where it can.
struct CompletionWord: Equatable {
    let word: String
    let about: String?

    /// The line a shell's completion script reads: zsh takes `word:about` (a colon in the word is escaped), fish the two
    /// with a tab between them, bash the word.
    func written(for shell: String?) -> String {
        let about = about.map { TerminalText.truncated(TerminalText.sanitizedLine($0), to: 60) }
        switch shell {
        case "zsh":
            let word = word.replacing("\\", with: "\\\\").replacing(":", with: "\\:")
            return about.map { "\(word):\($0)" } ?? word
        case "fish":
            return about.map { "\(word)\t\($0)" } ?? word
        default:
            return word
        }
    }
}
