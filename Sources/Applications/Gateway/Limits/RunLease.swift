import HTTPTypes
import Synchronization

/// A call's place among those of its caller that are under way. The place is free again when nobody holds this any more.
package final class RunLease: Sendable {
    private let release: @Sendable () -> Void

    init(release: @escaping @Sendable () -> Void) { self.release = release }

    deinit { release() }
}

/// Counts the calls under way, each caller's by itself.
final class RunsUnderWay: Sendable {
    private let counts = Mutex<[Caller: Int]>([:])
    private let limit: Int?

    init(limit: Int?) { self.limit = limit }

    var count: Int { counts.withLock { $0.values.reduce(0, +) } }

    /// - Throws: 429 where the caller has as many under way as it may.
    func begin(_ caller: Caller) throws(APIError) -> RunLease {
        let isFree = counts.withLock { counts in
            let count = counts[caller, default: 0]
            if let limit, count >= limit { return false }
            counts[caller] = count + 1
            return true
        }
        guard isFree else {
            var error = APIError(
                .tooManyRequests, code: "too_many_runs",
                "\(limit ?? 0) calls of this program are under way, which is as many as it may have. Try again when one has ended."
            )
            error.retryAfter = 1
            throw error
        }
        return RunLease { [weak self] in self?.end(caller) }
    }

    private func end(_ caller: Caller) {
        counts.withLock { counts in
            let count = counts[caller, default: 0] - 1
            counts[caller] = count > 0 ? count : nil
        }
    }
}
