import HTTPTypes
import OrderedJSON

/// What is told of OpenAI's Responses, and of the documented `POST /openai/responses`.
enum DescribedResponses {
    static let operations = [
        Operation(
            .post, "/openai/responses", "Asks a model, as AceData's endpoint documents it.",
            gives: Schema.shape("DocumentedAnswer")
        ).taking(documented).answering("text/event-stream"),
        Operation(.post, "/v1/responses", "Asks a model.", gives: Schema.shape("Response"))
            .taking(request).answering("text/event-stream"),
        Operation(.get, "/v1/responses/{id}", "An answer, whole or told again.", gives: Schema.shape("Response"))
            .asking(
                .init("stream", Schema.flag, "As events."),
                .init("starting_after", Schema.integer, "After the event of this sequence_number.")
            ).answering("text/event-stream"),
        Operation(.delete, "/v1/responses/{id}", "Puts an answer into the trash.", gives: Schema.shape("Deleted")),
        Operation(
            .post, "/v1/responses/{id}/cancel", "Ends a background answer.", gives: Schema.shape("Response")),
        Operation(
            .get, "/v1/responses/{id}/input_items", "What was asked.", gives: Schema.page(Schema.shape("Item"))
        ).asking(limit, order, after),
        Operation(
            .post, "/v1/responses/input_tokens", "About how many tokens a request has.",
            gives: Schema.object(["object": Schema.text, "input_tokens": Schema.integer])
        ).taking(request),
        Operation(
            .post, "/v1/responses/compact", "A conversation as one message that says what was in it.",
            gives: Schema.object([
                "id": Schema.text, "object": Schema.constant("response.compaction"), "created_at": Schema.integer,
                "output": Schema.list(Schema.shape("Item")), "usage": Schema.object(),
            ])
        ).taking(request),
    ]

    static let limit = Operation.Field("limit", Schema.integer(1...100), "How many; 20 if left out.")
    static let order = Operation.Field("order", Schema.word("asc", "desc"))
    static let after = Operation.Field("after", Schema.text, "The id after which the page begins.")

    /// The documented fields, and no other.
    static let documented = Schema.object(
        ["model": Schema.text, "input": Schema.list(Schema.shape("InputItem"), atLeast: 1)],
        maybe: [
            "n": Schema.orNull(Schema.integer(1...128)), "background": Schema.orNull(Schema.flag),
            "stream": Schema.orNull(Schema.flag), "tools": Schema.orNull(tools),
            "tool_choice": toolChoice, "max_tokens": Schema.orNull(positive),
            "temperature": Schema.orNull(Schema.number(0...2)),
            "response_format": Schema.orNull(
                Schema.object(["type": Schema.word("text", "json_object", "json_schema")])),
        ])

    private static let request = Schema.object(maybe: [
        "model": Schema.orNull(Schema.text),
        "input": Schema.either(Schema.text, Schema.list(Schema.shape("InputItem"))),
        "instructions": Schema.orNull(Schema.text), "previous_response_id": Schema.orNull(Schema.text),
        "conversation": Schema.orNull(Schema.either(Schema.text, Schema.object(["id": Schema.text]))),
        "store": Schema.orNull(Schema.flag), "stream": Schema.orNull(Schema.flag),
        "background": Schema.orNull(Schema.flag), "metadata": Schema.orNull(Schema.shape("Metadata")),
        "truncation": Schema.orNull(Schema.word("auto", "disabled")),
        "temperature": Schema.orNull(Schema.number(0...2)), "top_p": Schema.orNull(Schema.number(0...1)),
        "max_output_tokens": Schema.orNull(["type": "integer", "minimum": 16]),
        "top_logprobs": Schema.orNull(Schema.integer(0...20)), "parallel_tool_calls": Schema.orNull(Schema.flag),
        "tools": Schema.orNull(Schema.list(Schema.shape("Tool"))), "tool_choice": toolChoice,
        "text": Schema.orNull(Schema.object()), "reasoning": Schema.orNull(Schema.object()),
        "include": Schema.orNull(Schema.list(Schema.text)),
    ])

    static let tools = Schema.list(Schema.shape("Tool"), atLeast: 1)
    static let toolChoice = Schema.orNull(
        Schema.either(Schema.word("none", "auto", "required"), Schema.object(["type": Schema.text])))
    static let positive: JSON = ["type": "integer", "minimum": 1]
}
