import OrderedJSON

/// The shapes that more than one endpoint answers with, or takes.
enum DescribedShapes {
    static let all: JSONObject = {
        var all = JSONObject()
        for (name, schema) in wire { all[name] = schema }
        for (name, schema) in vault { all[name] = schema }
        return all
    }()

    /// OpenAI's.
    private static let wire: KeyValuePairs<String, JSON> = [
        "Error": Schema.object([
            "error": Schema.object([
                "message": Schema.text, "type": Schema.text, "param": Schema.orNull(Schema.text),
                "code": Schema.orNull(Schema.text),
            ])
        ]),
        "Metadata": [
            "type": "object", "maxProperties": 16, "propertyNames": ["maxLength": 64],
            "additionalProperties": ["type": "string", "maxLength": 512],
        ],
        "Model": Schema.object([
            "id": Schema.text, "object": Schema.constant("model"), "created": Schema.integer,
            "owned_by": Schema.text, "upstream": Schema.text,
        ]),
        "InputItem": Schema.either(
            Schema.object(
                ["role": Schema.word("user", "assistant", "system", "developer"), "content": content],
                maybe: ["type": Schema.constant("message")]),
            Schema.object([
                "type": Schema.constant("function_call"), "call_id": Schema.text, "name": Schema.text,
                "arguments": Schema.text,
            ]),
            Schema.object([
                "type": Schema.constant("function_call_output"), "call_id": Schema.text, "output": Schema.text,
            ])),
        "Item": Schema.object(["id": Schema.text, "type": Schema.text]),
        "Tool": Schema.object(
            ["type": Schema.constant("function"), "name": Schema.text],
            maybe: ["description": Schema.orNull(Schema.text), "parameters": Schema.orNull(Schema.object())]),
        "ChatTool": Schema.object([
            "type": Schema.constant("function"),
            "function": Schema.object(
                ["name": Schema.text], maybe: ["description": Schema.text, "parameters": Schema.object()]),
        ]),
        "ChatMessage": Schema.object([
            "role": Schema.word("user", "assistant", "system", "developer"), "content": Schema.text,
        ]),
        "Response": Schema.object([
            "id": Schema.text, "object": Schema.constant("response"), "created_at": Schema.number,
            "status": Schema.text, "model": Schema.text, "output": Schema.list(Schema.object(["type": Schema.text])),
            "error": Schema.orNull(Schema.object()), "usage": Schema.orNull(Schema.object()),
            "previous_response_id": Schema.orNull(Schema.text), "metadata": Schema.orNull(Schema.object()),
        ]),
        "DocumentedAnswer": Schema.object(
            [
                "id": Schema.text, "model": Schema.text, "object": Schema.constant("chat.completion"),
                "choices": Schema.list(
                    Schema.object([
                        "index": Schema.integer,
                        "message": Schema.object(["role": Schema.text, "content": Schema.orNull(Schema.text)]),
                        "finish_reason": Schema.orNull(Schema.text),
                    ])), "created": Schema.number, "output": Schema.list(Schema.object(["type": Schema.text])),
                "status": Schema.text, "created_at": Schema.number,
            ], maybe: ["system_fingerprint": Schema.orNull(Schema.text)]),
        "Completion": Schema.object([
            "id": Schema.text, "object": Schema.constant("chat.completion"), "created": Schema.number,
            "model": Schema.text, "choices": Schema.list(Schema.object(["index": Schema.integer])),
        ]),
        "Conversation": Schema.object([
            "id": Schema.text, "object": Schema.constant("conversation"), "created_at": Schema.integer,
            "metadata": Schema.object(),
        ]),
        "Deleted": Schema.object(["id": Schema.text, "object": Schema.text, "deleted": Schema.flag]),
    ]

    private static let content = Schema.either(
        Schema.text,
        Schema.list(Schema.object(["type": Schema.word("input_text", "output_text"), "text": Schema.text])))

