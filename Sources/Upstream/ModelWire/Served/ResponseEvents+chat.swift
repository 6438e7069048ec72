import Conversations
import OrderedJSON

extension ResponseEvents {
    /// A call of a chat upstream, as far as its fragments have come.
    struct ChatCall: Sendable {
        var id: String?
        var name = ""
        var isCustom = false
        /// What came before the name did.
        var held = ""
        var draft: Int?
    }

    /// Takes a chunk of a chat upstream.
    mutating func receive(chunk json: JSON, choices: [JSON]) {
        let choice = choices.enumerated().first { ($1["index"]?.count ?? $0) == 0 }?.element ?? .null
        var logprobs = (choice["logprobs"]?["content"]?.array ?? []).map { TokenLogprobs.response($0) }
        var fragments = (choice["delta"]?["tool_calls"]?.array ?? []).filter { $0.object != nil }[...]
        for delta in chat.receive(json) {
            switch delta {
            case .started(let id, _): upstreamID = upstreamID ?? id
            case .reasoning(0, let text): say(text, .summary)
            case .text(0, let text):
                say(text, .text, logprobs: logprobs)
                logprobs = []
            case .refusal(0, let text): say(text, .refusal)
            case .toolCall(0, let index, let id, let name, let arguments):
                let fragment = fragments.popFirst()
                let isCustom = fragment?["custom"]?["name"]?.nonEmptyString != nil
                call(index, id: id, name: name, isCustom: isCustom, arguments: arguments)
            default: break
            }
        }
        if !logprobs.isEmpty, let message = openDraft(.message) {
            append("", to: .text, of: message, logprobs: logprobs)
        }
        for annotation in choice["delta"]?["annotations"]?.array ?? [] {
            guard let message = openDraft(.message), let piece = drafts[message].piece(.text, wireIndex: 0) else {
                break
            }
            annotate(Citations.response(annotation), piece: piece, of: message)
        }
    }

    private func openDraft(_ kind: ItemDraft.Kind) -> Int? {
        drafts.lastIndex { $0.kind == kind && $0.isOpen }
    }

    private mutating func say(_ text: String, _ kind: ItemDraft.Piece.Kind, logprobs: [JSON] = []) {
        guard !text.isEmpty else { return }
        let isThought = kind == .summary
        let itemKind: ItemDraft.Kind = isThought ? .reasoning : .message
        if let known = drafts.firstIndex(where: { $0.kind == itemKind }) {
            // What is said of an item that is over stands in the answer's end only.
            append(text, to: kind, of: known, logprobs: logprobs)
            return
        }
        closeOthers()
        let draft =
            isThought
            ? open(.reasoning(id: numbering.next(.reasoning), status: .inProgress, text: ""), .reasoning)
            : open(
                .message(id: numbering.next(.message), role: Role.assistant.name, status: .inProgress, content: []),
                .message)
        append(text, to: kind, of: draft, logprobs: logprobs)
    }

    private mutating func call(_ index: Int, id: String?, name: String?, isCustom: Bool, arguments: String) {
        var call = chatCalls[index] ?? ChatCall()
        defer { chatCalls[index] = call }
        call.id = call.id ?? id
        if let name, call.name.isEmpty { call.name = name }
        if isCustom { call.isCustom = true }
        call.held += arguments
        guard !call.name.isEmpty || call.draft != nil else { return }
        if call.draft == nil {
            closeOthers()
            let callID = call.id ?? ToolCall.madeUpID(responseID: upstreamID, choice: 0, ordinal: numbering.callCount)
            let kind = call.isCustom ? "custom" : "function"
            call.draft = open(
                .call(
                    id: numbering.next(call.isCustom ? .custom : .function), status: .inProgress,
                    ToolCall(id: callID, name: call.name, arguments: "", kind: kind)), .call)
        }
        if let draft = call.draft { append(arguments: call.held, of: draft) }
        call.held = ""
    }

    /// Closes what the next item follows. Fragments of calls may be mixed: one stays open until its arguments are whole.
    private mutating func closeOthers() {
        for position in drafts.indices where drafts[position].isOpen {
            if drafts[position].kind == .call, drafts[position].isCustom || !drafts[position].arguments.isWholeJSON {
                continue
            }
            complete(position, as: drafts[position].told(.completed))
        }
    }
}
