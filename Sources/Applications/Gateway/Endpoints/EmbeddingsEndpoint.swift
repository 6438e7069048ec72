import ConversationService
import HTTPTypes
import ModelUpstream
import OrderedJSON

/// Texts made into vectors: passed on as they come, and answered as the upstream answers. Nothing of them is kept.
enum EmbeddingsEndpoint {
    static let routes = [
        Route(.post, "/embeddings", isRun: true) { request in
            guard var body = try request.json().object else {
                throw APIError.invalid(nil, "the body must be a JSON object.")
            }
            guard let model = body["model"]?.string, !model.isEmpty else {
                throw APIError.invalid("model", "model must be the name of an embedding model.")
            }
            guard let input = body["input"], !input.isNull else {
                throw APIError.invalid("input", "input must be a text, or a list of texts or tokens.")
            }
            let target = try await request.target(model: model)
            var sent = request.body
            if target.model != model {
                body["model"] = .string(target.model)
                sent = JSON.object(body).serialized()
            }
            let answer = try await request.gateway.models.pass(PassedRequest(.embeddings, body: sent), to: target)
            if let usage = try? JSON(parsing: answer.body)["usage"] {
                request.gateway.metrics.count(
                    inputTokens: usage["prompt_tokens"]?.int, outputTokens: nil, upstream: target.upstream.name)
            }
            return .bytes(answer.body, type: answer.contentType).with("X-Diwan-Upstream", target.upstream.name)
        }
    ]
}
