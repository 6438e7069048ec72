import ConversationStorage
package import Conversations

/// What a person's words for a place in a vault mean.
package struct MessageAddress: Sendable {
    package let thread: ChatThread
    /// The message; nil for the tip of an empty thread.
    package let message: MessageID?
    /// Whether a message was named, and not just a thread.
    package let namesMessage: Bool
}

extension ThreadService {
    /// The thread a person means: its handle, its id, a label in it, `@` (the one last used), `@2` (the one before), its
    /// title, or words of its title.
    ///
    /// - Throws: ``ServiceError/noSuch(_:)``, with the candidates where there are several.
    package func thread(named text: String) async throws(ServiceError) -> ChatThread {
        if text.hasPrefix("@"), let place = text.count == 1 ? 1 : Int(text.dropFirst()), place > 0 {
            let used = try await stored { () async throws(StorageError) in try await vault.recentlyUsedThreads() }
            var still: [ChatThread] = []
            for id in used {
                if let thread = try? await vault.thread(id), thread.trashedAt == nil { still.append(thread) }
            }
            guard place <= still.count else {
                throw .noSuch(
                    still.isEmpty
                        ? "no thread was used here yet. Begin one: diwan ask WORDS"
                        : "only \(still.count) threads were used here. See: diwan list")
            }
            return still[place - 1]
        }
        if let id = ThreadID(text), let thread = try? await vault.thread(id) { return thread }
        if let prefix = Handle.canonical(text) {
            let found = try await stored { () async throws(StorageError) in
                try await vault.threads(handlePrefix: prefix)
            }
            if let thread = try one(of: found, named: text) { return thread }
        }
        let labelled = try await stored { () async throws(StorageError) in try await vault.messages(labelled: text) }
        if text != "keep", let first = labelled.first, labelled.allSatisfy({ $0.thread == first.thread }) {
            return try await stored { () async throws(StorageError) in try await vault.thread(first.thread) }
        }
        let titled = try await stored { () async throws(StorageError) in try await vault.threads(titled: text) }
        if let thread = try one(of: titled, named: text) { return thread }
        throw .noSuch("there is no thread \"\(text)\". See: diwan list, or: diwan search \(text)")
    }

    private func one(of found: [ChatThread], named text: String) throws(ServiceError) -> ChatThread? {
        guard found.count > 1 else { return found.first }
        let lines = found.prefix(10).map { "  \($0.handle)  \($0.title ?? "(untitled)")" }
        throw .noSuch("\"\(text)\" could be any of these; say which:\n" + lines.joined(separator: "\n"))
    }

    /// The message a person means: `THREAD/7` (the seventh on the tip's path), `THREAD/7.2` (its second sibling),
    /// `THREAD:LABEL`, an id; a thread alone is its tip.
    package func address(_ text: String) async throws(ServiceError) -> MessageAddress {
        if let id = MessageID(text), let message = try? await vault.message(id) {
            let thread = try await stored { () async throws(StorageError) in try await vault.thread(message.threadID) }
            return MessageAddress(thread: thread, message: id, namesMessage: true)
        }
        if let slash = text.lastIndex(of: "/"), let position = MessagePosition(text[text.index(after: slash)...]) {
            let thread = try await thread(named: String(text[..<slash]))
            return MessageAddress(
                thread: thread, message: try await message(at: position, in: thread), namesMessage: true)
        }
        if let slash = text.lastIndex(of: "/"), let thread = try? await thread(named: String(text[..<slash])),
            let message = try await message(handle: text[text.index(after: slash)...], in: thread)
        {
            return MessageAddress(thread: thread, message: message, namesMessage: true)
        }
        if let colon = text.lastIndex(of: ":"), colon != text.startIndex {
            let label = String(text[text.index(after: colon)...])
            if let thread = try? await thread(named: String(text[..<colon])) {
                let found = try await stored { () async throws(StorageError) in
                    try await vault.messages(labelled: label, in: thread.id)
                }
                if let message = found.last?.message {
                    return MessageAddress(thread: thread, message: message, namesMessage: true)
                }
                throw .noSuch(
                    "no message of \(thread.handle) is labelled \"\(label)\". See: diwan tree \(thread.handle)")
            }
        }
        let thread = try await thread(named: text)
        return MessageAddress(thread: thread, message: thread.tipID, namesMessage: false)
    }

    private func message(at position: MessagePosition, in thread: ChatThread) async throws(ServiceError) -> MessageID {
        let path = try await stored { () async throws(StorageError) -> [Message] in
            guard let tip = thread.tipID else { return [] }
            return try await vault.path(to: tip)
        }
        guard path.indices.contains(position.place - 1) else {
            throw .noSuch(
                "\(thread.handle) has \(path.count) messages on its path, so there is no \(thread.handle)/\(position.place). See: diwan show \(thread.handle)"
            )
        }
        let message = path[position.place - 1].id
        guard let sibling = position.sibling else { return message }
        let siblings = try await stored { () async throws(StorageError) in try await vault.siblings(of: message) }
        guard siblings.indices.contains(sibling - 1) else {
            throw .noSuch(
                "\(thread.handle)/\(position.place) has \(siblings.count) siblings, itself among them. See: diwan tree \(thread.handle)"
            )
        }
        return siblings[sibling - 1]
    }

    /// The call a person means: its handle or id; for a thread or a message its last call.
    package func call(named text: String) async throws(ServiceError) -> Call {
        if let id = CallID(text), let call = try? await vault.call(id) { return call }
        if let prefix = Handle.canonical(text) {
            let found = try await stored { () async throws(StorageError) in try await vault.calls(handlePrefix: prefix)
            }
            if found.count == 1 { return found[0] }
            if found.count > 1 {
                let handles = found.prefix(10).map(\.handle).joined(separator: " ")
                throw .noSuch("\"\(text)\" could be any of these calls; say which: \(handles)")
            }
        }
        let address = try await address(text)
        let call = try await stored { () async throws(StorageError) -> Call? in
            if address.namesMessage, let message = address.message { return try await vault.lastCall(of: message) }
            // A summary is asked for on the way to a call or beside it: it is not what a person asked last.
            let calls = try await vault.calls(of: address.thread.id, limit: 50)
            return calls.first { $0.plan?.summarises != true } ?? calls.first
        }
        guard let call else { throw .noSuch("no model was asked in \(address.thread.handle) there. See: diwan calls") }
        return call
    }
}

/// `7`, or `7.2`: the seventh message of a path, its second sibling.
struct MessagePosition {
    let place: Int
    let sibling: Int?

    init?(_ text: Substring) {
        let numbers = text.split(separator: ".", omittingEmptySubsequences: false).map { Int($0) }
        guard numbers.count <= 2, let place = numbers[0], place > 0 else { return nil }
        self.place = place
        if numbers.count == 2 {
            guard let sibling = numbers[1], sibling > 0 else { return nil }
            self.sibling = sibling
        } else {
            sibling = nil
        }
    }
}
