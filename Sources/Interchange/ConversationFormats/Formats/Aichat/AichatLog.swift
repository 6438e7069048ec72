import Conversations
import OrderedJSON

/// The log of aichat: `# CHAT: summary [date] (role)`, the question, a line of hyphens, the answer, a line of hyphens.
///
/// Nothing in a question or an answer is escaped, so an entry ends where the next header follows its last line; a line of
/// hyphens in the question itself is told from the one behind it by nothing, and said.
struct AichatLog {
    private let entry: ImportEntry
    private let sink: any ImportSink

    init(entry: ImportEntry, sink: any ImportSink) {
        self.entry = entry
        self.sink = sink
    }

    func read(_ bytes: [UInt8]) async throws {
        var lines: [ArraySlice<UInt8>] = []
        var header: Header?
        var occurrences: [String: Int] = [:]
        func close() async throws {
            guard let header else {
                if !lines.allSatisfy(Self.isEmpty) {
                    sink.note(ImportNote(.lost, "words before the first question", at: entry.path))
                }
                lines = []
                return
            }
            occurrences[header.line, default: 0] += 1
            try await add(header, lines, occurrence: occurrences[header.line] ?? 1)
            lines = []
        }
        for line in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
            if let next = Header(line), header == nil || Self.endsEntry(lines) {
                try await close()
                header = next
            } else {
                lines.append(line)
            }
        }
        try await close()
    }

    /// Whether lines end as an entry does.
    private static func endsEntry(_ lines: [ArraySlice<UInt8>]) -> Bool {
        lines.last { !isEmpty($0) }.map(isHyphens) ?? true
    }

    private func add(_ header: Header, _ lines: [ArraySlice<UInt8>], occurrence: Int) async throws {
        var lines = lines[...]
        while let last = lines.last, Self.isEmpty(last) { lines.removeLast() }
        var isWhole = false
        if let last = lines.last, Self.isHyphens(last) {
            lines.removeLast()
            isWhole = true
        }
        let id = "\(header.line)\(occurrence > 1 ? " #\(occurrence)" : "")"
        var conversation = ForeignConversation(id: id, title: header.summary)
        conversation.createdAt = header.date
        conversation.updatedAt = header.date
        if let role = header.role { conversation.extras["role"] = .string(role) }
        if let rag = header.rag { conversation.extras["rag"] = .string(rag) }
        let separators = lines.indices.filter { Self.isHyphens(lines[$0]) }
        if separators.count > 1 {
            sink.note(
                ImportNote(
                    .degraded, "question and answer told apart by the first of several lines of hyphens",
                    at: header.summary))
        }
        guard let separator = separators.first else {
            // Without it the file was cut off, or changed by hand.
            sink.note(ImportNote(.degraded, "question without an answer", at: header.summary))
            append(.user, [.text(Self.text(lines))], to: &conversation, header)
            try await sink.add(conversation)
            return
        }
        append(.user, [.text(Self.text(lines[..<separator]))], to: &conversation, header)
        addAnswer(Self.text(lines[(separator + 1)...]), isWhole: isWhole, to: &conversation, header)
        try await sink.add(conversation)
    }

    private func addAnswer(
        _ text: String, isWhole: Bool, to conversation: inout ForeignConversation, _ header: Header
    ) {
        var words = text
        if text.hasPrefix("<tool_calls>\n"), let end = text.range(ofUTF8: "\n</tool_calls>\n") {
            let inside = text[text.utf8.index(text.startIndex, offsetBy: 13)..<end.lower]
            var lines = inside.split(separator: "\n", omittingEmptySubsequences: false)
            if let json = lines.popLast(), let results = (try? JSON(parsing: String(json)))?.array {
                let said = lines.joined(separator: "\n")
                append(
                    .assistant, (said.isEmpty ? [] : [.text(said)]) + AichatTools.calls(results), to: &conversation,
                    header)
                append(.tool, AichatTools.results(results), to: &conversation, header)
                for gap in AichatTools.gaps(in: results) { sink.note(ImportNote(.lost, gap, at: header.summary)) }
                words = String(text[end.upper...])
            }
        }
        append(.assistant, [.text(words)], to: &conversation, header)
        if !isWhole { conversation.messages[conversation.messages.count - 1].status = .interrupted }
    }

    private func append(
        _ role: Role, _ parts: [MessagePart], to conversation: inout ForeignConversation, _ header: Header
    ) {
        var message = ForeignMessage(role: role, parts: parts)
        message.createdAt = header.date
        conversation.messages.append(message)
    }

    private static func isHyphens(_ line: ArraySlice<UInt8>) -> Bool {
        let line = line.last == 0x0D ? line.dropLast() : line
        return line.count == 8 && line.allSatisfy { $0 == UInt8(ascii: "-") }
    }

    private static func isEmpty(_ line: ArraySlice<UInt8>) -> Bool { line.allSatisfy { $0 == 0x0D } }

    private static func text(_ lines: ArraySlice<ArraySlice<UInt8>>) -> String {
        String(decoding: Array(lines.joined(separator: [0x0A])), as: UTF8.self)
    }

    /// The first line of an entry.
    private struct Header {
        let line: String
        let summary: String?
        let date: Timestamp?
        let role: String?
        let rag: String?

        init?(_ bytes: ArraySlice<UInt8>) {
            guard bytes.starts(with: "# CHAT:".utf8) else { return nil }
            line = String(decoding: bytes.last == 0x0D ? bytes.dropLast() : bytes, as: UTF8.self)
            let rest = line.dropFirst(7)
            // A summary may hold brackets: the last ones that hold a date are meant.
            guard let (open, close, date) = Self.date(in: rest) else { return nil }
            self.date = date
            let before = rest[..<open].drop { $0 == " " }
            summary = before.isEmpty ? nil : String(before.last == " " ? before.dropLast() : before)
            let after = rest[rest.index(after: close)...].drop { $0 == " " }
            guard after.hasPrefix("("), after.hasSuffix(")") else {
                role = nil
                rag = nil
                return
            }
            let scope = after.dropFirst().dropLast().split(
                separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
            role = scope.first.flatMap { $0.isEmpty ? nil : String($0) }
            rag = scope.count > 1 ? String(scope[1]) : nil
        }

        private static func date(in text: Substring) -> (String.Index, String.Index, Timestamp)? {
            var end = text.endIndex
            while let close = text[..<end].lastIndex(of: "]") {
                if let open = text[..<close].lastIndex(of: "["),
                    let date = Timestamp(exportedISO: String(text[text.index(after: open)..<close]))
                {
                    return (open, close, date)
                }
                end = close
            }
            return nil
        }
    }
}

