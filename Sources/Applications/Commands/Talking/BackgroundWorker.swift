import ArgumentParser
import ConversationService
import ConversationStorage
import Conversations
import Foundation

/// Asks behind a person's back: the question is written down here, a detached process of ours fetches the answer.
struct BackgroundWorker {
    private static let adopted = "adopted"

    let context: CommandContext
    let service: ThreadService

    /// Writes the question down, starts the worker, and prints the call's handle once the worker has taken it over.
    func start(_ question: Question) async throws {
        let written = try await service.begin(question, isBackground: true).call
        try await service.vault.noteUse(of: written.threadID)
        let answer = try DetachedProcess.startSelf(
            [
                "worker", written.id.description, "--vault", service.vault.file, "--config",
                context.settings.configurationFile.value,
            ])
        guard answer == Self.adopted else {
            try await service.recoverInterrupted()
            throw CommandFailure(
                .failed, code: "no_worker",
                "the background process did not start. Your question is saved: diwan retry \(written.handle)")
        }
        if context.console.printsJSON {
            context.console.json(try await service.vault.call(written.id).json(pricedBy: context.settings.models))
        } else {
            context.console.line(written.handle)
            context.console.note(
                "Asked behind your back. See it come: diwan wait \(written.handle); end it: diwan cancel \(written.handle)"
            )
        }
    }

    /// The detached process itself: `diwan worker CALL`, which nobody types.
    struct Command: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "worker", abstract: "Fetch an answer.", shouldDisplay: false)

        @Argument var call: String
        @OptionGroup var common: EverywhereOptions

        func run() async throws {
            // The terminal it was started from may go away.
            signal(SIGHUP, SIG_IGN)
            let context = try CommandContext(common, isFileNeeded: false)
            let service = try context.service(for: .writing)
            guard let id = CallID(call) else { throw CommandFailure.usage("worker takes a call's id.") }
            let queued = try await service.vault.call(id)
            let choice = try ModelChoice(of: queued, context: context)
            _ = try await service.runQueued(
                id, upstream: choice.upstream, key: choice.key(context), keepsEvents: context.settings.keepEvents.value
            ) {
                context.console.line(BackgroundWorker.adopted)
                // Whoever reads our output may leave now.
                let nowhere = open("/dev/null", O_WRONLY)
                dup2(nowhere, STDOUT_FILENO)
                close(nowhere)
            }
        }
    }
}
