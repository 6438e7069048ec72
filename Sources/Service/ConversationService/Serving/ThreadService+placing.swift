import ConversationStorage
package import Conversations
import OrderedJSON

extension ThreadService {
    /// Finds where the messages of a program's request belong.
    ///
    /// A history that is resent is found by what was said: the longest beginning of it that is a path in a thread which
    /// this program began, and the rest goes there, beside what continued it otherwise; calls of tools are known whatever
    /// way their arguments are spelled. Messages without any answer among
    /// them begin a thread, unless they are exactly what was asked last and failed: then they are asked again. A program
    /// never lands in a thread it did not begin, nor in a conversation that it made, unless it names it.
    ///
    /// - Parameter messages: the request's, oldest first, their media kept already (``keepingMedia(of:)``).
    package func place(
        _ messages: [(role: Role, parts: [MessagePart])], named: NamedPlace, program: String, instructions: String?
    ) async throws(ServiceError) -> Placement {
        switch named {
        case .newThread:
            return Placement(place: .newThreadOfProgram(program), messages: messages, bringsHistory: true)
        case .conversation(let thread):
            return Placement(place: .tip(of: thread), messages: messages, bringsHistory: false)
        case .after(let id):
            let call = try await stored { () async throws(StorageError) in try await vault.call(id) }
            guard let last = call.messageIDs.first ?? call.questionID else {
                throw .noSuch("the answer to go on from brought no message.")
            }
            return Placement(place: .after(last), messages: messages, bringsHistory: false)
        case .thread(let thread):
            let known = try await history(messages, in: .thread(thread), instructions: instructions)
            guard let known, messages.prefix(known.count).contains(where: \.role.isAnswer) else {
                return Placement(place: .tip(of: thread), messages: messages, bringsHistory: false)
            }
            return Placement(known, of: messages)
        case .unnamed:
            let known = try await history(messages, in: .program(program), instructions: instructions)
            if messages.contains(where: \.role.isAnswer) {
                // A question that others asked, too, is no history: only with an answer is it somebody's.
                guard let known, messages.prefix(known.count).contains(where: \.role.isAnswer) else {
                    return Placement(place: .newThreadOfProgram(program), messages: messages, bringsHistory: true)
                }
                return Placement(known, of: messages)
            }
            if let known, known.count == messages.count, try await hasFailed(known.message) {
                return Placement(place: .again(known.message), messages: [], bringsHistory: true)
            }
            return Placement(place: .newThreadOfProgram(program), messages: messages, bringsHistory: true)
        }
    }

    private func history(
        _ given: [(role: Role, parts: [MessagePart])], in room: HistoryRoom, instructions: String?
    ) async throws(ServiceError) -> KnownHistory? {
        var messages = given
        var lineages: [Lineage] = []
        lineages.reserveCapacity(messages.count)
        var found: KnownHistory?
        while true {
            for message in messages[lineages.count...] {
                lineages.append(
                    Lineage(parent: lineages.last ?? .beginning, role: message.role, parts: message.parts))
            }
            let (chain, answered) = (lineages, messages.lastIndex(where: \.role.isAnswer).map { $0 + 1 } ?? 0)
            let known = try await stored { () async throws(StorageError) in
                try await vault.knownHistory(chain, answered: answered, in: room, instructions: instructions)
            }
            guard let known, known.count > found?.count ?? 0 else { return found ?? known }
            found = known
            guard known.count < messages.count,
                let call = try await call(after: known.message, rewrittenAs: messages[known.count])
            else { return known }
            messages[known.count].parts = call
            lineages.removeSubrange(known.count...)
        }
    }

    /// The call of tools that a program resends with its arguments written anew, as libraries do that keep them parsed: as
    /// the model wrote it.
    private func call(
        after question: MessageID, rewrittenAs message: (role: Role, parts: [MessagePart])
    ) async throws(ServiceError) -> [MessagePart]? {
        guard message.role == .assistant, !message.parts.toolCalls.isEmpty else { return nil }
        let continuations = try await stored { () async throws(StorageError) in
            try await vault.continuations(of: question)
        }
        let resent = Lineage(parent: .beginning, role: .assistant, parts: message.parts.withPlainArguments)
        return continuations.first { continuation in
            continuation.role == .assistant && continuation.parts.toolCalls.count == message.parts.toolCalls.count
                && Lineage(parent: .beginning, role: .assistant, parts: continuation.parts.withPlainArguments) == resent
        }?.parts
    }

    /// Whether the last call that asked this question ended without an answer.
    private func hasFailed(_ question: MessageID) async throws(ServiceError) -> Bool {
        let call = try await stored { () async throws(StorageError) in try await vault.lastCall(of: question) }
        guard let call, call.questionID == question else { return false }
        return call.status.isFinal && call.messageIDs.isEmpty
    }
}

extension Placement {
    fileprivate init(_ known: KnownHistory, of messages: [(role: Role, parts: [MessagePart])]) {
        self.init(
            place: known.count == messages.count ? .again(known.message) : .after(known.message),
            messages: Array(messages.dropFirst(known.count)), bringsHistory: true)
    }
}

extension [MessagePart] {
    /// With the arguments of its calls in one spelling.
    fileprivate var withPlainArguments: [MessagePart] {
        map { part in
            guard case .toolCall(var call) = part, let arguments = try? JSON(parsing: call.arguments) else {
                return part
            }
            call.arguments = arguments.text()
            return .toolCall(call)
        }
    }
}

extension Role {
    /// Whether a model or its tools said it.
    fileprivate var isAnswer: Bool { self == .assistant || self == .tool }
}
