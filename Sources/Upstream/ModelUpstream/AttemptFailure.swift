import Conversations
import Foundation
import HTTPTransport
import ModelWire

/// Why one attempt brought no answer: no connection, or an answer that says no.
struct AttemptFailure: Error {
    private enum Cause {
        case transport(HTTPError)
        case fault(WireFault, status: Int)
    }

    private let cause: Cause
    /// How long the upstream asks to wait.
    let retryAfter: Duration?

    init(_ error: HTTPError) {
        cause = .transport(error)
        retryAfter = nil
    }

    init(fault: WireFault, status: Int, retryAfter: Duration?) {
        cause = .fault(fault, status: status)
        self.retryAfter = retryAfter
    }

    init(_ response: HTTPResponse, body: [UInt8], key: APIKey?) {
        let fault = WireFault(
            httpStatus: response.status, headers: response.headers.map { (name: $0.name, value: $0.value) }, body: body)
        self.init(
            fault: fault.redactingKey(key), status: response.status,
            retryAfter: response.headers.retryAfter(now: Date()))
    }

    var isRefusedConnection: Bool {
        if case .transport(let error) = cause { error.code == .refused } else { false }
    }

    var isCancellation: Bool {
        if case .transport(let error) = cause { error.code == .cancelled } else { false }
    }

    /// Whether the same request may do better a little later.
    var isPassing: Bool {
        switch cause {
        case .transport(let error): error.isRetryable && error.code != .unresolvedHost
        case .fault(let fault, let status):
            RetryPlan.isPassing(status: status) && fault.code != "insufficient_quota"
        }
    }

    /// One of a small set of words, fit for a log.
    var shortDescription: String {
        switch cause {
        case .transport(let error): error.shortDescription
        case .fault(_, let status): "\(status)"
        }
    }

    /// The error that callers see.
    func error(_ upstream: Upstream, key: APIKey?, attempts: Int) -> UpstreamError {
        switch cause {
        case .transport(let error): transportError(error, upstream, attempts: attempts)
        case .fault(let fault, let status): faultError(fault, status, upstream, key: key, attempts: attempts)
        }
    }

    private func transportError(_ error: HTTPError, _ upstream: Upstream, attempts: Int) -> UpstreamError {
        switch error.code {
        case .refused:
            let next =
                upstream.start.map { "Start it with: \($0)" } ?? "Start it, or choose another: diwan upstreams list"
            return UpstreamError(
                .notReachable, "nothing answers at \(upstream.url) (upstream \(upstream.name)). \(next)")
        case .cancelled:
            return UpstreamError(.cancelled, "stopped.")
        case .firstByteTimeout, .idleTimeout, .totalTimeout:
            return UpstreamError(
                .timedOut, "\(upstream.name) was silent for too long (\(error.shortDescription)).\(tried(attempts))")
        case .connectionBroken:
            return UpstreamError(.failed, "the connection to \(upstream.name) broke.\(tried(attempts))")
        default:
            return UpstreamError(.notReachable, "\(upstream.name): \(error.message)\(tried(attempts))")
        }
    }

    private func faultError(
        _ fault: WireFault, _ status: Int, _ upstream: Upstream, key: APIKey?, attempts: Int
    ) -> UpstreamError {
        let name = upstream.name
        let trace = fault.traceID.map { ", trace \($0.count > 8 ? $0.prefix(4) + "…" : $0[...])" } ?? ""
        switch status {
        case 401:
            let place = key.map { "the key in \($0.origin)" } ?? "a call without a key"
            return UpstreamError(
                .keyRefused,
                "\(name) refused \(place) (\(status) \(fault.code)\(trace)). Check it, or: diwan upstreams login \(name)",
                fault: fault)
        case _ where status == 402 || (status == 403 && fault.code == "used_up"):
            return UpstreamError(
                .nothingLeft,
                "the account at \(name) has nothing left (\(status) \(fault.code)\(trace)). Top it up there, or choose another: diwan upstreams list",
                fault: fault)
        case 403:
            return UpstreamError(
                .keyRefused, "\(name) does not allow this (\(status) \(fault.code)\(trace)): \(fault.message)",
                fault: fault)
        case 429:
            let wait = retryAfter.map { "; it asks to wait \($0.components.seconds) s" } ?? ""
            return UpstreamError(
                .rateLimited, "rate limit at \(name)\(wait).\(tried(attempts))", fault: fault,
                retryAfter: retryAfter)
        case _ where fault.isUnknownModel:
            return UpstreamError(
                .unknownModel, "\(name) has no such model (\(status)\(trace)): \(fault.message)", fault: fault)
        case _ where fault.isContextTooLong:
            return UpstreamError(
                .contextTooLong, "the conversation is too long for this model at \(name): \(fault.message)",
                fault: fault)
        case 500..., 200..<300:
            return UpstreamError(
                .failed, "\(name) failed (\(status) \(fault.code)\(trace)): \(fault.message)\(tried(attempts))",
                fault: fault)
        default:
            return UpstreamError(
                .refused, "\(name) refused (\(status) \(fault.code)\(trace)): \(fault.message)", fault: fault)
        }
    }

    private func tried(_ attempts: Int) -> String { attempts > 1 ? " Tried \(attempts) times." : "" }
}

extension WireFault {
    /// Without the key, should an upstream have repeated it.
    func redactingKey(_ key: APIKey?) -> WireFault {
        key.map { redacting($0.secret) } ?? self
    }
}

extension ModelAnswer {
    /// Whether anything a person could read has come.
    package var holdsWords: Bool {
        choices.contains { $0.parts.contains { $0 != .text("") } }
    }
}
