import ArgumentParser

/// `diwan upstreams`: whom questions can go to.
struct UpstreamsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "upstreams",
        abstract: "Whom questions can go to: list them, add one, give its key, test it.",
        subcommands: [
            UpstreamsList.self, UpstreamsAdd.self, UpstreamsLogin.self, UpstreamsTest.self, UpstreamsRemove.self,
        ],
        defaultSubcommand: UpstreamsList.self)
}

struct UpstreamsList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Every upstream that has a name here, whether its key is there, which is the default.")

    @OptionGroup(title: "Everywhere") var common: EverywhereOptions

    func run() async throws {
        let context = try CommandContext(common)
        let overview = UpstreamOverview(context.settings)
        if common.json {
            for line in overview.lines { context.console.json(line.json) }
        } else {
            UpstreamTable(console: context.console).show(overview)
        }
    }
}

extension UpstreamDirectory {
    /// The upstream of a name that a person typed.
    func named(_ name: String) throws -> Entry {
        if let entry = self[name: name] { return entry }
        let nearest = NearestNames.of(name, among: names, limit: 1).first
        let hint = nearest.map { " Did you mean \($0)?" } ?? ""
        throw CommandFailure(
            .usage, code: "unknown_upstream",
            "there is no upstream \"\(name)\".\(hint) All: diwan upstreams list. A new one: diwan upstreams add \(name) URL"
        )
    }
}
