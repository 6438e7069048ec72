import Conversations
package import ModelUpstream
package import ModelWire
import Synchronization

/// Who is asked, for what, and what is known of it.
package struct CallTarget: Sendable {
    package let upstream: Upstream
    package let key: APIKey?
    /// The model's name as the upstream knows it.
    package let model: String
    /// The most tokens of a request, where that is known.
    package let window: Int?
    /// The kinds of input the model takes; nil where that is not known.
    package let takes: Set<String>?
}

/// A model that can be asked, under the name that asks it.
package struct OfferedModel: Sendable, Hashable {
    /// The upstream's own name for it; `UPSTREAM/NAME` where an earlier upstream lists the same name.
    package let id: String
    package let upstream: String
    /// As the upstream's own list has it; what only a reference names has nothing but its name.
    package let listed: ListedModel
}

/// Which upstream a model's name goes to: for programs, which name a model and know nothing of upstreams.
///
/// One is held by whoever serves programs, for what it knows of upstreams it remembers: their lists for a minute in
/// memory and for a day in the vault.
package final class ModelDirectory: Sendable {
    private struct Known {
        var usable: (upstreams: [Upstream], at: Timestamp)?
        var usual: (target: (upstream: Upstream, model: String?), at: Timestamp)?
        /// Nil: it was asked and did not answer.
        var lists: [String: (models: [ListedModel]?, at: Timestamp)] = [:]
        var windows: [String: (tokens: Int?, at: Timestamp)] = [:]
        var keys: [String: (key: APIKey?, at: Timestamp)] = [:]
    }

    private static let shortMemory: Int64 = 60_000

    private let service: ThreadService
    private let configuration: any UpstreamConfiguration
    private let known = Mutex(Known())

    package init(service: ThreadService, configuration: any UpstreamConfiguration) {
        self.service = service
        self.configuration = configuration
    }

    /// Chooses the upstream for a call.
    ///
    /// The one named beside the model; else the one in `UPSTREAM/MODEL`; else the first, in the configuration's order,
    /// that lists the model; else the one that is asked where nobody names one.
    ///
    /// - Parameters:
    ///   - model: as the program wrote it; nil where it wrote none.
    ///   - upstream: the upstream named beside it.
    /// - Throws: ``ServiceError/usage(_:)`` for an upstream that is not there, ``ServiceError/upstream(_:savedAs:)`` where
    ///   its key is missing, and what the configuration throws where there is nobody to ask.
    package func target(model: String?, upstream name: String?) async throws -> CallTarget {
        let model = model.flatMap { $0.isEmpty ? nil : $0 }
        if let name {
            guard let upstream = configuration.upstream(named: name) else {
                let names = configuration.usableUpstreams.map(\.name).joined(separator: ", ")
                throw ServiceError.usage("there is no upstream \"\(name)\". There are: \(names)")
            }
            return try await target(upstream, model ?? configuration.usualModel(of: upstream))
        }
        guard let model else {
            let usual = try usualTarget()
            return try await target(usual.upstream, usual.model)
        }
        if let (upstream, rest) = configuration.split(model) { return try await target(upstream, rest) }
        let usable = usableUpstreams()
        if usable.count > 1 {
            let lists = await lists(of: usable, asksAnew: false)
            for (upstream, models) in zip(usable, lists) where isListed(model, at: upstream, models) {
                return try await target(upstream, model)
            }
        }
        return try await target(try usualTarget().upstream, model)
    }

    /// Every model that can be asked, in the order of the configuration, then of each upstream's list.
    package func models() async -> [OfferedModel] {
        let usable = usableUpstreams()
        let lists = await lists(of: usable, asksAnew: true)
        var offered: [OfferedModel] = []
        var taken: Set<String> = []
        for (upstream, models) in zip(usable, lists) {
            let listed =
                models ?? configuration.documentedModels(of: upstream.name).map { ListedModel(id: $0) }
            for model in listed {
                let id = taken.insert(model.id).inserted ? model.id : "\(upstream.name)/\(model.id)"
                offered.append(OfferedModel(id: id, upstream: upstream.name, listed: model))
            }
        }
        return offered
    }

    /// Sends a request that is no conversation to the upstream of its model, as it came.
    ///
    /// - Throws: ``UpstreamError``, and as ``target(model:upstream:)``.
    package func pass(_ request: PassedRequest, to target: CallTarget) async throws -> PassedAnswer {
        try await service.client.pass(request, to: target.upstream, key: target.key)
    }

    private func target(_ upstream: Upstream, _ model: String?) async throws -> CallTarget {
        var model = model ?? ""
        if model.isEmpty { model = try await firstModel(of: upstream) }
        return CallTarget(
            upstream: upstream, key: try knownKey(of: upstream), model: model,
            window: await window(of: model, at: upstream),
            takes: configuration.kindsTaken(by: model, at: upstream.name))
    }

    private func firstModel(of upstream: Upstream) async throws -> String {
        if let first = await lists(of: [upstream], asksAnew: false)[0]?.first { return first.id }
        throw ServiceError.usage("\(upstream.name) lists no models. Name one in \"model\".")
    }

    private func isListed(_ model: String, at upstream: Upstream, _ listed: [ListedModel]?) -> Bool {
        listed?.contains { $0.id == model } ?? false
            || configuration.documentedModels(of: upstream.name).contains(model)
    }
}

