import ConversationStorage
package import Conversations
package import ModelUpstream
package import ModelWire

/// What of a question's path and of the question itself its target does not take.
package struct QuestionLosses: Sendable {
    package let losses: [PortabilityLoss]
    /// The thread it belongs to; nil for a new one.
    package let thread: ThreadID?
    /// Where in the path the question's own messages begin.
    package let firstNewPosition: Int
}

extension ThreadService {
    /// What of a path a model does not take as it stands, and what is done about it: the same rules that write the
    /// request, for the whole path. Most paths hold words alone; that is seen without reading them.
    ///
    /// - Parameters:
    ///   - message: the last message of the path; nil for an empty one.
    ///   - model: as it will be sent.
    ///   - takes: the kinds of input the model takes; nil where that is not known.
    ///   - tools: the tools that will be offered.
    ///   - messages: what is about to be added to the path.
    package func losses(
        ofPathTo message: MessageID?, sending target: Upstream, model: String, takes: Set<String>? = nil,
        parameters: CallParameters = CallParameters(), adding messages: [(role: Role, parts: [MessagePart])] = []
    ) async throws(ServiceError) -> [PortabilityLoss] {
        let rules = RequestRules(upstream: target, takes: takes)
        return try await stored { () async throws(StorageError) in
            var keepsFileIDs = true
            if let message {
                let holdsMore = try await vault.holdsMoreThanWords(onPathTo: message)
                let alternates = rules.traits.contains(.alternatingRoles)
                if !holdsMore, !alternates, messages.allSatisfy(\.parts.isPlainText) { return [] }
                keepsFileIDs = try await self.keepsFileIDs(
                    in: vault.message(message).threadID, path: message, upstream: target.name, rules)
            }
            var writer = try await vault.write(
                pathTo: message, sending: [0...Int(Int32.max)],
                into: RequestWriter(
                    dialect: target.dialect, model: model, instructions: nil, parameters: parameters,
                    storesAtUpstream: parameters.storesAtUpstream, keepsFileIDs: keepsFileIDs, rules: rules,
                    upstream: target.name, isRehearsal: true))
            for message in messages {
                // A rehearsal reads no blobs, so nothing can fail.
                try? writer.append(role: message.role, parts: message.parts, origin: nil, blobs: UnreadBlobs())
            }
            _ = writer.finish()
            return writer.losses
        }
    }

    /// What of a question's path and of the question itself its target does not take.
    package func losses(of question: Question) async throws(ServiceError) -> QuestionLosses {
        let path: Message?
        var thread: ThreadID?
        switch question.place {
        case .newThread, .newThreadOfProgram:
            path = nil
        case .tip(let id):
            thread = id
            let tip = try await stored { () async throws(StorageError) in try await vault.thread(id).tipID }
            path = try await message(tip)
        case .after(let id), .again(let id), .finishing(let id):
            path = try await message(id)
        case .beside(let id):
            let sibling = try await message(id)
            thread = sibling?.threadID
            path = try await message(sibling?.parentID)
        }
        return QuestionLosses(
            losses: try await losses(
                ofPathTo: path?.id, sending: question.upstream, model: question.model, takes: question.takes,
                parameters: question.parameters, adding: question.messages),
            thread: path?.threadID ?? thread, firstNewPosition: path.map { $0.position + 1 } ?? 0)
    }

    private func message(_ id: MessageID?) async throws(ServiceError) -> Message? {
        guard let id else { return nil }
        return try await stored { () async throws(StorageError) in try await vault.message(id) }
    }
}

extension RequestRules {
    /// Today's rules for a target.
    package init(upstream: Upstream, takes: Set<String>?) {
        self.init(
            traits: TargetTrait.known(ofServerAt: upstream.url).union(TargetTrait.refused(byModelTaking: takes)))
    }
}

private struct UnreadBlobs: BlobReader {
    func bytes(of digest: BlobDigest) -> [UInt8] { [] }
}
