import Conversations
import HTTPTypes

/// Finds out who asks, from the key that came with the request.
struct CallerCheck: Sendable {
    let settings: GatewaySettings
    /// Our own key of this digest, also a revoked one; nil where there is none.
    let find: @Sendable (KeyDigest) async throws -> ProgramKey?

    /// - Throws: 401 for a key that was revoked, and where a key of ours is needed for any that is none.
    func caller(_ head: HTTPRequest) async throws -> Caller {
        let key = Self.key(head)
        if let key {
            let digest = KeyDigest(of: key)
            if let name = settings.passes[digest] {
                return Caller(name: name, seesAll: true, onDisconnect: settings.onDisconnect)
            }
            if let known = try await find(digest) {
                guard known.revokedAt == nil else {
                    throw APIError(
                        .unauthorized, code: "invalid_api_key",
                        "this key was revoked. A new one: diwan keys add NAME")
                }
                return Caller(
                    name: known.name, keyID: known.id, seesAll: known.seesAll, vaultFile: known.vaultFile,
                    onDisconnect: known.onDisconnect ?? settings.onDisconnect)
            }
        }
        guard !settings.needsKey, settings.isLocal else {
            throw APIError(
                .unauthorized, code: "invalid_api_key",
                key == nil
                    ? "this service needs a key, in the header Authorization: Bearer KEY. A new one: diwan keys add NAME"
                    : "this service does not know that key. A new one: diwan keys add NAME")
        }
        return Caller(
            name: ProgramName.of(key: key, userAgent: head.headerFields[.userAgent]), seesAll: true,
            onDisconnect: settings.onDisconnect)
    }

    /// `Authorization: Bearer KEY`, or `api-key: KEY` as Azure's clients have it.
    private static func key(_ head: HTTPRequest) -> String? {
        var key: Substring?
        if let authorization = head.headerFields[.authorization] {
            let words = authorization.split(separator: " ", maxSplits: 1)
            if words.count == 2, words[0].lowercased() == "bearer" { key = words[1].drop { $0 == " " } }
        }
        key = key ?? head.headerFields[apiKey].map { $0[...] }
        guard let key, !key.isEmpty else { return nil }
        return String(key)
    }

    private static let apiKey = HTTPField.Name("api-key")!
}
