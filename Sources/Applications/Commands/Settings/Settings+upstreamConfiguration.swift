import ConversationService
package import ModelUpstream

extension Settings: UpstreamConfiguration {
    package var namedUpstreams: [Upstream] { upstreams.entries.map(\.upstream) }

    package var usableUpstreams: [Upstream] {
        upstreams.entries.filter { isUsable($0) { LoopbackProbe.isListening($0) } }.map(\.upstream)
    }

    package func usualTarget() throws -> (upstream: Upstream, model: String?) {
        let choice = try choose()
        return (choice.upstream, choice.model)
    }

    package func usualModel(of upstream: Upstream) -> String? {
        usualModel(of: upstream, isDefault: upstream.name == self.upstream.value)
    }

    package func key(of upstream: Upstream) throws -> APIKey? {
        try upstream.key.key(for: upstream.name, environment: environment)
    }

    package func documentedModels(of upstream: String) -> [String] { models.documentedModels(of: upstream) }

    package func inputLimit(of model: String, at upstream: String, listed: Int?) -> Int? {
        models.inputLimit(of: model, at: upstream, listed: listed)?.tokens
    }

    package func kindsTaken(by model: String, at upstream: String) -> Set<String>? {
        models.facts(of: model, at: upstream)?.input
    }
}
