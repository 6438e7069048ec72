import ConversationService
import Conversations
import HTTPTypes
import Synchronization

/// Knows the requests that were sent before, so that one which a client repeats after a broken connection makes no second
/// call. The same words sent twice on purpose are two calls: a repetition says that it is one.
final class RepeatedRequests: Sendable {
    private struct Known {
        let call: CallID
        let at: Timestamp
    }

    /// For how long a request is remembered, in milliseconds.
    private static let memory: Int64 = 600_000

    private let known = Mutex<[[UInt8]: Known]>([:])

    /// The call that an earlier sending of this request made; nil where this is the first.
    func call(for request: GatewayRequest, at now: Timestamp) -> CallID? {
        let name: [UInt8]
        if let key = Self.idempotencyName(request) {
            name = key
        } else if let count = request.field("x-stainless-retry-count").flatMap({ Int($0) }), count > 0 {
            name = Self.bodyName(request)
        } else {
            return nil
        }
        return known.withLock { known in
            guard let found = known[name], now.milliseconds - found.at.milliseconds < Self.memory else { return nil }
            return found.call
        }
    }

    /// Remembers which call a request made.
    func note(_ request: GatewayRequest, made call: CallID, at now: Timestamp) {
        let names = [Self.idempotencyName(request), Self.bodyName(request)].compactMap { $0 }
        known.withLock { known in
            for name in names { known[name] = Known(call: call, at: now) }
            if known.count > 4096 {
                known = known.filter { now.milliseconds - $0.value.at.milliseconds < Self.memory }
            }
        }
    }

    /// Forgets a request whose call failed before any of its answer came: sent again, it is asked again.
    func forget(_ request: GatewayRequest) {
        let names = [Self.idempotencyName(request), Self.bodyName(request)].compactMap { $0 }
        known.withLock { known in for name in names { known[name] = nil } }
    }

    private static func idempotencyName(_ request: GatewayRequest) -> [UInt8]? {
        request.field("Idempotency-Key").map { digest(request, Array("key".utf8) + Array($0.utf8)) }
    }

    private static func bodyName(_ request: GatewayRequest) -> [UInt8] { digest(request, request.body) }

    private static func digest(_ request: GatewayRequest, _ bytes: [UInt8]) -> [UInt8] {
        BlobDigest(of: Array("\(request.caller.name)\u{0}\(request.head.path ?? "")\u{0}".utf8) + bytes).bytes
    }
}
