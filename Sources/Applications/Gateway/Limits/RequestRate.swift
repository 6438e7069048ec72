import Conversations
import HTTPTypes
import Synchronization

/// Holds each caller to so many requests in any minute: what was not used is saved up, for a minute at most.
final class RequestRate: Sendable {
    private struct Allowance {
        var left: Double
        var at: Timestamp
    }

    private let perMinute: Int?
    private let allowances = Mutex<[Caller: Allowance]>([:])

    init(perMinute: Int?) { self.perMinute = perMinute }

    /// Counts a request.
    ///
    /// - Throws: 429, with the seconds to wait, for one too many.
    func count(_ caller: Caller, at now: Timestamp) throws(APIError) {
        guard let perMinute else { return }
        let perMillisecond = Double(perMinute) / 60_000
        let missing = allowances.withLock { allowances -> Double? in
            var allowance = allowances[caller] ?? Allowance(left: Double(perMinute), at: now)
            let passed = max(0, Double(now.milliseconds(since: allowance.at)))
            allowance.left = min(Double(perMinute), allowance.left + passed * perMillisecond)
            allowance.at = now
            guard allowance.left >= 1 else {
                allowances[caller] = allowance
                return 1 - allowance.left
            }
            allowance.left -= 1
            allowances[caller] = allowance
            return nil
        }
        guard let missing else { return }
        var error = APIError(
            .tooManyRequests, code: "rate_limit_exceeded", "this program may ask \(perMinute) times a minute.")
        error.retryAfter = max(1, Int((missing / perMillisecond / 1000).rounded(.up)))
        throw error
    }
}
