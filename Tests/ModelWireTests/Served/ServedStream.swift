import Conversations
import ModelWire
import OrderedJSON

/// A stream as it goes out to a program, made of recorded payloads.
struct ServedStream {
    static let uids = [
        "0192b1f3c4d57e8a9b0c1d2e3f405162", "0192b1f3c4d57e8a9b0c1d2e3f405163", "0192b1f3c4d57e8a9b0c1d2e3f405164",
    ]

    let answer: ServedAnswer
    var events: [ServedEvent] = []

    /// The answer as it is kept, of what a stream gave.
    static func answer(_ answer: ModelAnswer, id: String) -> ServedAnswer {
        ServedAnswer(
            id: id, created: 1_790_000_000, completed: answer.status == .complete ? 1_790_000_002 : nil,
            model: answer.model ?? "a-model", status: answer.status,
            choices: answer.choices.enumerated().map { index, choice in
                ServedChoice(
                    index: choice.index, messageUID: uids[index % uids.count], parts: choice.parts,
                    finishReason: choice.finishReason, status: choice.status)
            }, usage: answer.usage, systemFingerprint: answer.systemFingerprint,
            error: answer.error.map {
                ServedError(
                    message: $0.message, type: $0.type ?? "server_error", param: $0.param, code: $0.code,
                    traceID: $0.traceID)
            }, incompleteReason: answer.choices.first?.finishReason, upstreamBody: answer.body)
    }

    static let head = ServedAnswer(id: "resp_1", created: 1_790_000_000, model: "a-model", status: .inProgress)

    /// As Responses events.
    static func responses(
        _ payloads: [[UInt8]], choicesAsked: Int = 1, isDocumented: Bool = false, head: ServedAnswer = Self.head
    ) throws -> ServedStream {
        var stream = AnswerStream(choicesAsked: choicesAsked)
        var served = ResponseEvents(
            head: head, messageUIDs: Array(uids.prefix(choicesAsked)), isDocumented: isDocumented)
        var events = served.begin()
        for payload in payloads {
            _ = stream.receive(payload)
            events += served.receive(payload)
        }
        let answer = answer(stream.answer(), id: head.id)
        return ServedStream(answer: answer, events: events + (try served.finish(answer, blobs: NoBlobs())))
    }

    /// As chat chunks.
    static func chat(
        _ payloads: [[UInt8]], choicesAsked: Int = 1, includesUsage: Bool = true
    ) throws -> ServedStream {
        var head = head
        head.id = "chatcmpl-1"
        var stream = AnswerStream(choicesAsked: choicesAsked)
        var served = ChatChunks(head: head, choicesAsked: choicesAsked, includesUsage: includesUsage)
        var events: [ServedEvent] = []
        for payload in payloads {
            _ = stream.receive(payload)
            events += served.receive(payload)
        }
        let answer = answer(stream.answer(), id: head.id)
        return ServedStream(answer: answer, events: events + (try served.finish(answer, blobs: NoBlobs())))
    }

    /// The response put together from the events.
    var accumulated: EventAccumulator {
        var accumulator = EventAccumulator()
        for event in events { accumulator.receive(event) }
        return accumulator
    }

    var chunks: ChunkAccumulator {
        var accumulator = ChunkAccumulator()
        for event in events { accumulator.receive(event) }
        return accumulator
    }

    var types: [String] { events.map(\.type) }
}

/// No bytes are kept.
struct NoBlobs: BlobReader {
    struct Missing: Error {}

    func bytes(of digest: BlobDigest) throws -> [UInt8] { throw Missing() }
}
