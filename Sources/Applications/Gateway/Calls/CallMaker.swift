import ConversationService
import ConversationStorage
import Conversations
import ModelWire
import OrderedJSON

/// Makes the calls that programs ask for, and answers them.
struct CallMaker: Sendable {
    let runs: Runs
    let repeated: RepeatedRequests

    /// Answers a request for an answer of a model.
    func answer(_ request: GatewayRequest, as dialect: Dialect) async throws -> GatewayAnswer {
        let now = request.service.now()
        if let earlier = repeated.call(for: request, at: now),
            let known = try? await request.service.vault.callInContext(earlier), let asked = known.call.asked
        {
            // It is the same body, so it wants the same of a stream.
            let includesUsage = try request.json()["stream_options"]?["include_usage"]?.bool ?? false
            return try await answer(
                known, asked, run: runs.run(of: earlier), includesUsage: includesUsage, request)
        }
        let program = try await ProgramCall.read(request, as: dialect)
        guard program.received.stores else { return try await PassedCall(program: program).answer() }
        let run = try await runs.begin(
            program.question, isBackground: program.received.isBackground, by: request.service)
        repeated.note(request, made: run.begun.call.id, at: now)
        guard let asked = run.begun.call.asked else { throw APIError.notFound("the call is not there any more.") }
        return try await answer(
            run.begun, asked, run: run, includesUsage: program.received.includesUsage, request)
    }

    /// - Parameter run: nil where the call had come to its end before it was asked for: one that ends meanwhile says by
    ///   its run with which status.
    private func answer(
        _ begun: CallInContext, _ asked: ProgramRequest, run: Run?, includesUsage: Bool, _ request: GatewayRequest
    ) async throws -> GatewayAnswer {
        let out = AnswerOut(service: request.service, api: asked.api, includesUsage: includesUsage)
        let (call, headers) = (begun.call, headers(of: begun))
        guard let run else {
            if asked.streams {
                return .events { try await out.replay(call, after: -1, to: $0) }.with(headers)
            }
            return GatewayAnswer.bytes(try await out.body(call), type: "application/json").with(headers)
        }
        if asked.isBackground {
            if asked.streams { return .events { try await out.follow(run, call: call, to: $0) }.with(headers) }
            return GatewayAnswer.bytes(try await out.body(call), type: "application/json").with(headers)
        }
        let stopsWithClient = asked.api == .chat && request.caller.onDisconnect == .cancel
        let client = await request.client()
        let watch = Task {
            guard stopsWithClient else { return }
            await client.left()
            if client.hasLeft { run.stop() }
        }
        if asked.streams {
            // An upstream that refuses is told with its status, so nothing goes out before it has said something.
            do {
                try await run.begun()
            } catch {
                repeated.forget(request)
                throw error
            }
            return .events { stream in
                defer { watch.cancel() }
                _ = request.lease
                try await out.follow(run, call: call, to: stream)
            }.with(headers)
        }
        defer { watch.cancel() }
        do {
            let answered = try await run.outcome()
            return GatewayAnswer.bytes(try await out.body(answered), type: "application/json").with(headers)
        } catch {
            repeated.forget(request)
            throw error
        }
    }

    /// Where it went.
    private func headers(of begun: CallInContext) -> [(String, String)] {
        [
            ("X-Diwan-Thread", begun.thread.handle), ("X-Diwan-Call", begun.call.handle),
            ("X-Diwan-Message", ServedID.message(begun.call.messageID(ofChoice: 0))),
        ]
    }
}

extension GatewayAnswer {
    func with(_ fields: [(String, String)]) -> GatewayAnswer {
        fields.reduce(self) { $0.with($1.0, $1.1) }
    }
}
