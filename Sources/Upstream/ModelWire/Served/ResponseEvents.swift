package import Conversations
import OrderedJSON

/// A stream of Responses events, made of whatever the upstream sends: chunks or events, or a whole body.
///
/// A value without I/O and without a clock: the same payloads in the same order give the same bytes, so that the stream is
/// made again from a journal of payloads, from any sequence number on. The ids of its items are those that the stored
/// message has when it is read back (``ConversationItems``).
///
/// Of several choices the stream tells the first; the documented endpoint's last event holds them all.
package struct ResponseEvents: Sendable {
    let head: ServedAnswer
    /// Whether it goes out under the documented endpoint: each event names the model.
    let isDocumented: Bool
    var numbering: ItemNumbering
    var drafts: [ItemDraft] = []
    var places: UpstreamPlaces
    /// Reads a chat upstream's chunks.
    var chat: AnswerStream
    var chatCalls: [Int: ChatCall] = [:]
    /// What the upstream calls the answer.
    var upstreamID: String?
    private var pending: [ServedEvent] = []
    private var sequence = 0

    /// - Parameters:
    ///   - head: the answer before anything came of it: queued or in progress, without choices.
    ///   - messageUIDs: the identities of the messages to come, by choice.
    ///   - isDocumented: whether it goes out under the documented endpoint.
    package init(head: ServedAnswer, messageUIDs: [String], isDocumented: Bool = false) {
        self.head = head
        self.isDocumented = isDocumented
        numbering = ItemNumbering(messageUID: messageUIDs.first ?? "")
        places = UpstreamPlaces(choicesAsked: messageUIDs.count)
        chat = AnswerStream(choicesAsked: messageUIDs.count)
    }

    /// The first events: `response.created`, for a background run `response.queued`, `response.in_progress`.
    package mutating func begin() -> [ServedEvent] {
        guard sequence == 0 else { return [] }
        var answer = head
        answer.status = head.asked.isBackground ? .queued : .inProgress
        emit("response.created", response: answer)
        if head.asked.isBackground { emit("response.queued", response: answer) }
        answer.status = .inProgress
        emit("response.in_progress", response: answer)
        return take()
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

    /// Ends the stream with the answer as it is kept: tells what was not told yet, closes what is open, and sends the last
    /// event, before which stands an `error` where the answer failed.
    ///
    /// - Throws: what `blobs` throws where a picture of the answer cannot be read.
    package mutating func finish(_ answer: ServedAnswer, blobs: any BlobReader) throws -> [ServedEvent] {
        var events = begin()
        let output = close(with: try answer.output(blobs: blobs), isWhole: answer.status == .complete)
        let choices = isDocumented ? try ResponseObject.choices(answer, blobs: blobs) : []
        if answer.status == .failed {
            let error = answer.cut
            emit("error", size: 128 + error.message.utf8.count) { json in
                json.field("code", orNull: error.code)
                json.field("message", error.message)
                json.field("param", orNull: error.param)
            }
        }
        let type =
            switch answer.status {
            case .complete: "response.completed"
            case .failed: "response.failed"
            default: "response.incomplete"
            }
        emit(type, response: answer, output: output, choices: choices)
        events += take()
        return events
    }

    // MARK: - Writing

    mutating func emit(_ type: String, size: Int = 96, _ members: (inout JSONWriter) -> Void) {
        var json = JSONWriter(reservingCapacity: size + 160)
        json.beginObject()
        json.field("type", type)
        json.field("sequence_number", sequence)
        members(&json)
        if isDocumented { json.field("model", head.model) }
        json.endObject()
        pending.append(ServedEvent(sequence: sequence, type: type, data: json.takeBytes()))
        sequence += 1
    }

    private mutating func emit(
        _ type: String, response answer: ServedAnswer, output: [ServedItem] = [], choices: [JSON] = []
    ) {
        let response =
            isDocumented
            ? ResponseObject.documented(answer, output: output, isWholeBody: false, choices: choices)
            : ResponseObject.json(answer, output: output)
        emit(type, size: 2_048) { json in
            json.key("response")
            json.value(.object(response))
        }
    }

    private mutating func take() -> [ServedEvent] {
        defer { pending = [] }
        return pending
    }
}
