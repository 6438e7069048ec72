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
/// ran, pictures it drew). What else a target does not take, ``PortabilityRule/all`` says.
package struct RequestWriter: InputWriter {
    let dialect: Dialect
    let storesAtUpstream: Bool
    let keepsReasoning: Bool
    let keepsFileIDs: Bool
    /// Whom the request is for.
    let target: MessageOrigin?
    var portability: Portability
    /// Whether nobody will send this: bytes are not read.
    let isRehearsal: Bool
    /// The names of the tools that the request offers.
    let declaredTools: Set<String>
    var json: JSONWriter
    /// Where roles alternate: the message that the next one may join.
    var held: HeldMessage?
    /// Whether a message other than the system's has been written.
    var hasBegun = false
    /// Where roles alternate: whether a question has been written.
    var hasAsked = false
    /// What follows the messages.
    private let fieldsAfterInput: JSONObject
    /// Whether messages are wanted: not where an extra stands in their place.
    private let takesMessages: Bool
    /// An assistant's message that waits for the results of the tools it called.
    private var openTurn: AssistantTurn?
    /// How many bytes stand before the first message.
    private let bytesBeforeMessages: Int

    /// Whether the target takes nothing of all that was appended, so that the request asks nothing. Known once it is
    /// finished; every dialect wants at least one message.
    package private(set) var asksNothing = false

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
    ///     From version 1 of the rules it is seen message by message instead.
    ///   - keepsFileIDs: whether files named by an id are this upstream's; otherwise their names stand for them.
    ///   - rules: what the request is fitted to.
    ///   - upstream: the name of the upstream it is for.
    ///   - isRehearsal: whether only ``losses`` are wanted: then the bytes of files are not read.
    package init(
        dialect: Dialect, model: String, instructions: String?, parameters: CallParameters, storesAtUpstream: Bool,
        keepsReasoning: Bool = false, keepsFileIDs: Bool = true, rules: RequestRules = .unversioned,
        upstream: String = "", isRehearsal: Bool = false
    ) {
        self.dialect = dialect
        self.storesAtUpstream = storesAtUpstream
        self.keepsReasoning = keepsReasoning
        self.keepsFileIDs = keepsFileIDs
        target = rules.version == 0 ? nil : MessageOrigin(upstream: upstream, model: model)
        portability = Portability(dialect: dialect, rules: rules)
        self.isRehearsal = isRehearsal
        declaredTools = ToolForms.names(of: parameters.tools)
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
            bytesBeforeMessages = 0
        } else {
            takesMessages = true
            json.beginArray()
            bytesBeforeMessages = json.bytes.count
            if let instructions, !instructions.isEmpty { writeMessage(role: .system, text: instructions) }
        }
    }

    /// What the target did not take as it stands, of all that was appended.
    package var losses: [PortabilityLoss] { portability.losses }

    /// Skips messages of the path that are not sent, so that ``losses`` tell places in the whole of it.
    package mutating func skip(_ count: Int) { portability.position += count }

    package mutating func append(role: Role, text: UnsafeBufferPointer<UInt8>) {
        guard takesMessages else { return }
        portability.position += 1
        // A tool's words name no call here, and nothing can answer for them.
        guard role != .tool else {
            _ = portability.treatment(.strayResult)
            return
        }
        if openTurn != nil { closeTurn() }
        if text.isEmpty, role != .user, portability.leavesOut(.emptyMessage) { return }
        let role = wireRole(role)
        guard !joinsMessages else {
            var content = JSONWriter()
            content.string(utf8: text)
            writeMessage(role: role, content: content.takeBytes())
            return
        }
        json.beginObject()
        writeMessageType(role)
        json.key("role")
        json.string(role.name)
        json.key("content")
        json.string(utf8: text)
        json.endObject()
    }

    package mutating func append(
        role: Role, parts: [MessagePart], origin: MessageOrigin?, blobs: any BlobReader
    ) throws {
        guard takesMessages else { return }
        portability.position += 1
        var others: [MessagePart] = []
        for part in parts {
            guard case .toolResult(let result) = part else {
                if role != .assistant, case .toolCall = part, portability.leavesOut(.misplacedCall) { continue }
                others.append(part)
                continue
            }
            // Some programs keep an answer, the tools it called and what they gave in one message.
            if others.toolCalls.contains(where: { $0.id == result.callID }) {
                try openTurn(role, others, origin, blobs: blobs)
                others = []
            }
            if openTurn?.answer(with: result) != true { _ = portability.treatment(.strayResult) }
        }
        if others.isEmpty { return }
        if role == .tool {
            // What a tool showed beside its words follows all results, as something the user shows.
            guard openTurn != nil else {
                _ = portability.treatment(.strayResult)
                return
            }
            let content = try content(of: others, role: .user, origin: nil, blobs: blobs)
            if let content { openTurn?.contentAfterResults.append(content) }
            return
        }
        try openTurn(role, others, origin, blobs: blobs)
        if openTurn?.hasCalls == false { closeTurn() }
    }

    private mutating func openTurn(
        _ role: Role, _ parts: [MessagePart], _ origin: MessageOrigin?, blobs: any BlobReader
    ) throws {
        closeTurn()
        var turn = AssistantTurn(role: wireRole(role), position: portability.position)
        try fill(&turn, with: parts, origin, blobs: blobs)
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
        writeHeldMessage()
        if takesMessages {
            asksNothing = json.bytes.count == bytesBeforeMessages
            json.endArray()
        }
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
        var content = JSONWriter()
        content.string(text)
        writeMessage(role: role, content: content.takeBytes())
    }

    /// Writes a message; `content` is JSON already. Where roles alternate, it waits for others of its role.
    mutating func writeMessage(role: Role, content: [UInt8]) {
        guard joinsMessages else {
            json.beginObject()
            writeMessageType(role)
            json.key("role")
            json.string(role.name)
            json.key("content")
            json.raw(content)
            json.endObject()
            return
        }
        hold(role: role, content: content)
    }

    private mutating func closeTurn() {
        guard let turn = openTurn else { return }
        openTurn = nil
        switch dialect {
        case .chat: writeChat(turn)
        case .acedata, .responses: writeItems(turn)
        }
        for content in turn.contentAfterResults { writeMessage(role: .user, content: content) }
    }

    /// Sorts a message's parts into the pieces a turn is written from.
    private mutating func fill(
        _ turn: inout AssistantTurn, with parts: [MessagePart], _ origin: MessageOrigin?, blobs: any BlobReader
    ) throws {
        var said: [MessagePart] = []
        let keepsReasoning = keepsReasoning(of: origin, in: parts)
        func flush(_ writer: inout RequestWriter, _ turn: inout AssistantTurn) throws {
            if let content = try writer.content(of: said, role: turn.role, origin: origin, blobs: blobs) {
                turn.pieces.append(.said(content))
            }
            said = []
        }
        for part in parts {
            switch part {
            case .toolCall(let call):
                // A chat message carries its words in one place, before its calls.
                if dialect != .chat { try flush(&self, &turn) }
                turn.pieces.append(.called(call))
            case .reasoning(let reasoning):
                guard keepsReasoning, let item = reasoning.item else { continue }
                if dialect != .chat { try flush(&self, &turn) }
                turn.pieces.append(.thought(item))
            default:
                said.append(part)
            }
        }
        try flush(&self, &turn)
    }

    private mutating func keepsReasoning(of origin: MessageOrigin?, in parts: [MessagePart]) -> Bool {
        guard let target else { return keepsReasoning }
        let hasReasoning = parts.contains { if case .reasoning = $0 { true } else { false } }
        guard hasReasoning else { return false }
        return portability.treatment(origin == target ? .ownReasoning : .foreignReasoning) == .kept
    }
}
