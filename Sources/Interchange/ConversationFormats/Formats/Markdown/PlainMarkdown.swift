import Conversations

/// Markdown from elsewhere, where headings say who speaks: `## User`, `# ChatGPT`, `### Assistant:`, `**You:**`.
enum PlainMarkdown {
    /// Whether a text has turns of more than one speaker, or one turn that begins it.
    static func hasTurns(_ text: String) -> Bool { conversation(text) != nil }

    /// The conversation, without ids; nil where no heading says who speaks.
    static func conversation(_ text: String) -> ForeignConversation? {
        var conversation = ForeignConversation()
        var lines = text.markdownLines.map { line in
            Substring(line.utf8.last == UInt8(ascii: "\r") ? line.utf8.dropLast() : line.utf8[...])
        }[...]
        if lines.first == "---", let end = lines.dropFirst().firstIndex(of: "---") {
            for line in lines[..<end] where line.hasPrefix("title:") {
                conversation.title = line.dropFirst(6).trimmingQuotes
            }
            lines = lines[(end + 1)...]
        }
        var fence: Substring?
        var turn: (role: Role, lines: [Substring])?
        for line in lines {
            let bare = line.drop { $0 == " " }
            let ticks = bare.prefix { $0 == bare.first && ($0 == "`" || $0 == "~") }
            if let open = fence {
                if ticks.count >= open.count, ticks.first == open.first { fence = nil }
            } else if ticks.count >= 3 {
                fence = ticks
            } else if let role = role(of: line) {
                end(turn, of: &conversation)
                turn = (role, [])
                continue
            } else if turn == nil, conversation.title == nil, line.hasPrefix("# ") {
                conversation.title = line.dropFirst(2).trimmingQuotes
            }
            turn?.lines.append(line)
        }
        end(turn, of: &conversation)
        return conversation.messages.isEmpty ? nil : conversation
    }

    private static func end(_ turn: (role: Role, lines: [Substring])?, of conversation: inout ForeignConversation) {
        guard let turn else { return }
        var lines = turn.lines[...]
        while let first = lines.first, first.allSatisfy(\.isWhitespace) { lines.removeFirst() }
        while let last = lines.last, last.allSatisfy(\.isWhitespace) || last == "---" { lines.removeLast() }
        let text = lines.joined(separator: "\n")
        if turn.role == .system, conversation.messages.isEmpty, conversation.instructions == nil {
            conversation.instructions = text
        } else {
            conversation.messages.append(ForeignMessage(role: turn.role, parts: [.text(text)]))
        }
    }

    /// Who a heading, or a bold line, says speaks.
    private static func role(of line: Substring) -> Role? {
        let hashes = line.prefix { $0 == "#" }
        var name: Substring
        if !hashes.isEmpty, hashes.count <= 4, line.dropFirst(hashes.count).first == " " {
            name = line.dropFirst(hashes.count)
        } else if line.hasPrefix("**") {
            guard line.count > 4, line.hasSuffix("**") || line.hasSuffix("**:") else { return nil }
            name = line.dropFirst(2)
            guard name.hasSuffix(":**") || name.hasSuffix("**:") else { return nil }
        } else {
            return nil
        }
        if let dot = name.firstRange(of: " · ") { name = name[..<dot.lowerBound] }
        return roles[name.filter { $0.isLetter }.lowercased()]
    }

    private static let roles: [String: Role] = [
        "user": .user, "you": .user, "human": .user, "me": .user, "prompt": .user, "question": .user,
        "yousaid": .user, "assistant": .assistant, "ai": .assistant, "chatgpt": .assistant, "gpt": .assistant,
        "claude": .assistant, "gemini": .assistant, "model": .assistant, "bot": .assistant, "response": .assistant,
        "answer": .assistant, "copilot": .assistant, "chatgptsaid": .assistant, "system": .system,
        "systemprompt": .system, "instructions": .system, "developer": .developer, "tool": .tool,
    ]
}

extension Substring {
    /// Without white space and quotes at its ends.
    fileprivate var trimmingQuotes: String {
        var text = self
        while let first = text.first, first.isWhitespace || first == "\"" || first == "'" { text.removeFirst() }
        while let last = text.last, last.isWhitespace || last == "\"" || last == "'" { text.removeLast() }
        return String(text)
    }
}
