import ConversationService
import Conversations
import ModelUpstream
import ModelWire
import OrderedJSON

/// A program's request on its way to a model: read, placed, and ready to be asked.
struct ProgramCall: Sendable {
    let request: GatewayRequest
    let received: ReceivedRequest
    let question: Question

    /// Reads a request and finds out who is to answer it and where in which thread it belongs.
    ///
    /// - Throws: ``APIError`` for what is wrong with it, naming the field.
    static func read(_ request: GatewayRequest, as dialect: Dialect) async throws -> ProgramCall {
        var limits = RequestLimits()
        limits.maxMessages = request.gateway.settings.limits.messageCount
        let received: ReceivedRequest
        do {
            received = try ReceivedRequest(body: request.body, dialect: dialect, limits: limits)
        } catch {
            throw APIError(error)
        }
        let target = try await request.target(model: received.model)
        if dialect != target.upstream.dialect, let fault = received.unbridgeable(to: target.upstream.dialect) {
            throw APIError(fault)
        }
        let place = try await NamedPlace.of(received, in: request)
        var messages: [(role: Role, parts: [MessagePart])] = []
        for message in try await request.resolved(received.items) {
            messages.append((message.role, try await request.service.keepingMedia(of: message.parts)))
        }
        let placement = try await request.service.place(
            messages, named: place, program: request.caller.name, instructions: received.instructions)
        var parameters = received.parameters(for: target.upstream.dialect)
        // What comes piece by piece is kept piece by piece, so that nothing is lost where it breaks off. Several answers
        // in one stream are not told apart by every upstream.
        parameters.streams = received.streams || (parameters.choices ?? 1) == 1
        var previous: CallID?
        var isInConversation = false
        switch place {
        case .after(let call): previous = call
        case .conversation: isInConversation = received.conversationID != nil
        default: break
        }
        // Instructions are not carried over from one answer to the next; a conversation has its own.
        let instructions = isInConversation ? received.instructions : received.instructions ?? ""
        let sendsAsItCame = placement.bringsHistory && dialect == target.upstream.dialect
        return ProgramCall(
            request: request, received: received,
            question: Question(
                place: placement.place, messages: placement.messages, upstream: target.upstream, key: target.key,
                model: target.model, instructions: instructions, parameters: parameters,
                context: received.truncates && !placement.bringsHistory ? .auto : .full, window: target.window,
                takes: target.takes, keepsEvents: received.streams || received.isBackground,
                asked: ProgramRequest(
                    api: ProgramRequest.API(dialect), program: request.caller.name, messageCount: messages.count,
                    bringsHistory: placement.bringsHistory, previous: previous, isInConversation: isInConversation,
                    isBackground: received.isBackground, truncates: received.truncates, streams: received.streams,
                    metadata: received.metadata ?? JSONObject()),
                body: sendsAsItCame ? received.forwarded(model: target.model, streams: parameters.streams) : nil))
    }
}

extension NamedPlace {
    /// Where a request says that it belongs: the header first, then the body.
    fileprivate static func of(_ received: ReceivedRequest, in request: GatewayRequest) async throws -> NamedPlace {
        if let name = request.field("X-Diwan-Thread") {
            if name == "new" { return .newThread }
            return .thread(try await request.thread(named: name).id)
        }
        if let id = received.conversationID { return .conversation(try await request.conversation(id).id) }
        if let id = received.previousResponseID {
            return .after(try await request.previous(id).id)
        }
        return .unnamed
    }
}

extension ProgramRequest.API {
    fileprivate init(_ dialect: Dialect) {
        self =
            switch dialect {
            case .acedata: .acedata
            case .responses: .responses
            case .chat: .chat
            }
    }
}
