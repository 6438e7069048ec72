import HTTPTypes

/// What is told of OpenAI's Chat Completions.
enum DescribedChat {
    static let operations = [
        Operation(.post, "/v1/chat/completions", "Asks a model.", gives: Schema.shape("Completion"))
            .taking(request).answering("text/event-stream"),
        Operation(
            .get, "/v1/chat/completions", "The stored completions.", gives: Schema.page(Schema.shape("Completion"))
        ).asking(
            DescribedResponses.limit, DescribedResponses.order, DescribedResponses.after,
            .init("model", Schema.text, "Only of this model.")),
        Operation(.get, "/v1/chat/completions/{id}", "A stored completion.", gives: Schema.shape("Completion")),
        Operation(
            .post, "/v1/chat/completions/{id}", "Changes what is noted with it.", gives: Schema.shape("Completion")
        ).taking(Schema.object(["metadata": Schema.orNull(Schema.shape("Metadata"))])),
        Operation(
            .delete, "/v1/chat/completions/{id}", "Puts it into the trash.", gives: Schema.shape("Deleted")),
        Operation(
            .get, "/v1/chat/completions/{id}/messages", "What was asked.", gives: Schema.page(Schema.object())
        ).asking(DescribedResponses.limit, DescribedResponses.order, DescribedResponses.after),
    ]

    private static let request = Schema.object(
        ["messages": Schema.list(Schema.shape("ChatMessage"), atLeast: 1)],
        maybe: [
            "model": Schema.orNull(Schema.text), "n": Schema.orNull(Schema.integer(1...128)),
            "stream": Schema.orNull(Schema.flag),
            "stream_options": Schema.orNull(Schema.object(maybe: ["include_usage": Schema.orNull(Schema.flag)])),
            "store": Schema.orNull(Schema.flag), "metadata": Schema.orNull(Schema.shape("Metadata")),
            "temperature": Schema.orNull(Schema.number(0...2)), "top_p": Schema.orNull(Schema.number(0...1)),
            "frequency_penalty": Schema.orNull(Schema.number(-2...2)),
            "presence_penalty": Schema.orNull(Schema.number(-2...2)),
            "max_tokens": Schema.orNull(DescribedResponses.positive),
            "max_completion_tokens": Schema.orNull(DescribedResponses.positive),
            "seed": Schema.orNull(Schema.integer), "logprobs": Schema.orNull(Schema.flag),
            "top_logprobs": Schema.orNull(Schema.integer(0...20)),
            "stop": Schema.orNull(Schema.either(Schema.text, Schema.list(Schema.text))),
            "tools": Schema.orNull(Schema.list(Schema.shape("ChatTool"), atLeast: 1)),
            "tool_choice": DescribedResponses.toolChoice,
            "response_format": Schema.orNull(Schema.object(["type": Schema.text])),
        ])
}