    /// Our own: what `--json` prints (`diwan help json`).
    private static let vault: KeyValuePairs<String, JSON> = [
        "Thread": Schema.object([
            "object": Schema.constant("thread"), "id": Schema.text, "handle": Schema.text,
            "title": Schema.orNull(Schema.text), "title_given": Schema.flag, "tip_id": Schema.orNull(Schema.text),
            "model": Schema.orNull(Schema.text), "upstream": Schema.orNull(Schema.text),
            "message_count": Schema.integer, "branch_count": Schema.integer, "tags": Schema.list(Schema.text),
            "from": Schema.any, "created_at": Schema.time, "active_at": Schema.time, "pinned": Schema.flag,
            "archived": Schema.flag, "trashed": Schema.flag,
        ]),
        "Message": Schema.object([
            "object": Schema.constant("message"), "id": Schema.text, "thread_id": Schema.text,
            "parent_id": Schema.orNull(Schema.text), "address": Schema.text, "role": Schema.text,
            "text": Schema.text, "parts": Schema.list(Schema.object(["type": Schema.text])),
            "call_id": Schema.orNull(Schema.text), "choice": Schema.orNull(Schema.integer),
            "finish_reason": Schema.orNull(Schema.text), "status": Schema.text, "label": Schema.orNull(Schema.text),
            "on_tip_path": Schema.flag, "created_at": Schema.time,
        ]),
        "Hit": Schema.object([
            "object": Schema.constant("hit"),
            "thread": Schema.object([
                "id": Schema.text, "handle": Schema.text, "title": Schema.orNull(Schema.text),
            ]), "message_id": Schema.orNull(Schema.text), "address": Schema.text,
            "role": Schema.orNull(Schema.text), "snippet": Schema.text,
            "marks": Schema.list(Schema.list(Schema.integer, atLeast: 2, atMost: 2)), "score": Schema.number,
            "model": Schema.orNull(Schema.text), "created_at": Schema.time, "on_tip_path": Schema.flag,
            "also_on": Schema.integer,
        ]),
        "Call": Schema.object([
            "object": Schema.constant("call"), "id": Schema.text, "handle": Schema.text, "thread_id": Schema.text,
            "message_ids": Schema.list(Schema.text), "replay_id": Schema.orNull(Schema.text),
            "upstream": Schema.text, "dialect": Schema.orNull(Schema.text),
            "model_requested": Schema.orNull(Schema.text), "model_sent": Schema.orNull(Schema.text),
            "model_reported": Schema.orNull(Schema.text), "response_id": Schema.orNull(Schema.text),
            "created": Schema.orNull(Schema.number), "system_fingerprint": Schema.orNull(Schema.text),
            "status": Schema.text, "error": Schema.orNull(Schema.object()), "usage": Schema.object(),
            "cost": Schema.orNull(Schema.object()), "parameters": Schema.object(),
            "context": Schema.orNull(Schema.object()), "queued_at": Schema.orNull(Schema.time),
            "sent_at": Schema.orNull(Schema.time), "first_token_at": Schema.orNull(Schema.time),
            "finished_at": Schema.orNull(Schema.time),
        ]),
        "Why": Schema.object([
            "object": Schema.constant("why"), "call_id": Schema.text, "handle": Schema.text,
            "thread_id": Schema.text, "mode": Schema.orNull(Schema.text), "window": Schema.orNull(Schema.integer),
            "tokens": Schema.object(), "message_count": Schema.integer, "continues_answer": Schema.flag,
            "imported": Schema.flag, "blocks": Schema.list(Schema.object()),
            "left_out": Schema.list(Schema.object()), "summary": Schema.orNull(Schema.object()),
            "summarises": Schema.flag, "request_bytes": Schema.orNull(Schema.integer),
            "before": Schema.orNull(Schema.object()),
        ]),
        "Arm": Schema.object([
            "thread_id": Schema.text, "origin_id": Schema.text, "upstream": Schema.text, "model": Schema.text,
            "sample": Schema.integer, "label": Schema.text, "address": Schema.text, "status": Schema.text,
            "note": Schema.orNull(Schema.text), "turns": Schema.list(Schema.object()),
        ]),
        "Replay": Schema.object([
            "object": Schema.constant("replay"), "id": Schema.text, "handle": Schema.text, "mode": Schema.text,
            "settings": Schema.any, "arms": Schema.list(Schema.shape("Arm")), "answered": Schema.integer,
            "failed": Schema.integer, "open": Schema.integer, "tokens": Schema.integer,
            "cost": Schema.orNull(Schema.object()), "started_at": Schema.time,
            "finished_at": Schema.orNull(Schema.time),
        ]),
    ]
}
