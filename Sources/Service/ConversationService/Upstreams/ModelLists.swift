import ConversationStorage
import Conversations
package import ModelUpstream
package import ModelWire
import OrderedJSON

/// What upstreams say of their own models, remembered in the vault for a day.
package struct ModelLists: Sendable {
    private static let longestMemory: Int64 = 24 * 3600 * 1000

    let service: ThreadService
    let configuration: any UpstreamConfiguration

    package init(service: ThreadService, configuration: any UpstreamConfiguration) {
        self.service = service
        self.configuration = configuration
    }

    /// The names in every list that is remembered, by upstream.
    package func remembered() async throws -> [String: [String]] {
        var names: [String: [String]] = [:]
        for upstream in configuration.namedUpstreams {
            if let models = try await recall(upstream) { names[upstream.name] = models.map(\.id) }
        }
        return names
    }

    /// An upstream's list, asked for anew.
    package func list(_ upstream: Upstream) async throws -> [ListedModel] {
        let models = try await service.client.models(of: upstream, key: try configuration.key(of: upstream))
        if service.vault.access == .writing {
            try await service.vault.remember(memoryName(upstream), Self.json(models, at: service.now()).text())
        }
        return models
    }

    /// How many tokens a model takes: what its upstream's list says, else the shipped table or the configuration, else
    /// nil. An upstream that nobody has a number for is asked once a day; if it does not answer, nothing is lost.
    package func window(of model: String, at upstream: Upstream) async -> Int? {
        if let learnt = try? await service.vault.remembered("window:\(upstream.name)/\(model)"),
            let tokens = Int(learnt)
        {
            return tokens
        }
        var listed = (try? await recall(upstream)) ?? nil
        let shipped = configuration.inputLimit(of: model, at: upstream.name, listed: nil)
        if listed == nil, shipped == nil { listed = try? await list(upstream.hurried) }
        let window = listed?.first { $0.id == model }?.window
        return configuration.inputLimit(of: model, at: upstream.name, listed: window)
    }

    /// An upstream's list as it is remembered; nil where it is not, or no more.
    package func recall(_ upstream: Upstream) async throws -> [ListedModel]? {
        guard let text = try await service.vault.remembered(memoryName(upstream)), let json = try? JSON(parsing: text),
            let at = json["at_ms"]?.int, service.now().milliseconds - Int64(at) < Self.longestMemory
        else { return nil }
        return json["models"]?.array?.compactMap { model in
            model["id"]?.string.map {
                ListedModel(
                    id: $0, window: model["window"]?.int, ownedBy: model["owned_by"]?.string,
                    created: model["created"]?.int)
            }
        }
    }

    private func memoryName(_ upstream: Upstream) -> String { "models:\(upstream.name) \(upstream.url)" }

    private static func json(_ models: [ListedModel], at time: Timestamp) -> JSON {
        .object([
            "at_ms": .int(Int(time.milliseconds)),
            "models": .array(
                models.map {
                    [
                        "id": .string($0.id), "window": .optional($0.window), "owned_by": .optional($0.ownedBy),
                        "created": .optional($0.created),
                    ]
                }),
        ])
    }
}
