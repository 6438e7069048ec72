import ArgumentParser
import ConversationService
import ConversationStorage
import Foundation
import ModelUpstream
import ModelWire

struct ModelsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "models", abstract: "The models of an upstream, with window and price where they are known.",
        discussion: "Without an upstream: those of the one that is asked where you name none.")

    @Argument(help: "Which upstream.")
    var upstream: String?

    @Option(name: .customShort("u"), help: ArgumentHelp("The same as the word alone.", valueName: "upstream"))
    var flaggedUpstream: String?

    @Flag(help: "Ask the upstream, also where its models are known from its documentation.")
    var refresh = false

    @OptionGroup(title: "Everywhere") var common: EverywhereOptions

    func run() async throws {
        let context = try CommandContext(common)
        let name = upstream ?? flaggedUpstream
        let entry: UpstreamDirectory.Entry
        var usual: String?
        if let name {
            entry = try context.settings.upstreams.named(name)
            if let choice = try? context.settings.choose(), choice.upstream.name == name { usual = choice.model }
        } else {
            let overview = UpstreamOverview(context.settings)
            if let problem = overview.problem { throw problem }
            // Where nobody can be asked yet, the names that need no asking are a beginning.
            let first = overview.lines.first(where: \.isDefault)?.entry
            entry = try first ?? context.settings.upstreams.named("acedata")
            usual = overview.model
        }
        let shelf = ModelShelf(context: context, upstream: entry.upstream)
        let models = try await shelf.models(isAsked: refresh)
        if common.json {
            for model in models { context.console.json(model.json) }
        } else {
            ModelTable(console: context.console, usual: usual ?? entry.upstream.model).show(
                models, of: entry.upstream.name)
        }
    }
}

/// Where the models of an upstream are found: in its documentation as we ship it, else by asking it, else in what it
/// said when it was asked before.
struct ModelShelf {
    let context: CommandContext
    let upstream: Upstream

    /// - Parameter isAsked: whether it is asked although its documentation is known.
    /// - Returns: in the order of the documentation or of its own list.
    /// - Throws: ``UpstreamError`` where it must be asked and neither answers nor is remembered.
    func models(isAsked: Bool) async throws -> [KnownModel] {
        let documented = context.settings.models.documentedModels(of: upstream.name)
        if !isAsked, !documented.isEmpty { return documented.map { known($0, nil, isDocumented: true) } }
        let lists = try vault().map { ModelLists(context: context, service: $0) }
        let listed: [ListedModel]
        do {
            listed = try await ask(lists)
        } catch let error as UpstreamError
            where error.code == .notReachable || error.code == .timedOut || error.code == .failed
        {
            guard let names = try await lists?.remembered()[upstream.name], !names.isEmpty else { throw error }
            context.console.note(
                "\(upstream.name) gives no list now; these are the models it listed when it was asked last.")
            return names.map { known($0, nil, isDocumented: documented.contains($0)) }
        }
        return listed.map { known($0.id, $0.window, isDocumented: documented.contains($0.id)) }
    }

    private func ask(_ lists: ModelLists?) async throws -> [ListedModel] {
        let context = context
        let upstream = upstream.patientForSeconds
        return try await context.interruption.cancelling {
            if let lists { return try await lists.list(upstream) }
            let key = try upstream.key.key(for: upstream.name, environment: context.environment)
            return try await context.client.models(of: upstream, key: key)
        }
    }

    /// The vault, which remembers lists, if there is one: looking at models makes none.
    private func vault() throws -> ThreadService? {
        guard FileManager.default.fileExists(atPath: context.settings.vaultFile.value) else { return nil }
        return try context.service(for: .writing)
    }

    private func known(_ id: String, _ listedWindow: Int?, isDocumented: Bool) -> KnownModel {
        let facts = context.settings.models.facts(of: id, at: upstream.name)
        // What a person wrote comes first, then what the server says it holds, then the shipped table.
        let own = context.settings.file.models.first { $0.name == id }?.window
        return KnownModel(
            upstream: upstream.name, id: id, window: own ?? listedWindow ?? facts?.window,
            longestAnswer: facts?.longestAnswer, price: facts?.price, isDocumented: isDocumented)
    }
}
