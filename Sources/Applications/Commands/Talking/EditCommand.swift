import ArgumentParser
import ConversationService
import ConversationStorage
import Conversations
import Foundation
import ModelUpstream

struct EditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "edit",
        abstract: "Ask a question in other words; the old one and its answers stay beside it.",
        discussion: "Without words it opens your editor ($VISUAL or $EDITOR) on the question.")

    static let textArguments = TextArguments(
        withValue: EverywhereOptions.optionsWithValue.union(ModelOptions.optionsWithValue), flags: EverywhereOptions.flags)

    @OptionGroup(title: "Whom") var whom: ModelOptions
    @OptionGroup(title: "Everywhere") var common: EverywhereOptions

    @Argument(help: ArgumentHelp("Which question.", valueName: "message"), completion: CompletionKind.threads)
    var which: String

    @Argument(help: "The new words.")
    var words: [String] = []

    func run() async throws {
        let context = try CommandContext(common, whom: whom)
        let service = try await context.writingService()
        let address = try await service.address(which)
        guard let id = address.message else {
            throw CommandFailure(.usage, code: "empty_thread", "nothing was said in \(address.thread.handle) yet.")
        }
        var message = try await service.vault.message(id)
        // A thread alone is its tip, which is the answer: what is edited is the question before it.
        if !address.namesMessage, message.role == .assistant, let parent = message.parentID {
            message = try await service.vault.message(parent)
        }
        let text =
            words.isEmpty
            ? try PersonsEditor(environment: context.environment).edit(message.text) : words.joined(separator: " ")
        guard !text.isEmpty, text != message.text else {
            throw CommandFailure(.usage, code: "unchanged", "the question is as it was; nothing was asked.")
        }
        let question = try await RepeatedQuestion(context: context, service: service).edited(
            message, words: text, in: address.thread)
        try await Asking(context: context, service: service).ask(question)
    }
}

/// The editor a person writes with: `$VISUAL`, else `$EDITOR`, else `vi`.
struct PersonsEditor {
    let environment: [String: String]

    /// Opens the editor on a text and gives what the person left, without its last line ends.
    func edit(_ text: String) throws -> String {
        let file = FileManager.default.temporaryDirectory.appending(path: "diwan-\(UUID().uuidString).md")
        guard
            FileManager.default.createFile(
                atPath: file.path, contents: Data(text.utf8), attributes: [.posixPermissions: 0o600])
        else { throw CommandFailure(.cannotWrite, code: "no_editor_file", "\(file.path) cannot be written.") }
        defer { try? FileManager.default.removeItem(at: file) }
        let editor = environment["VISUAL"] ?? environment["EDITOR"] ?? "vi"
        let code = try ChildProcess("/bin/sh", ["-c", editor + " \"$1\"", "sh", file.path]).waitForExit()
        guard code == 0 else {
            throw CommandFailure(.failed, code: "editor_failed", "\(editor) ended with \(code); nothing was asked.")
        }
        var edited = try TextFile.read(file.path)
        while edited.utf8.last == 0x0A || edited.utf8.last == 0x0D { edited.unicodeScalars.removeLast() }
        return edited
    }
}
