import HTTPTransport

/// A request that is no conversation, passed on as it came.
package struct PassedRequest: Sendable {
    /// What is asked for.
    package enum Purpose: Sendable {
        /// Texts made into vectors.
        case embeddings
    }

    package let purpose: Purpose
    package let body: [UInt8]

    package init(_ purpose: Purpose, body: [UInt8]) {
        self.purpose = purpose
        self.body = body
    }
}

/// An upstream's answer to a passed request, as it came.
package struct PassedAnswer: Sendable {
    package let status: Int
    package let contentType: String
    package let body: [UInt8]
}

extension ModelClient {
    /// Passes a request on, and again after a passing failure: it asks for nothing that is lost or paid for by words.
    ///
    /// - Returns: an answer of success.
    /// - Throws: ``UpstreamError`` for any other.
    package func pass(_ request: PassedRequest, to upstream: Upstream, key: APIKey?) async throws -> PassedAnswer {
        let url =
            switch request.purpose {
            case .embeddings: upstream.embeddingsURL
            }
        var plan = RetryPlan(retries: upstream.retries)
        while true {
            plan.noteAttempt()
            do {
                let response = try await send(
                    HTTPRequest(
                        method: "POST", url: url, headers: headers(key: key, sendsBody: true), body: request.body,
                        deadlines: upstream.deadlines, caFile: upstream.caFile))
                let body = try await collect(response)
                guard response.status < 300 else { throw AttemptFailure(response, body: body, key: key) }
                return PassedAnswer(
                    status: response.status,
                    contentType: response.headers.first(named: "content-type") ?? "application/json", body: body)
            } catch let failure as AttemptFailure {
                guard failure.isPassing, let wait = plan.wait(asked: failure.retryAfter, jitter: .random(in: 0...1))
                else { throw failure.error(upstream, key: key, attempts: plan.attempts) }
                do {
                    try await sleep(wait)
                } catch {
                    throw UpstreamError(.cancelled, "stopped while waiting to try \(upstream.name) again.")
                }
            }
        }
    }
}