/// Tools as aichat keeps them: each call with what came of it, `{"call":{"name","arguments","id"},"output"}`.
enum AichatTools {
    static func calls(_ results: [JSON]) -> [MessagePart] {
        results.enumerated().map { index, result in
            let call = result["call"]
            return .toolCall(
                ToolCall(
                    id: id(of: result, index), name: call?["name"]?.string ?? "",
                    arguments: call?["arguments"]?.asText ?? ""))
        }
    }

    /// What the calls and what came of them lack, in words.
    static func gaps(in results: [JSON]) -> [String] {
        results.flatMap { result in
            var gaps: [String] = []
            if result["call"]?["name"]?.string == nil { gaps.append("call of a tool without its name") }
            if result["call"]?["arguments"] == nil { gaps.append("call of a tool without its arguments") }
            if result["output"] == nil { gaps.append("call of a tool without what came of it") }
            return gaps
        }
    }

    static func results(_ results: [JSON]) -> [MessagePart] {
        results.enumerated().map { index, result in
            .toolResult(ToolResult(callID: id(of: result, index), output: result["output"]?.asText ?? ""))
        }
    }

    /// Some providers give a call no id; its place then tells two calls of one tool apart.
    private static func id(of result: JSON, _ index: Int) -> String {
        result["call"]?["id"]?.words ?? "\(result["call"]?["name"]?.string ?? "tool")-\(index + 1)"
    }
}

extension String {
    fileprivate func range(ofUTF8 text: String) -> (lower: Index, upper: Index)? {
        let wanted = Array(text.utf8)
        var from = startIndex
        while let place = utf8[from...].firstIndex(of: wanted[0]) {
            if utf8[place...].starts(with: wanted) { return (place, utf8.index(place, offsetBy: wanted.count)) }
            from = utf8.index(after: place)
        }
        return nil
    }
}
