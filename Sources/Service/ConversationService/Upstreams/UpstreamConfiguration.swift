package import ModelUpstream

/// What a configuration says of upstreams and models. It is asked when something is needed and not before: a key may have
/// been set, a server on this machine been started since.
package protocol UpstreamConfiguration: Sendable {
    /// Every upstream that has a name here, in the order of the configuration.
    var namedUpstreams: [Upstream] { get }
    /// Those that could be asked as things are, in the same order.
    var usableUpstreams: [Upstream] { get }

    /// Who is asked where nobody names an upstream, and for which model where nobody names one.
    func usualTarget() throws -> (upstream: Upstream, model: String?)
    /// The model an upstream is asked for where nobody names one.
    func usualModel(of upstream: Upstream) -> String?
    /// - Throws: ``UpstreamError/Code/noKey``.
    func key(of upstream: Upstream) throws -> APIKey?

    /// The names that an upstream's own reference lists; empty where it lists none that we know.
    func documentedModels(of upstream: String) -> [String]
    /// The most tokens that a request to a model may have; nil where nobody says.
    func inputLimit(of model: String, at upstream: String, listed: Int?) -> Int?
    /// The kinds of input that a model takes; nil where nobody says.
    func kindsTaken(by model: String, at upstream: String) -> Set<String>?
}

extension UpstreamConfiguration {
    func upstream(named name: String) -> Upstream? { namedUpstreams.first { $0.name == name } }

    /// `UPSTREAM/MODEL` taken apart, where what stands before the first `/` is an upstream's name.
    func split(_ model: String) -> (upstream: Upstream, model: String)? {
        guard let slash = model.firstIndex(of: "/"), let upstream = upstream(named: String(model[..<slash])) else {
            return nil
        }
        let rest = String(model[model.index(after: slash)...])
        return rest.isEmpty ? nil : (upstream, rest)
    }
}
