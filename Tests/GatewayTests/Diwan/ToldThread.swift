import ConversationService
import ConversationStorage
import Conversations
import ModelUpstream
import OrderedJSON
import TestSupport
import Testing

@testable import Gateway

/// A program's thread with one question and its answer, and every name by which it can be asked for.
struct ToldThread: Sendable {
    let thread: ChatThread
    let question: MessageID
    let answer: MessageID
    let call: Call

    /// An upstream that answers every question with the same words.
    static func upstream(saying words: String = "A plain answer.") throws -> (ScriptedServer, Upstream) {
        let server = try ScriptedServer { exchange in
            guard exchange.request.method == "POST" else {
                return try exchange.respond(body: #"{"data":[{"id":"m"}]}"#)
            }
            let delta = #"{"role":"assistant","content":"\#(words)"}"#
            let head =
                #"{"id":"up","object":"chat.completion.chunk","created":7,"model":"m-2026","choices":[{"index":0,"#
            try exchange.begin()
            try exchange.write("data: \(head)\"delta\":\(delta),\"finish_reason\":null}]}\n\n")
            try exchange.write("data: \(head)\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n")
            try exchange.end()
        }
        return (
            server, Upstream(name: "one", url: server.url + "/v1", dialect: .chat, model: "m", retries: 0)
        )
    }

    /// Has a program ask a question that begins a thread.
    static func begin(
        in gateway: RunningGateway, key: String, saying words: String = "What is a plain question?"
    ) async throws -> ToldThread {
        let asked = try await gateway.ask(
            "POST", "/v1/chat/completions", ["Authorization": "Bearer \(key)"],
            body: #"{"model":"m","messages":[{"role":"user","content":"\#(words)"}]}"#)
        try #require(asked.status == 200, "\(asked.body)")
        let id = try #require(try JSON(parsing: asked.body)["id"]?.string.flatMap { ServedID.call($0) })
        let call = try await gateway.service.vault.call(id)
        return ToldThread(
            thread: try await gateway.service.vault.thread(call.threadID),
            question: try #require(call.questionID), answer: try #require(call.messageIDs.first), call: call)
    }
}

extension RunningGateway {
    /// What an endpoint answers a program, as JSON.
    func json(
        _ method: String = "GET", _ target: String, key: String? = nil, body: String? = nil, status: Int = 200,
        _ location: SourceLocation = #_sourceLocation
    ) async throws -> JSON {
        let fields = key.map { ["Authorization": "Bearer \($0)"] } ?? [:]
        let answer = try await ask(method, target, fields, body: body)
        #expect(answer.status == status, "\(method) \(target): \(answer.body)", sourceLocation: location)
        // A streamed document comes in chunks, which this does not put together.
        return (try? JSON(parsing: answer.body)) ?? .string(answer.body)
    }
}
