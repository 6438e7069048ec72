package import Conversations
import OrderedJSON

/// A stream of `chat.completion.chunk`, made of whatever the upstream sends: chunks or Responses events, or a whole body.
///
/// A value without I/O, like ``ResponseEvents``: the same payloads give the same bytes. Choices come as the upstream mixes
/// them; each begins with its role and ends with its reason.
package struct ChatChunks: Sendable {
    /// What was told of one choice.
    struct Told: Sendable {
        var text = ""
        var reasoning = ""
        var refusal = ""
        var calls: [ToolCallDraft] = []
        var isCustom: Set<Int> = []
        /// How many elements were told of members that are lists.
        var listed: [String: Int] = [:]
        var isFinished = false
    }

    let head: ServedAnswer
    let includesUsage: Bool
    /// Reads a Responses upstream's events.
    var stream: AnswerStream
    var places: UpstreamPlaces
    /// The calls of a Responses upstream, by the place of their item.
    var placedCalls: [Int: Int] = [:]
    var told: [Int: Told] = [:]
    var model: String
    /// What the upstream calls the answer.
    var upstreamID: String?
    /// Members of an upstream's chunk that nobody knows: they go out with the next of ours.
    var besides = JSONObject()
    private var opening: [UInt8] = []
    private var pending: [ServedEvent] = []
    private var sequence = 0

    /// - Parameters:
    ///   - head: the answer before anything came of it.
    ///   - choicesAsked: the `n` of the request.
    ///   - includesUsage: whether the request's `stream_options` ask for a last chunk with the usage.
    package init(head: ServedAnswer, choicesAsked: Int = 1, includesUsage: Bool) {
        self.head = head
        self.includesUsage = includesUsage
        model = head.model
        stream = AnswerStream(choicesAsked: choicesAsked)
        places = UpstreamPlaces(choicesAsked: choicesAsked)
    }

    /// Takes the data of one event of the upstream's, of any dialect. What a whole body says is told by
    /// ``finish(_:blobs:)``.
    package mutating func receive(_ payload: [UInt8]) -> [ServedEvent] {
        guard let json = try? JSON(parsing: payload), json.object != nil else { return [] }
        if let type = json["type"]?.string, type.utf8.starts(with: "response.".utf8) {
            receive(event: json, type: type)
        } else if let choices = json["choices"]?.array, !AnswerStream.isWhole(json, choices: choices) {
            receive(chunk: json, choices: choices)
        }
        return take()
    }

    /// Ends the stream with the answer as it is kept: what was not told yet, each choice's reason, the usage where it was
    /// asked for, `[DONE]`; for an answer that did not come to its end, an error in the reasons' place.
    ///
    /// - Throws: what `blobs` throws where a picture of the answer cannot be read.
    package mutating func finish(_ answer: ServedAnswer, blobs: any BlobReader) throws -> [ServedEvent] {
        for choice in answer.choices where told[choice.index]?.isFinished != true {
            tellRest(of: choice)
            if answer.status == .complete || answer.status == .incomplete || choice.finishReason != nil {
                end(choice.index, reason: FinishReason.chat(choice))
            }
        }
        switch answer.status {
        case .complete, .incomplete, .queued, .inProgress:
            let usage = ServedUsage(answer).chat
            if includesUsage, !usage.isNull { emit(choices: { _ in }, usage: usage) }
        case .failed, .interrupted, .cancelled:
            var json = JSONWriter()
            json.beginObject()
            json.key("error")
            answer.cut.write(into: &json)
            if let traceID = answer.error?.traceID { json.field("trace_id", traceID) }
            json.endObject()
            append(json.takeBytes(), type: "error")
        }
        append(Array("[DONE]".utf8), type: "done")
        return take()
    }

    // MARK: - Writing

    /// Sends a chunk about one choice.
    mutating func emit(
        _ choice: Int, reason: String? = nil, logprobs: JSON = .null, others: JSONObject = JSONObject(),
        delta: (inout JSONWriter) -> Void
    ) {
        emit(choices: { json in
            json.beginObject()
            json.field("index", choice)
            json.key("delta")
            json.beginObject()
            delta(&json)
            json.endObject()
            json.key("logprobs")
            json.value(logprobs)
            json.field("finish_reason", orNull: reason)
            for (key, value) in others {
                json.key(key)
                json.value(value)
            }
            json.endObject()
        })
    }

    /// Sends the first chunk of a choice, unless it was sent.
    mutating func begin(_ choice: Int) {
        guard told[choice] == nil else { return }
        told[choice] = Told()
        emit(choice) { json in
            json.field("role", "assistant")
            json.field("content", "")
            json.key("refusal")
            json.null()
        }
    }

    /// Sends the chunk with the reason a choice ended for, once.
    mutating func end(_ choice: Int, reason: String, others: JSONObject = JSONObject()) {
        begin(choice)
        guard told[choice]?.isFinished == false else { return }
        told[choice]?.isFinished = true
        emit(choice, reason: reason, others: others) { _ in }
    }

    private mutating func emit(choices: (inout JSONWriter) -> Void, usage: JSON = .null) {
        if opening.isEmpty {
            var json = JSONWriter()
            json.beginObject()
            json.field("id", head.id)
            json.field("object", "chat.completion.chunk")
            json.field("created", head.created)
            json.field("model", model)
            json.key("choices")
            opening = json.takeBytes()
        }
        var json = JSONWriter(reservingCapacity: opening.count + 192)
        json.raw(opening)
        // What was written ends in a colon.
        var list = JSONWriter(reservingCapacity: 192)
        list.beginArray()
        choices(&list)
        list.endArray()
        var bytes = json.takeBytes()
        bytes.append(contentsOf: list.takeBytes())
        if includesUsage {
            bytes.append(contentsOf: ",\"usage\":".utf8)
            list.value(usage)
            bytes.append(contentsOf: list.takeBytes())
        }
        for (key, value) in besides {
            bytes.append(UInt8(ascii: ","))
            list.key(key)
            list.value(value)
            bytes.append(contentsOf: list.takeBytes())
        }
        besides = JSONObject()
        bytes.append(UInt8(ascii: "}"))
        append(bytes, type: "chat.completion.chunk")
    }

    /// The model changes its name once, when the upstream says what it is called there.
    mutating func note(model name: String?) {
        guard let name, name != model else { return }
        model = name
        opening = []
    }

    private mutating func append(_ data: [UInt8], type: String) {
        pending.append(ServedEvent(sequence: sequence, type: type, data: data))
        sequence += 1
    }

    private mutating func take() -> [ServedEvent] {
        defer { pending = [] }
        return pending
    }
}
