import ConversationService
import ConversationStorage
import Conversations
import OrderedJSON

// What `/diwan/v1` is asked about, by id or handle. What the caller may not know of is not there.

extension GatewayRequest {
    /// Whether the caller may know of a thread, also while it is in the trash.
    func mayKnow(_ thread: ChatThread) -> Bool {
        caller.seesAll || thread.origin?["program"]?.string == caller.name
    }

    /// The thread of an id or a handle.
    ///
    /// - Parameter inTrash: whether one in the trash is found, too.
    func findThread(_ name: String, inTrash: Bool = false) async throws -> ChatThread {
        var found: [ChatThread] = []
        if let id = ServedID.thread(name) ?? ThreadID(name) {
            if let thread = try await service.vault.ifThere({ () async throws(StorageError) in
                try await service.vault.thread(id)
            }) {
                found = [thread]
            }
        } else if let prefix = Handle.canonical(name) {
            found = try await service.vault.threads(handlePrefix: prefix)
        }
        found.removeAll { !mayKnow($0) || !inTrash && $0.trashedAt != nil }
        guard found.count == 1 else { throw APIError.notFound("there is no thread '\(name)'.") }
        return found[0]
    }

    /// The thread that the path names.
    func namedThread(inTrash: Bool = false) async throws -> ChatThread {
        try await findThread(parameter("thread"), inTrash: inTrash)
    }

    /// The message of an id, with its thread.
    func findMessage(_ name: String) async throws -> (message: Message, thread: ChatThread) {
        let missing = APIError.notFound("there is no message '\(name)'.")
        guard let id = ServedID.message(ofItem: name) ?? MessageID(name),
            let message = try await service.vault.ifThere({ () async throws(StorageError) in
                try await service.vault.message(id)
            })
        else { throw missing }
        let thread = try await service.vault.thread(message.threadID)
        guard sees(thread), try await !service.vault.path(to: id).contains(where: { $0.trashedAt != nil }) else {
            throw missing
        }
        return (message, thread)
    }

    /// The message that the path names, with its thread.
    func namedMessage() async throws -> (message: Message, thread: ChatThread) {
        try await findMessage(parameter("message"))
    }

    /// The call that the path names: by its id, its handle, or as its program knows its answer.
    func namedCall() async throws -> Call {
        let name = parameter("call")
        var found: [Call] = []
        if let id = ServedID.call(name) ?? CallID(name) {
            if let call = try await service.vault.ifThere({ () async throws(StorageError) in
                try await service.vault.call(id)
            }) {
                found = [call]
            }
        } else if let prefix = Handle.canonical(name) {
            found = try await service.vault.calls(handlePrefix: prefix)
        }
        var seen: [Call] = []
        for call in found where try await isInSight(call) { seen.append(call) }
        guard seen.count == 1 else { throw APIError.notFound("there is no call '\(name)'.") }
        return seen[0]
    }

    /// Whether the caller may know of a call.
    func isInSight(_ call: Call) async throws -> Bool {
        guard sees(try await service.vault.thread(call.threadID)) else { return false }
        return try await service.vault.isInSight(call)
    }

    /// The replay of an id or a handle: one that asked the caller's threads alone.
    func findReplay(_ name: String) async throws -> Replay? {
        var found: [Replay] = []
        if let id = ReplayID(name) {
            if let replay = try await service.vault.ifThere({ () async throws(StorageError) in
                try await service.vault.replay(id)
            }) {
                found = [replay]
            }
        } else if let prefix = Handle.canonical(name) {
            found = try await service.vault.replays(handlePrefix: prefix)
        }
        var seen: [Replay] = []
        for replay in found where try await isInSight(replay) { seen.append(replay) }
        return seen.count == 1 ? seen[0] : nil
    }

    /// Whether the caller may know of a replay.
    func isInSight(_ replay: Replay) async throws -> Bool {
        for thread in Set(replay.arms.map(\.threadID)) where try await !sees(service.vault.thread(thread)) {
            return false
        }
        return true
    }

    /// Turns away whoever sees only what it began, from what is about the whole vault.
    func needsSightOfAll(_ what: String) throws(APIError) {
        guard !caller.seesAll else { return }
        throw APIError(
            status: 403, code: "sees_its_own",
            "\(what), and this key sees only what it began. One that sees everything: diwan keys add NAME --all")
    }
}

extension Vault {
    /// What is read; nil where it is not there.
    fileprivate func ifThere<Value>(_ read: () async throws(StorageError) -> Value) async throws -> Value? {
        do {
            return try await read()
        } catch {
            guard error.code == .notFound else { throw error }
            return nil
        }
    }
}
