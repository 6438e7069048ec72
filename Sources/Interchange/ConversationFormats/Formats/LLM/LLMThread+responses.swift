import Conversations
import OrderedJSON

extension LLMThread {
    /// Adds the rows of the old tables: one after the other, as they were sent.
    func addResponses(_ rows: [LLMRow], table: String = "responses") async throws {
        var tip: String?
        for row in rows {
            tip = try await addResponse(row, table: table, after: tip)
        }
        conversation.currentMessageID = tip ?? conversation.currentMessageID
        if conversation.title == nil { conversation.title = rows.lazy.compactMap { Self.name(of: $0) }.first }
    }

    private func addResponse(_ row: LLMRow, table: String, after parent: String?) async throws -> String {
        let id = row.text("id") ?? ""
        let date = ["datetime_utc", "timestamp_utc", "timestamp"].lazy.compactMap { row.words($0) }
            .first.flatMap { Timestamp(exportedISO: $0) }
        let fragments = try self.fragments(given: id, "prompt_fragments")
        let systemFragments = try self.fragments(given: id, "system_fragments")
        var tip = parent

        let system = (systemFragments.map(\.content) + [row.text("system") ?? ""])
            .map(\.trimmed).filter { !$0.isEmpty }.joined(separator: "\n\n")
        if !system.isEmpty {
            // The words as they were typed, unless they were put together from pieces.
            let words = systemFragments.isEmpty ? row.text("system") ?? system : system
            tip = add(role: .system, parts: [.text(words)], after: tip, at: date)
        }
        let results = try await toolResults(of: id)
        if !results.isEmpty { tip = add(role: .tool, parts: results, after: tip, at: date) }

        let prompt = fragments.map(\.content) + (row.words("prompt").map { [$0] } ?? [])
        var question: [MessagePart] = prompt.isEmpty ? [] : [.text(prompt.joined(separator: "\n"))]
        for attachment in try attachments(given: id) { question.append(try await part(for: attachment)) }
        if !question.isEmpty { tip = add(role: .user, parts: question, after: tip, at: date) }
        if question.isEmpty, results.isEmpty {
            sink.note(ImportNote(.degraded, "answer to a question that is not there", at: id))
        }

        let answer = try answer(of: row, id: table == "responses" ? id : "log:\(id)", sentAt: date)
        var parts: [MessagePart] = []
        if let reasoning = row.words("reasoning") { parts.append(.reasoning(Reasoning(text: reasoning))) }
        if let words = row.words("response") { parts.append(.text(words)) }
        let calls = try database.rows("tool_calls", whose: "response_id", is: id)
        for call in calls.sorted(by: { ($0.text("tool_call_id") ?? "") < ($1.text("tool_call_id") ?? "") }) {
            parts.append(
                .toolCall(
                    ToolCall(
                        id: call.text("tool_call_id") ?? call.text("name") ?? "", name: call.text("name") ?? "",
                        arguments: call.text("arguments") ?? "")))
        }
        tip = add(role: .assistant, parts: parts, after: tip, at: answer.finishedAt ?? date, answer: answer)
        if let tip, let body = answer.body {
            update(tip) { $0.finishReason = $0.finishReason ?? Self.finishReason(in: body) }
        }
        leave("fragments", Self.json(of: fragments), of: id)
        leave("system_fragments", Self.json(of: systemFragments), of: id)
        return tip ?? id
    }

    /// What is known of the call behind a row of the old tables.
    private func answer(of row: LLMRow, id: String, sentAt: Timestamp?) throws -> ForeignAnswer {
        var answer = ForeignAnswer(modelRequested: row.words("model"), modelReported: row.words("resolved_model"))
        answer.callID = id
        answer.sentAt = sentAt
        answer.finishedAt = finishedAt(sentAt, duration: row.int("duration_ms"))
        answer.usage = usage(row, of: id)
        answer.parameters = try parameters(row, of: id, toolsTable: "tool_responses", owner: "response_id")
        // llm 0.24 to 0.31 leave fragments and answers out of the JSON that stand elsewhere in the database.
        if let json = row.words("response_json") {
            answer.body = try restored(json)
            if answer.body == nil {
                sink.note(ImportNote(.degraded, "answer's JSON left out: it refers to words that are gone", at: id))
            }
        }
        if let json = row.words("prompt_json"), json != "null" {
            leave("prompt_json", try restored(json).flatMap { try? JSON(parsing: $0) } ?? .string(json), of: id)
        }
        return answer
    }

