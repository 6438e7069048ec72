import Conversations
import Foundation
package import HTTPTransport
package import Logging
package import ModelWire

/// Something that happens before an answer begins, of which a person may want to know.
package enum UpstreamNotice: Sendable {
    /// The upstream's own server is being started.
    case starting(upstream: String)
    /// The request goes out again after a passing failure.
    case retrying(upstream: String, after: Duration, why: String)
}

/// What came of one call.
package struct ClientOutcome: Sendable {
    /// The answer, whole or as far as it came.
    package let answer: ModelAnswer
    /// Why it is not whole, where that is so.
    package let failure: UpstreamError?
}

/// Makes calls to upstreams: retries what fails in passing, starts a server that can be started, and never sends a
/// request again once words of its answer have come.
package struct ModelClient: Sendable {
    let transport: CurlTransport
    let logger: Logger
    /// How long it waits between attempts; a test does not.
    let sleep: @Sendable (Duration) async throws -> Void

    package init(
        transport: CurlTransport, logger: Logger,
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) {
        self.transport = transport
        self.logger = logger
        self.sleep = sleep
    }

    /// Sends one request and reads its answer.
    ///
    /// - Parameters:
    ///   - body: the request's body, already in the upstream's dialect.
    ///   - choices: how many answers it asks for.
    ///   - notice: called before each wait.
    ///   - receive: called with the pieces of the answer in the order in which they arrive; the next ones are not read
    ///     before it returns. What it throws ends the call and is thrown on.
    /// - Returns: the answer, or what there is of it with the reason why it ended.
    /// - Throws: ``UpstreamError`` where there is no answer at all, and what `receive` throws.
    package func call(
        _ upstream: Upstream, key: APIKey?, body: [UInt8], choices: Int = 1,
        notice: @Sendable (UpstreamNotice) async -> Void = { _ in },
        receive: @Sendable ([AnswerReader.Event]) async throws -> Void
    ) async throws -> ClientOutcome {
        var plan = RetryPlan(retries: upstream.retries)
        var mayStart = upstream.start != nil
        while true {
            plan.noteAttempt()
            do {
                return try await attempt(upstream, key: key, body: body, choices: choices, receive: receive)
            } catch let failure as AttemptFailure {
                if mayStart, failure.isRefusedConnection, let command = upstream.start {
                    mayStart = false
                    await notice(.starting(upstream: upstream.name))
                    try await ServerStart.run(command, for: upstream, patience: .seconds(600)) {
                        await answers(upstream)
                    }
                    continue
                }
                guard failure.isPassing, let wait = plan.wait(asked: failure.retryAfter, jitter: .random(in: 0...1))
                else {
                    throw failure.error(upstream, key: key, attempts: plan.attempts)
                }
                logger.info(
                    "Sending a call again",
                    metadata: ["upstream.name": "\(upstream.name)", "failure.kind": "\(failure.shortDescription)"])
                await notice(.retrying(upstream: upstream.name, after: wait, why: failure.shortDescription))
                do {
                    try await sleep(wait)
                } catch {
                    throw UpstreamError(.cancelled, "stopped while waiting to try \(upstream.name) again.")
                }
            }
        }
    }

    /// The models an upstream lists.
    package func models(of upstream: Upstream, key: APIKey?) async throws -> [ListedModel] {
        var plan = RetryPlan(retries: min(1, upstream.retries))
        while true {
            plan.noteAttempt()
            do {
                let response = try await send(
                    HTTPRequest(
                        method: "GET", url: upstream.modelsURL, headers: headers(key: key, sendsBody: false),
                        deadlines: upstream.deadlines, caFile: upstream.caFile))
                let body = try await collect(response)
                guard response.status < 400 else { throw AttemptFailure(response, body: body, key: key) }
                do {
                    return try ListedModel.list(decoding: body)
                } catch {
                    throw UpstreamError(.failed, "\(upstream.name) lists its models in a form that cannot be read.")
                }
            } catch let failure as AttemptFailure {
                guard failure.isPassing, let wait = plan.wait(asked: failure.retryAfter, jitter: 0) else {
                    throw failure.error(upstream, key: key, attempts: plan.attempts)
                }
                try await sleep(wait)
            }
        }
    }

    // MARK: - One attempt

    private func attempt(
        _ upstream: Upstream, key: APIKey?, body: [UInt8], choices: Int,
        receive: @Sendable ([AnswerReader.Event]) async throws -> Void
    ) async throws -> ClientOutcome {
        let response = try await send(
            HTTPRequest(
                method: "POST", url: upstream.callURL, headers: headers(key: key, sendsBody: true), body: body,
                deadlines: upstream.deadlines, caFile: upstream.caFile))
        guard response.status < 300 else {
            throw AttemptFailure(response, body: try await collect(response), key: key)
        }
        var reader = AnswerReader(contentType: response.headers.first(named: "content-type"), choicesAsked: choices)
        var hasBegun = false
        var broken: AttemptFailure?
        func take(_ events: [AnswerReader.Event]) async throws {
            guard !events.isEmpty else { return }
            hasBegun = true
            try await receive(events)
        }
        do {
            var chunks = response.body.makeAsyncIterator()
            while !reader.isFinished, let chunk = try await chunks.next() {
                try await take(reader.feed(chunk))
            }
        } catch let error as HTTPError {
            broken = AttemptFailure(error)
        } catch let fault as WireFault {
            broken = AttemptFailure(fault: fault, status: response.status, retryAfter: nil)
        }
        if Task.isCancelled, !reader.isFinished {
            broken = AttemptFailure(HTTPError(.cancelled, "stopped.", requestWasSent: true))
        }
        // A body that was cut is no whole document: what is read of it now would not be what the upstream said.
        if broken == nil || reader.isEventStream == true { try await take(reader.finish()) }
        if broken == nil, var fault = reader.fault {
            // That it said so inside an answer that had begun well is known by its status.
            fault.httpStatus = fault.httpStatus ?? response.status
            broken = AttemptFailure(fault: fault.redactingKey(key), status: response.status, retryAfter: nil)
        }
        guard hasBegun, let answer = try? reader.answer() else {
            if let broken { throw broken }
            do {
                return ClientOutcome(answer: try reader.answer(), failure: nil)
            } catch {
                throw AttemptFailure(fault: error, status: response.status, retryAfter: nil)
            }
        }
        // Never again once words have come: the person has seen them, and they are paid for.
        if let broken, !answer.holdsWords, !broken.isCancellation { throw broken }
        if let broken {
            return ClientOutcome(answer: answer, failure: broken.error(upstream, key: key, attempts: 1))
        }
        // Many chat servers leave the last event out: a choice with its reason to stop is whole all the same.
        guard reader.isFinished || answer.status != .interrupted else {
            return ClientOutcome(
                answer: answer,
                failure: UpstreamError(.failed, "\(upstream.name) ended the connection before its answer was whole."))
        }
        return ClientOutcome(answer: answer, failure: nil)
    }

    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        do {
            return try await transport.send(request)
        } catch {
            throw AttemptFailure(error)
        }
    }

    func collect(_ response: HTTPResponse) async throws -> [UInt8] {
        do {
            return try await response.body.collect(upTo: 1 << 24)
        } catch {
            throw AttemptFailure(error)
        }
    }

    /// The documented headers, also where the answer is to stream: the body decides (wire: AceData, headers).
    func headers(key: APIKey?, sendsBody: Bool) -> [HTTPHeader] {
        var headers: [HTTPHeader] = []
        if let key { headers.append(HTTPHeader(name: "Authorization", value: "Bearer \(key.secret)")) }
        if sendsBody { headers.append(HTTPHeader(name: "Content-Type", value: "application/json")) }
        headers.append(HTTPHeader(name: "Accept", value: "application/json"))
        headers.append(HTTPHeader(name: "User-Agent", value: "diwan"))
        return headers
    }

    /// Whether anything answers there at all.
    private func answers(_ upstream: Upstream) async -> Bool {
        let deadlines = HTTPDeadlines(
            connect: .seconds(1), firstByte: .seconds(2), idle: .seconds(2), total: .seconds(3))
        let request = HTTPRequest(method: "GET", url: upstream.modelsURL, deadlines: deadlines, caFile: upstream.caFile)
        guard let response = try? await transport.send(request) else { return false }
        // llama.cpp answers 503 while it loads its model.
        return response.status != 503
    }
}
