import Conversations
import OrderedJSON

/// The `<details type="reasoning">` and `<details type="tool_calls">` that Open WebUI writes into an answer's words.
enum FoldedDetails {
    /// The parts of an answer: its words around the details, and what the details hold. Details of other kinds, or that
    /// are not closed, stay words.
    static func parts(of content: String) -> [MessagePart] {
        var parts: [MessagePart] = []
        var words = ""
        var rest = content[...]
        func flush() {
            let text = parts.isEmpty ? words : String(words.drop { $0 == "\n" })
            if !text.isEmpty { parts.append(.text(text)) }
            words = ""
        }
        // Without an end there is nothing to look for.
        while let start = rest.range(of: "<details "), rest.range(of: "</details>", from: start.upper) != nil {
            words += rest[..<start.lower]
            rest = rest[start.lower...]
            guard let block = Block(rest), let found = block.parts else {
                words += rest[..<start.upper]
                rest = rest[start.upper...]
                continue
            }
            if words.allSatisfy({ $0 == "\n" }) { words = "" }
            flush()
            parts += found
            rest = rest[block.end...]
        }
        words += rest
        flush()
        return parts
    }

    /// One element with what is in it.
    private struct Block {
        private let attributes: [String: String]
        private let summary: String
        private let body: String
        let end: String.Index

        init?(_ text: Substring) {
            guard let head = text.firstIndex(of: ">"), let close = text.range(of: "</details>", from: head) else {
                return nil
            }
            attributes = Self.attributes(of: text[..<head])
            var inside = text[text.index(after: head)..<close.lower]
            if let open = inside.range(of: "<summary>"), let shut = inside.range(of: "</summary>", from: open.upper) {
                summary = String(inside[open.upper..<shut.lower])
                inside = inside[shut.upper...]
            } else {
                summary = ""
            }
            body = String(inside)
            end = close.upper
        }

        var parts: [MessagePart]? {
            switch attributes["type"] {
            case "reasoning":
                return [.reasoning(Reasoning(text: quoted))]
            case "tool_calls":
                guard let name = attributes["name"] else { return nil }
                let id = attributes["id"] ?? name
                var parts: [MessagePart] = [
                    .toolCall(ToolCall(id: id, name: name, arguments: Self.value(attributes["arguments"]) ?? ""))
                ]
                if let result = Self.value(attributes["result"]) ?? (body.isBlank ? nil : body.unescaped) {
                    parts.append(.toolResult(ToolResult(callID: id, output: result)))
                }
                return parts
            default:
                return nil
            }
        }

        /// The lines without the mark of a quotation.
        private var quoted: String {
            var lines = body.unescaped.split(separator: "\n", omittingEmptySubsequences: false)
            if lines.first?.isEmpty == true { lines.removeFirst() }
            if lines.last?.isEmpty == true { lines.removeLast() }
            return lines.map { $0.hasPrefix("> ") ? $0.dropFirst(2) : $0 == ">" ? "" : $0 }.joined(separator: "\n")
        }

        /// A value that was written as JSON, and often as JSON in a JSON string.
        private static func value(_ text: String?) -> String? {
            guard let text, !text.isEmpty else { return nil }
            return (try? JSON(parsing: text))?.string ?? text
        }

        private static func attributes(of head: Substring) -> [String: String] {
            var attributes: [String: String] = [:]
            var rest = head
            while let equals = rest.range(of: "=\""), let quote = rest.range(of: "\"", from: equals.upper) {
                let name = rest[..<equals.lower].split(whereSeparator: \.isWhitespace).last.map(String.init) ?? ""
                attributes[name] = String(rest[equals.upper..<quote.lower]).unescaped
                rest = rest[quote.upper...]
            }
            return attributes
        }
    }
}

extension Substring {
    /// Where `text` occurs first, at or after an index.
    fileprivate func range(of text: String, from start: Index? = nil) -> (lower: Index, upper: Index)? {
        let wanted = Array(text.utf8)
        var from = start ?? startIndex
        while let place = utf8[from...].firstIndex(of: wanted[0]) {
            if utf8[place...].starts(with: wanted) { return (place, utf8.index(place, offsetBy: wanted.count)) }
            from = utf8.index(after: place)
        }
        return nil
    }
}

extension String {
    fileprivate var isBlank: Bool { allSatisfy(\.isWhitespace) }

    /// With the five entities that Python's `html.escape` writes turned back.
    fileprivate var unescaped: String {
        guard utf8.contains(UInt8(ascii: "&")) else { return self }
        var text: [UInt8] = []
        var rest = Array(utf8)[...]
        let entities = [
            ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#x27;", "'"), ("&#39;", "'"), ("&amp;", "&"),
        ]
        while let byte = rest.first {
            if byte == UInt8(ascii: "&"), let entity = entities.first(where: { rest.starts(with: $0.0.utf8) }) {
                text += entity.1.utf8
                rest = rest.dropFirst(entity.0.utf8.count)
            } else {
                text.append(byte)
                rest = rest.dropFirst()
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
