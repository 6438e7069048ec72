import Conversations
import OrderedJSON

/// Puts an answer together from the events of a stream, whatever dialect they are in.
///
/// A value without I/O: the data of one event in, what it adds out. The same payloads give the same answer, so an answer
/// is rebuilt from a journal of its payloads. A whole body in place of events is understood too.
package struct AnswerStream: Sendable {
    private let choicesAsked: Int
    private var chat = ChatStream()
    private var responses: ResponseStream
    /// The whole object, where the stream carried one.
    private var whole: JSON?
    private var emitted = EmittedAnswer()
    private var hasStarted = false
    private var hasEnded = false

    /// An error inside the stream.
    package private(set) var fault: WireFault?
    /// How many events were understood.
    package private(set) var eventCount = 0
    /// How many events were not understood.
    package private(set) var ignoredCount = 0

    /// - Parameter choicesAsked: the `n` of the request.
    package init(choicesAsked: Int = 1) {
        self.choicesAsked = choicesAsked
        responses = ResponseStream(choicesAsked: choicesAsked)
    }

    /// Whether the event has come after which nothing follows: `[DONE]`, the final response, a chunk with an error.
    /// Its absence at the end of a stream means little for chat, where servers leave it out.
    package var isFinished: Bool { hasEnded }

    /// Takes the data of one event. Garbage is counted and otherwise without effect.
    package mutating func receive(_ data: [UInt8]) -> [AnswerDelta] {
        if Self.isDone(data) {
            eventCount += 1
            hasEnded = true
            return []
        }
        guard let json = try? JSON(parsing: data), json.object != nil else { return ignore() }
        return receive(json)
    }

    /// Takes an event that was parsed already.
    mutating func receive(_ json: JSON) -> [AnswerDelta] {
        var deltas: [AnswerDelta]
        if let type = json["type"]?.string, type.utf8.starts(with: "response.".utf8) {
            deltas = receive(responseEvent: json, type: type)
        } else if let choices = json["choices"]?.array {
            deltas = receive(chunk: json, choices: choices)
        } else if ModelAnswer.isAnswer(json) {
            deltas = receive(whole: json)
        } else {
            return ignore()
        }
        eventCount += 1
        if !hasStarted, let start = start(json) {
            hasStarted = true
            deltas.insert(start, at: 0)
        }
        return deltas
    }

    /// What has arrived so far, as an answer. Where the stream has not come to its end, its choices are `interrupted`, or
    /// `failed` when the upstream said so; a chat choice that has its finish reason is whole all the same.
    package func answer() -> ModelAnswer {
        var answer: ModelAnswer
        if let whole {
            answer = ModelAnswer(body: responses.completing(whole), choicesAsked: choicesAsked)
        } else if responses.hasBegun {
            answer = ModelAnswer(body: responses.body, choicesAsked: choicesAsked)
            answer.cut(failed: fault != nil)
        } else {
            answer = ModelAnswer(body: chat.body(), choicesAsked: choicesAsked)
            answer.cut(failed: fault != nil) { choice in
                choice.finishReason != nil || (hasEnded && fault == nil)
            }
        }
        if let fault {
            answer.error = fault
            if answer.status == .complete || answer.status == .interrupted { answer.status = .failed }
        }
        return answer
    }

    // MARK: - One event

    private mutating func receive(responseEvent json: JSON, type: String) -> [AnswerDelta] {
        switch type {
        case "response.completed", "response.incomplete", "response.failed", "response.cancelled", "response.done":
            guard let response = json["response"], response.object != nil else { return [.ignored] }
            hasEnded = true
            if WireFault.isPresent(in: response), fault == nil { fault = WireFault(httpStatus: nil, json: response) }
            return finish(with: responses.completing(response))
        default:
            let deltas = responses.receive(json, type: type)
            for delta in deltas { emitted.note(delta) }
            return deltas
        }
    }

    private mutating func receive(chunk json: JSON, choices: [JSON]) -> [AnswerDelta] {
        var deltas: [AnswerDelta] = []
        if Self.isWhole(json, choices: choices) { return receive(whole: json) }
        deltas = chat.receive(json, choices: choices)
        for delta in deltas { emitted.note(delta) }
        if WireFault.isPresent(in: json) {
            if fault == nil { fault = WireFault(httpStatus: nil, json: json) }
            hasEnded = true
        }
        return deltas
    }

    /// Whether a body with choices is a whole answer and no chunk of one.
    static func isWhole(_ json: JSON, choices: [JSON]) -> Bool {
        // Perplexity sends both: in its chunks the message so far beside the delta, in a whole answer an empty delta.
        let saysWhole = json["object"]?.string == "chat.completion"
        return choices.contains { $0["message"]?.object != nil && (saysWhole || $0["delta"]?.object == nil) }
            || (json["output"]?.array != nil && json["object"]?.string != "chat.completion.chunk")
    }

    private mutating func receive(whole json: JSON) -> [AnswerDelta] {
        if WireFault.isPresent(in: json) {
            if fault == nil { fault = WireFault(httpStatus: nil, json: json) }
            // An `error` event of the Responses API is followed by `response.failed`, which holds what there is.
            if !responses.hasBegun { hasEnded = true }
            if json["choices"]?.array == nil, json["output"]?.array == nil {
                if !chat.hasBegun, !responses.hasBegun { whole = json }
                return []
            }
        }
        return finish(with: json)
    }

    /// Takes the whole object, and gives out what its events have not said before it.
    private mutating func finish(with body: JSON) -> [AnswerDelta] {
        whole = body
        let answer = ModelAnswer(body: body, choicesAsked: choicesAsked)
        return emitted.rest(of: answer)
    }

    private mutating func ignore() -> [AnswerDelta] {
        ignoredCount += 1
        return [.ignored]
    }

    private func start(_ json: JSON) -> AnswerDelta? {
        let head = json["response"]?.ifObject ?? json
        let id = head["id"]?.identifier
        // Azure sends a first chunk with nothing in it.
        guard id != nil else { return nil }
        return .started(responseID: id, model: head["model"]?.nonEmptyString)
    }

    private static func isDone(_ data: [UInt8]) -> Bool {
        // A few bytes; a trailing blank is on record.
        guard data.count <= 64 else { return false }
        let word = data.drop { $0 <= 0x20 }
        return word.starts(with: "[DONE]".utf8) && word.dropFirst(6).allSatisfy { $0 <= 0x20 }
    }
}

extension ModelAnswer {
    /// Marks what a stream's end left unfinished.
    fileprivate mutating func cut(failed: Bool, isWhole: (AnswerChoice) -> Bool = { _ in false }) {
        var isCut = choices.isEmpty
        for index in choices.indices where !isWhole(choices[index]) {
            choices[index].status = failed ? .failed : .interrupted
            isCut = true
        }
        if isCut { status = failed ? .failed : .interrupted }
    }
}
