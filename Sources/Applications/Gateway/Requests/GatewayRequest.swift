package import ConversationService
import HTTPTypes
package import Logging
import NIOCore
package import OrderedJSON

/// A request, read and let in, as an endpoint gets it.
package struct GatewayRequest: Sendable {
    /// Its own id, which is in every answer and on every line of the log.
    package let id: String
    package let caller: Caller
    /// The service on the caller's vault.
    package let service: ThreadService
    let gateway: GatewayContext
    let head: HTTPRequest
    package let parameters: [String: String]
    package let query: RequestQuery
    /// Empty where there is none.
    package let body: [UInt8]
    /// Its place among the caller's calls under way; held for as long as the call is. Nil for what calls no model.
    package let lease: RunLease?
    package let logger: Logger
    let channel: any Channel

    /// A header field's value; names in any case.
    package func field(_ name: String) -> String? { HTTPField.Name(name).flatMap { head.headerFields[$0] } }

    /// Tells when the client goes away.
    func client() async -> ClientPresence { await ClientPresence.of(channel) }

    /// A parameter of the path.
    package func parameter(_ name: String) -> String { parameters[name] ?? "" }

    /// The body as JSON.
    ///
    /// - Throws: 400 where it is none.
    package func json() throws(APIError) -> JSON {
        guard !body.isEmpty else {
            throw APIError(status: 400, code: "empty_body", "the request has no body. Send JSON.")
        }
        do {
            return try JSON(parsing: body)
        } catch {
            let code = error.code == .tooDeep ? "too_deep" : "invalid_json"
            throw APIError(status: 400, code: code, "the body is not JSON that can be read: \(error)")
        }
    }

    /// The upstream and model for this request.
    ///
    /// - Parameter model: the model that the body names.
    package func target(model: String?) async throws -> CallTarget {
        try await gateway.models.target(model: model, upstream: field("X-Diwan-Upstream"))
    }
}
