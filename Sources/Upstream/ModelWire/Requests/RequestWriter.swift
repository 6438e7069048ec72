package import Conversations
import OrderedJSON

/// Writes one request's body in a dialect; storage feeds it the path, message by message.
///
/// The same messages and parameters give the same bytes, so a stored call rebuilds its request byte for byte. The fields
/// come in one order: model, the messages, then the parameters in the order of ``CallParameters``, then the extras. The
/// conversation stands near the front, so consecutive requests of a thread share their bytes up to where they differ.
///
/// What is never in a request: a tool call without its result or a result without its call (upstreams refuse both: an
/// unanswered call is left out, and the words said beside it stay); reasoning whose follower is left out; the upstream's
/// item ids, which another account does not know; and pieces of an answer that only the upstream could make (searches it
/// ran, pictures it drew).
package struct RequestWriter: InputWriter {
    let dialect: Dialect
    let storesAtUpstream: Bool
    let keepsReasoning: Bool
    let keepsFileIDs: Bool
    var json: JSONWriter
    /// What follows the messages.
    private let fieldsAfterInput: JSONObject
    /// Whether messages are wanted: not where an extra stands in their place.
    private let takesMessages: Bool
    /// An assistant's message that waits for the results of the tools it called.
    private var openTurn: AssistantTurn?

    /// A writer that has written the model and, as the first message, the instructions.
    ///
    /// - Parameters:
    ///   - dialect: how the upstream wants it written.
    ///   - model: the model's name as the upstream has it.
    ///   - instructions: the system prompt; nil or empty for none.
    ///   - parameters: what is asked besides. What the dialect has no field for is left out:
    ///     ``unsupported(_:dialect:)`` names it.
    ///   - storesAtUpstream: whether a `responses` upstream may keep the answer; otherwise the request says `store:false`
    ///     and asks for reasoning in the encrypted form that can be sent back.
    ///   - keepsReasoning: whether the reasoning of earlier answers came from this same upstream and goes back to it.
    ///   - keepsFileIDs: whether files named by an id are this upstream's; otherwise their names stand for them.
    package init(
        dialect: Dialect, model: String, instructions: String?, parameters: CallParameters, storesAtUpstream: Bool,
        keepsReasoning: Bool, keepsFileIDs: Bool = true
    ) {
        self.dialect = dialect
        self.storesAtUpstream = storesAtUpstream
        self.keepsReasoning = keepsReasoning
        self.keepsFileIDs = keepsFileIDs
        let fields = RequestFields(dialect: dialect, parameters: parameters, storesAtUpstream: storesAtUpstream)
        fieldsAfterInput = fields.afterInput
        json = JSONWriter(reservingCapacity: 4_096)
        json.beginObject()
        json.key("model")
        json.value(fields.model ?? .string(model))
        json.key(fields.inputName)
        if let input = fields.input {
            takesMessages = false
            json.value(input)
        } else {
            takesMessages = true
            json.beginArray()
            if let instructions, !instructions.isEmpty { writeMessage(role: .system, text: instructions) }
        }
    }

    package mutating func append(role: Role, text: UnsafeBufferPointer<UInt8>) {
        // A tool's words name no call here, and nothing can answer for them.
        guard takesMessages, role != .tool else { return }
        if openTurn != nil { closeTurn() }
        json.beginObject()
        writeMessageType(role)
        json.key("role")
        json.string(role.name)
        json.key("content")
        json.string(utf8: text)
        json.endObject()
    }

    package mutating func append(role: Role, parts: [MessagePart], blobs: any BlobReader) throws {
        guard takesMessages else { return }
        var others: [MessagePart] = []
        for part in parts {
            guard case .toolResult(let result) = part else {
                others.append(part)
                continue
            }
            // Some programs keep an answer, the tools it called and what they gave in one message.
            if others.toolCalls.contains(where: { $0.id == result.callID }) {
                try openTurn(role, others, blobs: blobs)
                others = []
            }
            openTurn?.answer(with: result)
        }
        if others.isEmpty { return }
        if role == .tool {
            // What a tool showed beside its words follows all results, as something the user shows.
            guard openTurn != nil else { return }
            let content = try content(of: others, role: .user, blobs: blobs)
            if let content { openTurn?.contentAfterResults.append(content) }
            return
        }
        try openTurn(role, others, blobs: blobs)
        if openTurn?.hasCalls == false { closeTurn() }
    }

    private mutating func openTurn(_ role: Role, _ parts: [MessagePart], blobs: any BlobReader) throws {
        closeTurn()
        var turn = AssistantTurn(role: role)
        try fill(&turn, with: parts, blobs: blobs)
        openTurn = turn
    }

    /// Appends a closing message of the user that asks to go on exactly where the last answer stopped.
    package mutating func appendContinuation() {
        guard takesMessages else { return }
        closeTurn()
        writeMessage(role: .user, text: Self.continuationRequest)
    }

    /// What ``appendContinuation()`` says.
    package static let continuationRequest =
        "Your last answer was cut off. Go on exactly where it stopped, in the middle of the word if need be. "
        + "Write only what is missing: repeat nothing, add no introduction, do not mention the interruption."

    /// Writes what follows the messages and hands over the whole body. Nothing may be appended afterwards.
    package mutating func finish() -> [UInt8] {
        closeTurn()
        if takesMessages { json.endArray() }
        for (key, value) in fieldsAfterInput {
            json.key(key)
            json.value(value)
        }
        json.endObject()
        return json.takeBytes()
    }

    /// The Responses API lets a message go without its type, but llama.cpp knows an assistant's only by it. AceData
    /// documents messages without one.
    mutating func writeMessageType(_ role: Role) {
        guard dialect == .responses, role == .assistant else { return }
        json.key("type")
        json.string("message")
    }

    private mutating func writeMessage(role: Role, text: String) {
        json.beginObject()
        writeMessageType(role)
        json.key("role")
        json.string(role.name)
        json.key("content")
        json.string(text)
        json.endObject()
    }

    private mutating func closeTurn() {
        guard let turn = openTurn else { return }
        openTurn = nil
        switch dialect {
        case .chat: writeChat(turn)
        case .acedata, .responses: writeItems(turn)
        }
        for content in turn.contentAfterResults { json.writeMessage(role: .user, content: content) }
    }

    /// Sorts a message's parts into the pieces a turn is written from.
    private func fill(_ turn: inout AssistantTurn, with parts: [MessagePart], blobs: any BlobReader) throws {
        var said: [MessagePart] = []
        func flush() throws {
            if let content = try content(of: said, role: turn.role, blobs: blobs) { turn.pieces.append(.said(content)) }
            said = []
        }
        for part in parts {
            switch part {
            case .toolCall(let call):
                // A chat message carries its words in one place, before its calls.
                if dialect != .chat { try flush() }
                turn.pieces.append(.called(call))
            case .reasoning(let reasoning):
                guard keepsReasoning, let item = reasoning.item else { continue }
                if dialect != .chat { try flush() }
                turn.pieces.append(.thought(item))
            default:
                said.append(part)
            }
        }
        try flush()
    }
}
