import Conversations
import OrderedJSON

extension LLMThread {
    /// Adds the turns of the new tables: every message from the beginning to where a turn ended.
    func addTurns(of thread: String) async throws {
        let row = try database.rows("threads", "WHERE id = ?", [thread]).first
        conversation.title = conversation.title ?? row?.words("name")
        conversation.extras["forked_from"] = row?.words("forked_from").map { .string($0) }
        var ids: [String: String] = [:]
        let turns = try database.rows("turns", "WHERE thread_id = ? ORDER BY id, rowid", [thread])
        for turn in turns { try await addTurn(turn, into: &ids) }
        if let tip = row?.words("tip_message_hash") {
            // A fork has the messages before it from the turns of the thread it came from.
            try await addChain(to: tip, turn: nil, into: &ids)
            conversation.currentMessageID = ids[tip] ?? conversation.currentMessageID
        }
        conversation.model = turns.last?.words("model") ?? conversation.model
    }

    private func addTurn(_ turn: LLMRow, into ids: inout [String: String]) async throws {
        guard let tip = turn.words("tip_message_hash") else {
            sink.note(ImportNote(.skipped, "call without an answer", at: turn.text("id")))
            return
        }
        try await addChain(to: tip, turn: turn, into: &ids)
    }

    /// Adds the messages from the beginning to `tip`, those that are not there yet.
    private func addChain(to tip: String, turn: LLMRow?, into ids: inout [String: String]) async throws {
        var chain: [LLMRow] = []
        var seen: Set<String> = []
        var hash: String? = tip
        while let current = hash, ids[current] == nil {
            guard seen.insert(current).inserted,
                let row = try database.rows("messages", "WHERE hash = ?", [current]).first
            else {
                sink.note(ImportNote(.lost, "message that is not in the database", at: current))
                break
            }
            chain.append(row)
            reached.insert(current)
            hash = row.words("parent_hash")
        }
        let sentAt = turn?.words("datetime_utc").flatMap { Timestamp(exportedISO: $0) }
        let finishedAt = finishedAt(sentAt, duration: turn?.int("duration_ms")) ?? sentAt
        let question = turn?.words("parent_message_hash")
        var previous = hash.flatMap { ids[$0] }
        var answers = question == nil || question.map { ids[$0] != nil } ?? false
        var own: [(hash: String, parts: [MessagePart])] = []
        for row in chain.reversed() {
            guard let hash = row.text("hash") else { continue }
            let role = Role(row.text("role") ?? "user")
            let parts = try await parts(of: hash)
            var answer: ForeignAnswer?
            if answers, let turn { answer = try self.answer(of: turn) }
            if answers { own.append((hash, parts)) }
            if turn == nil, role == .assistant,
                let turn = try database.rows("turns", whose: "tip_message_hash", is: hash).first
            {
                answer = try self.answer(of: turn)
            }
            let date = answer?.finishedAt ?? (answers ? finishedAt : sentAt)
            let id = add(role: role, parts: parts, after: previous, at: date, answer: answer)
            if let json = row.words("provider_metadata") {
                leave("provider_metadata", (try? JSON(parsing: json)) ?? .string(json), of: hash)
            }
            ids[hash] = id
            previous = id
            if hash == question { answers = true }
        }
        guard let turn else { return }
        if own.isEmpty, let known = ids[tip] {
            // The same words from the same place, by a call of its own: `llm` keeps them once.
            try await addAgain(tip, as: known, turn: turn)
        } else if let body = try body(of: turn, own: own), let last = ids[tip] {
            update(last) {
                $0.answer?.body = body
                $0.finishReason = $0.finishReason ?? Self.finishReason(in: body)
            }
        }
    }

    private func addAgain(_ tip: String, as known: String, turn: LLMRow) async throws {
        guard let message = conversation.messages.first(where: { $0.id == known }),
            message.answer?.callID != turn.text("id")
        else { return }
        let parent: String? = if case .message(let id) = message.parent { id } else { nil }
        var answer = try answer(of: turn)
        answer.body = try body(of: turn, own: [(tip, message.parts)])
        if message.answer == nil {
            update(known) {
                $0.answer = answer
                $0.createdAt = answer.finishedAt ?? $0.createdAt
            }
        } else {
            add(role: message.role, parts: message.parts, after: parent, at: answer.finishedAt, answer: answer)
        }
    }

    private func answer(of turn: LLMRow) throws -> ForeignAnswer {
        let id = turn.text("id") ?? ""
        var answer = ForeignAnswer(modelRequested: turn.words("model"), modelReported: turn.words("resolved_model"))
        answer.callID = id
        answer.sentAt = turn.words("datetime_utc").flatMap { Timestamp(exportedISO: $0) }
        answer.finishedAt = finishedAt(answer.sentAt, duration: turn.int("duration_ms"))
        answer.usage = usage(turn, of: id)
        answer.parameters = try parameters(turn, of: id, toolsTable: "turn_tools", owner: "turn_id")
        return answer
    }

    /// The body of a turn's answer as the provider sent it, but for its blanks.
    private func body(of turn: LLMRow, own: [(hash: String, parts: [MessagePart])]) throws -> [UInt8]? {
        guard let text = turn.words("response_json") else { return nil }
        guard let json = try? JSON(parsing: text), CondensedValues.areUsed(in: json) else { return Array(text.utf8) }
        var values = CondensedValues()
        for (number, message) in own.enumerated() {
            for (position, dictionary) in try dictionaries(of: message.hash).enumerated() {
                values.add(dictionary, prefix: "\(number).\(position)")
            }
            let row = try database.rows("messages", "WHERE hash = ?", [message.hash]).first
            if let metadata = row?.words("provider_metadata").flatMap({ try? JSON(parsing: $0) }) {
                values.addAll(in: metadata, prefix: "\(number).pm")
            }
        }
        for tool in try tools(of: turn.text("id") ?? "", table: "turn_tools", owner: "turn_id") {
            guard let name = tool.text("name"), let words = tool.text("description") else { continue }
            values.add("tool.\(name).description", .string(words))
        }
        if let schema = try schema(turn.words("schema_id")) { values.add("schema", schema) }
        guard let restored = values.restore(json) else {
            sink.note(
                ImportNote(.degraded, "answer's JSON left out: it refers to words that are gone", at: turn.text("id")))
            return nil
        }
        return Array(restored.pythonText().utf8)
    }
}

extension CondensedValues {
    /// The values that a part of a message is referred to by: `_payload_replacements` in `llm/logs.py`.
    fileprivate mutating func add(_ part: JSON, prefix: String) {
        for field in ["text", "output"] {
            if let words = part[field]?.string { add("\(prefix).\(field)", .string(words)) }
        }
        if let arguments = part["arguments"] {
            add("\(prefix).args", .string(arguments.pythonText(isCompact: true)))
            add("\(prefix).args2", .string(arguments.pythonText()))
            add("\(prefix).argsv", arguments)
        }
        if let metadata = part["provider_metadata"] { addAll(in: metadata, prefix: "\(prefix).pm") }
    }

    fileprivate mutating func addAll(in json: JSON, prefix: String) {
        add(prefix, json)
        switch json {
        case .object(let object):
            for member in object { addAll(in: member.value, prefix: "\(prefix).\(member.key)") }
        case .array(let array):
            for (index, element) in array.enumerated() { addAll(in: element, prefix: "\(prefix).\(index)") }
        default: break
        }
    }
}