    private func restored(_ text: String) throws -> [UInt8]? {
        guard let json = try? JSON(parsing: text) else { return Array(text.utf8) }
        if json.isNull { return nil }
        guard CondensedValues.areUsed(in: json) else { return Array(text.utf8) }
        var values = CondensedValues()
        for fragment in try database.rows("fragments") {
            guard let number = fragment.text("id"), let content = fragment.text("content") else { continue }
            values.add("f:\(number)", .string(content))
            values.add("f\(number)", .string(content))
        }
        for response in try database.rows("responses", whose: "conversation_id", is: key.id) {
            guard let id = response.text("id"), let words = response.text("response") else { continue }
            values.add("r:\(id)", .string(words))
        }
        return values.restore(json).map { Array($0.pythonText().utf8) }
    }

    private func attachments(given response: String) throws -> [LLMRow] {
        guard database.has("prompt_attachments") else { return [] }
        return try database.rows(
            "attachments",
            """
            JOIN prompt_attachments ON prompt_attachments.attachment_id = attachments.id
            WHERE prompt_attachments.response_id = ? ORDER BY prompt_attachments."order"
            """, [response])
    }

    private func toolResults(of response: String) async throws -> [MessagePart] {
        var parts: [MessagePart] = []
        for row in try database.rows("tool_results", whose: "response_id", is: response) {
            let id = row.text("tool_call_id") ?? row.text("name") ?? ""
            parts.append(.toolResult(ToolResult(callID: id, output: row.text("output") ?? "")))
            leave("exception of \(id)", row.words("exception").map { .string($0) }, of: response)
            guard database.has("tool_results_attachments") else { continue }
            for attachment in try database.rows(
                "attachments",
                """
                JOIN tool_results_attachments ON tool_results_attachments.attachment_id = attachments.id
                WHERE tool_results_attachments.tool_result_id = ? ORDER BY tool_results_attachments."order"
                """, [row.text("id") ?? ""])
            {
                parts.append(try await part(for: attachment))
            }
        }
        return parts
    }

    /// The first words, cut: the name that `llm` gives a conversation.
    private static func name(of row: LLMRow) -> String? {
        guard let prompt = row.words("prompt") ?? row.words("system") else { return nil }
        let words = prompt.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return words.count > 32 ? String(words.prefix(31)) + "…" : words
    }
}

/// A file or text that was given along with a prompt.
struct LLMFragment {
    let content: String
    let hash: String?
    let source: String?
}

extension LLMThread {
    private func fragments(given response: String, _ table: String) throws -> [LLMFragment] {
        guard database.has(table) else { return [] }
        return try database.rows(
            "fragments",
            "JOIN \(table) ON \(table).fragment_id = fragments.id WHERE \(table).response_id = ? ORDER BY \(table).\"order\"",
            [response]
        ).map { LLMFragment(content: $0.text("content") ?? "", hash: $0.text("hash"), source: $0.text("source")) }
    }

    private static func json(of fragments: [LLMFragment]) -> JSON {
        .array(
            fragments.map { fragment in
                var object = JSONObject()
                if let hash = fragment.hash { object["hash"] = .string(hash) }
                if let source = fragment.source { object["source"] = .string(source) }
                return .object(object)
            })
    }
}

extension String {
    fileprivate var trimmed: String {
        guard let first = firstIndex(where: { !$0.isWhitespace }), let last = lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(self[first...last])
    }
}
