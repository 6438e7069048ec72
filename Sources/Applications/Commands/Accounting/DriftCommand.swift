import ArgumentParser
import ConversationService
import ConversationStorage
import Conversations
import OrderedJSON

struct DriftCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drift", abstract: "What answered under each model's name, and when that changed.",
        discussion: """
            Upstreams name the model that answered and, some of them, a fingerprint of its configuration. Each that was \
            seen is a line; where a new one came, so says the line. To notice what upstreams do not tell, have a question \
            asked again every so often: diwan canary
            """)

    @Option(
        name: [.customShort("m"), .customLong("model")],
        help: ArgumentHelp("Only this one, as it is sent; UPSTREAM/MODEL for one upstream's.", valueName: "model"))
    var model: String?

    @OptionGroup(title: "Everywhere") var common: EverywhereOptions

    func run() async throws {
        let context = try CommandContext(common)
        let service = try await context.readingService()
        let all = try await service.vault.backendHistories()
        let histories =
            model.map { name in
                all.filter { $0.model == name || "\($0.upstream)/\($0.model)" == name }
            } ?? all
        if let model, histories.isEmpty, !all.isEmpty {
            let nearest = NearestNames.of(model, among: all.map(\.model))
            throw CommandFailure(
                .noSuch, code: "no_such",
                "nothing was asked of \"\(model)\" that named its configuration."
                    + (nearest.isEmpty ? "" : " Nearest: \(nearest.joined(separator: ", ")).") + " All: diwan drift")
        }
        if common.json {
            for history in histories { context.console.json(history.json) }
            return
        }
        if histories.isEmpty {
            context.console.note("No answer here has named the model or configuration that gave it yet.")
        }
        let printer = DriftPrinter(console: context.console, now: CommandContext.now())
        for (index, history) in histories.enumerated() {
            if index > 0 { context.console.line() }
            printer.show(history)
        }
    }
}
