import ArgumentParser
import Conversations
import ModelUpstream
import ModelWire

struct UpstreamsAdd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Adds an upstream; the server is asked what it speaks.",
        discussion: "diwan upstreams add work https://models.example.com/v1 --key-env WORK_KEY")

    @Argument(help: "What you call it: letters, digits, - and _.")
    var name: String

    @Argument(help: ArgumentHelp("Its base URL; /v1 is tried too.", valueName: "url"))
    var url: String

    @Option(
        help: ArgumentHelp(
            "What it speaks: acedata, responses or chat. The server is not asked then.", valueName: "dialect"))
    var dialect: String?

    @Option(help: ArgumentHelp("The model asked when none is named.", valueName: "model"))
    var model: String?

    @Option(help: ArgumentHelp("The variable that holds its key.", valueName: "variable"))
    var keyEnv: String?

    @Option(help: ArgumentHelp("The command that prints its key.", valueName: "command"))
    var keyCommand: String?

    @OptionGroup(title: "Everywhere") var common: EverywhereOptions

    func run() async throws {
        let context = try CommandContext(common, isFileNeeded: false)
        let place = ConfigurationPlace(common, environment: context.environment)
        try checkWords(context.settings)
        var finding: DialectProbe.Finding?
        var models: [ListedModel] = []
        var spoken: Dialect
        if let dialect {
            guard let known = Dialect(rawValue: dialect) else {
                let all = Dialect.allCases.map(\.rawValue).joined(separator: ", ")
                throw CommandFailure.usage("--dialect is one of \(all), not \(dialect). Nothing was changed.")
            }
            spoken = known
        } else {
            let found = try await look(context)
            (finding, models, spoken) = (found.finding, found.models, found.finding.dialect)
        }
        try place.editor.addUpstream(
            name, url: finding?.url ?? url, dialect: spoken, model: model, keyEnvironment: keyEnv,
            keyCommand: keyCommand)
        try report(finding, models, place)
    }

    /// What is wrong with the words themselves is said before any server is asked.
    private func checkWords(_ settings: Settings) throws {
        guard UpstreamName.isValid(name) else {
            throw CommandFailure.usage("\(name) is no name for an upstream: letters, digits, - and _, at most 64.")
        }
        if let problem = UpstreamURL.problem(url) { throw CommandFailure.usage("the URL \(problem).") }
        if settings.file.upstreams.contains(where: { $0.name == name }) {
            throw CommandFailure.usage(
                "there is an upstream \(name) already. Change it: diwan config set upstreams.\(name).url URL, or first: diwan upstreams remove \(name)"
            )
        }
        guard keyEnv == nil || keyCommand == nil else {
            throw CommandFailure.usage("--key-env and --key-command are both given; one is enough.")
        }
        if let keyEnv, keyEnv.wholeMatch(of: /[A-Za-z_][A-Za-z0-9_]*/) == nil {
            // Not repeated: it may be the key itself.
            throw CommandFailure.usage(
                "--key-env takes the name of a variable, not the key. To keep the key here: diwan upstreams login \(name)"
            )
        }
    }

    private func look(_ context: CommandContext) async throws -> (finding: DialectProbe.Finding, models: [ListedModel])
    {
        let variables = keyEnv.map { [$0] } ?? BuiltInUpstreams.named(name)?.keyEnvironment ?? []
        let kept = KeyFile(upstream: name, folder: context.settings.paths.keysFolder)
        let source: KeySource =
            if let keyCommand { .command(keyCommand) } else if kept.exists { .file(kept.path) } else {
                .environment(variables)
            }
        // Without its key a server is asked all the same: most say what they speak before they want one.
        let key =
            keyCommand == nil
            ? try? source.key(for: name, environment: context.environment)
            : try source.key(for: name, environment: context.environment)
        let upstream = Upstream(name: name, url: url, dialect: .chat, key: source)
        let client = context.client
        let name = name
        let url = url
        return try await context.interruption.cancelling {
            let finding: DialectProbe.Finding?
            do {
                finding = try await DialectProbe(client: client, key: key).look(at: upstream)
            } catch let error as UpstreamError where error.code != .cancelled {
                throw CommandFailure(
                    .notReachable, code: error.code.description,
                    "\(error.fault.map { "\(url) answers \($0.httpStatus ?? 0)" } ?? "nothing answers at \(url)"), so it cannot say what it speaks. Start it, or say it yourself: --dialect chat (or responses, acedata). Nothing was changed."
                )
            }
            guard let finding else {
                throw CommandFailure(
                    .badData, code: "no_dialect",
                    "what answers at \(url) has none of /chat/completions, /responses and /openai/responses, with /v1 or without. Look at the URL, or say what it speaks: --dialect chat. Nothing was changed."
                )
            }
            var found = upstream.patientForSeconds
            (found.name, found.url, found.dialect) = (name, finding.url, finding.dialect)
            // What it serves is good to know, and no more.
            return (finding, (try? await client.models(of: found, key: key)) ?? [])
        }
    }

    private func report(_ finding: DialectProbe.Finding?, _ models: [ListedModel], _ place: ConfigurationPlace) throws {
        let context = try CommandContext(common)
        let entry = try context.settings.upstreams.named(name)
        let console = context.console
        if common.json {
            console.json(
                UpstreamOverview.line(
                    entry, context.settings, isListening: nil,
                    isDefault: (try? context.settings.choose())?.upstream.name == name
                ).json)
            return
        }
        console.line(
            "Added \(name): \(entry.upstream.url), \(entry.upstream.dialect.rawValue)\(model.map { ", \($0)" } ?? ""). It is in \(place.shownFile)."
        )
        if let finding, finding.isGuess {
            console.note(
                "It says nothing without a key, so \(finding.dialect.rawValue) is a guess. If it is wrong: diwan config set upstreams.\(name).dialect responses"
            )
        } else if let finding {
            let others = finding.others.map(\.rawValue).joined(separator: " and ")
            console.note(
                "It was asked and speaks \(finding.dialect.rawValue)" + (others.isEmpty ? "." : " (\(others) too)."))
            if finding.url != url { console.note("It answers at \(finding.url).") }
        }
        if !models.isEmpty {
            let names = models.prefix(3).map { TerminalText.sanitizedLine($0.id) }.joined(separator: ", ")
            let usual =
                model == nil && entry.upstream.model == nil ? " The first is asked unless you name another." : ""
            console.note(
                "It serves \(models.count) model\(models.count == 1 ? "" : "s"): \(names)\(models.count > 3 ? ", …" : "").\(usual)"
            )
        }
        if let variable = entry.keyEnvironment.first, !entry.upstream.key.isAvailable(environment: context.environment)
        {
            console.note("\(variable) is not set. Set it, or: diwan upstreams login \(name)")
        } else if finding?.wantsKey == true {
            console.note("It wants a key: diwan upstreams login \(name)")
        } else {
            console.note("Ask it: diwan ask -u \(name) WORDS")
        }
    }
}
