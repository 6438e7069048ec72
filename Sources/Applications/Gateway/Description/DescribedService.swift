import HTTPTypes

/// What is told of the service itself, of models and of embeddings.
enum DescribedService {
    static let operations = [
        Operation(.get, "/healthz", "Whether the service lives.", gives: Schema.text)
            .answering("text/plain", alsoJSON: false).forAnyone,
        Operation(.get, "/readyz", "Whether it can work: the vault answers.", gives: Schema.text)
            .answering("text/plain", alsoJSON: false).forAnyone,
        Operation(.get, "/metrics", "What it counts, for Prometheus.", gives: Schema.text)
            .answering("text/plain", alsoJSON: false).forAnyone,
        Operation(.get, "/openapi.json", "This document.", gives: Schema.object(["openapi": Schema.text])).forAnyone,
        Operation(
            .get, "/v1/models", "The models of every upstream.",
            gives: Schema.object(["object": Schema.constant("list"), "data": Schema.list(Schema.shape("Model"))])),
        Operation(.get, "/v1/models/{model}", "One model.", gives: Schema.shape("Model")),
        Operation(
            .post, "/v1/embeddings", "Texts made into vectors: passed on as they come.",
            gives: Schema.object()
        ).taking(Schema.object(["model": Schema.text, "input": Schema.either(Schema.text, Schema.list(Schema.any))])),
    ]
}