// MARK: - What is remembered

extension ModelDirectory {
    private func isFresh(_ at: Timestamp) -> Bool { service.now().milliseconds(since: at) < Self.shortMemory }

    private func usableUpstreams() -> [Upstream] {
        if let usable = known.withLock({ $0.usable }), isFresh(usable.at) { return usable.upstreams }
        let upstreams = configuration.usableUpstreams
        let now = service.now()
        known.withLock { $0.usable = (upstreams, now) }
        return upstreams
    }

    private func usualTarget() throws -> (upstream: Upstream, model: String?) {
        if let usual = known.withLock({ $0.usual }), isFresh(usual.at) { return usual.target }
        let target = try configuration.usualTarget()
        let now = service.now()
        known.withLock { $0.usual = (target, now) }
        return target
    }

    /// A key may be what a command prints; that is not run for each call.
    private func knownKey(of upstream: Upstream) throws -> APIKey? {
        if let key = known.withLock({ $0.keys[upstream.name] }), isFresh(key.at) { return key.key }
        let key: APIKey?
        do {
            key = try configuration.key(of: upstream)
        } catch let error as UpstreamError {
            throw ServiceError.upstream(error, savedAs: nil)
        }
        let now = service.now()
        known.withLock { $0.keys[upstream.name] = (key, now) }
        return key
    }

    private func window(of model: String, at upstream: Upstream) async -> Int? {
        let name = "\(upstream.name)/\(model)"
        if let window = known.withLock({ $0.windows[name] }), isFresh(window.at) { return window.tokens }
        let lists = ModelLists(service: service, configuration: configuration)
        let tokens = await lists.window(of: model, at: upstream)
        let now = service.now()
        known.withLock { known in
            // Whatever programs write is remembered here: not without end.
            if known.windows.count > 1000 { known.windows.removeAll() }
            known.windows[name] = (tokens, now)
        }
        return tokens
    }

    /// The lists of some upstreams, each asked at most once in a while; nil where one does not answer.
    private func lists(of upstreams: [Upstream], asksAnew: Bool) async -> [[ListedModel]?] {
        await withTaskGroup(of: (Int, [ListedModel]?).self) { group in
            for (index, upstream) in upstreams.enumerated() {
                group.addTask { (index, await self.list(of: upstream, asksAnew: asksAnew)) }
            }
            var lists = [[ListedModel]?](repeating: nil, count: upstreams.count)
            for await (index, models) in group { lists[index] = models }
            return lists
        }
    }

    private func list(of upstream: Upstream, asksAnew: Bool) async -> [ListedModel]? {
        if let list = known.withLock({ $0.lists[upstream.name] }), isFresh(list.at) { return list.models }
        let lists = ModelLists(service: service, configuration: configuration)
        var models: [ListedModel]?
        if !asksAnew { models = (try? await lists.recall(upstream)) ?? nil }
        if models == nil { models = try? await lists.list(upstream.hurried) }
        if models == nil { models = (try? await lists.recall(upstream)) ?? nil }
        let (found, now) = (models, service.now())
        known.withLock { $0.lists[upstream.name] = (found, now) }
        return found
    }
}
