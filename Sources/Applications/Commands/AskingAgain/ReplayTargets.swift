import ConversationService
import ConversationStorage
import Conversations
import Foundation
import HTTPTransport
import ModelUpstream

/// The models that a replay asks, each with its upstream, key, window and price.
struct ReplayTargets {
    let context: CommandContext
    let service: ThreadService
    let common: EverywhereOptions
    let upstream: String?
    let timeout: Double?
    let needsKeys: Bool

    /// By the rule of `ask`: the upstream named, else that of the threads where it is one, else the default.
    func targets(_ models: [String], in threads: [ChatThread]) async throws -> [ReplayTarget] {
        let habits = Set(threads.map(\.upstream))
        let habit = ThreadHabit(upstream: habits.count == 1 ? habits.first ?? nil : nil)
        var targets: [ReplayTarget] = []
        for model in models {
            let settings = try Settings.read(
                flags: SettingsFlags(
                    config: common.config, vault: common.vault, upstream: upstream, model: model, context: nil),
                environment: context.environment, home: context.environment["HOME"] ?? NSHomeDirectory(),
                isFileNeeded: true)
            let choice = try settings.choose(for: habit)
            let target = try await target(choice.upstream, model: choice.model ?? model)
            if !targets.contains(where: { $0.upstream.name == target.upstream.name && $0.model == target.model }) {
                targets.append(target)
            }
        }
        return targets
    }

    /// The models of a replay's arms, as they can be asked now.
    func targets(of replay: Replay) async throws -> [ReplayTarget] {
        var targets: [ReplayTarget] = []
        for arm in replay.arms
        where !targets.contains(where: { $0.upstream.name == arm.upstream && $0.model == arm.model }) {
            guard let entry = context.settings.upstreams[name: arm.upstream] else {
                throw CommandFailure(
                    .configuration, code: "unknown_upstream",
                    "\(arm.upstream) is not set up here any more. Add it: diwan upstreams add \(arm.upstream) URL")
            }
            targets.append(try await target(entry.upstream, model: arm.model))
        }
        return targets
    }

    private func target(_ chosen: Upstream, model: String) async throws -> ReplayTarget {
        var upstream = chosen
        if let timeout { upstream.deadlines.total = .milliseconds(Int(timeout * 1000)) }
        let key = needsKeys ? try ModelChoice(upstream: upstream, model: model).key(context) : nil
        let window = await ModelLists(context: context, service: service).window(of: model, at: upstream)
        var target = ReplayTarget(
            upstream: upstream, key: key, model: model, window: window,
            takes: context.settings.models.facts(of: model, at: upstream.name)?.input)
        if let price = context.settings.models.facts(of: model, at: upstream.name)?.price {
            target.cost = { price.cost(of: $0) }
        }
        return target
    }
}
