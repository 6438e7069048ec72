import ConversationStorage
import Conversations
import OrderedJSON

/// A part of a message as a document shows it: what its comment carries, and what is read.
struct MarkdownPart {
    var attributes: JSONObject
    /// Marks in it are escaped already.
    var shown: String

    private init(_ attributes: JSONObject, text: String, in frame: (before: String, after: String) = ("", "")) {
        self.attributes = attributes
        var text = text
        if ControlCharacters.areIn(text) {
            self.attributes["escaped"] = true
            text = ControlCharacters.escaped(text)
        }
        shown = frame.before + MarkdownMarks.escaped(text) + frame.after
    }

    /// - Parameter link: where an attachment's bytes are; nil where they are not to be had.
    init(_ part: MessagePart, link: String?) {
        switch part {
        case .text(let text): self.init(["type": "text"], text: text)
        case .refusal(let text): self.init(["type": "refusal"], text: text)
        case .reasoning(let reasoning):
            var attributes: JSONObject = ["type": "reasoning"]
            attributes["item"] = reasoning.item
            self.init(attributes, text: reasoning.text, in: Self.details)
        case .toolCall(let call):
            self.init(
                ["type": "tool_call", "id": .string(call.id), "name": .string(call.name), "kind": .string(call.kind)],
                text: call.arguments, in: Self.fence(around: call.arguments, "json"))
        case .toolResult(let result):
            self.init(
                ["type": "tool_result", "call_id": .string(result.callID), "kind": .string(result.kind)],
                text: result.output, in: Self.fence(around: result.output, ""))
        case .image(let media): self.init(media, type: "image", link: link)
        case .file(let media): self.init(media, type: "file", link: link)
        case .audio(let media): self.init(media, type: "audio", link: link)
        case .unknown(let json):
            self.init(["type": "unknown"], text: json.text(), in: Self.fence(around: json.text(), "json"))
        }
    }

    private init(_ media: MessageMedia, type: String, link: String?) {
        attributes = JSONObject(media.line(type: type).filter { !$0.value.isNull })
        let name = (media.name ?? type).filter { $0.isLetter || $0.isNumber || " .-_".contains($0) }
        shown = link.map { "\(type == "image" ? "!" : "")[\(name)](\($0))" } ?? "[\(name)]"
    }

    /// The part that a document shows.
    ///
    /// - Parameters:
    ///   - attributes: what its comment carries.
    ///   - lines: what follows the comment, as it stands in the document.
    /// - Throws: ``LineFault`` where it is no part.
    static func part(_ attributes: JSONObject, _ lines: [String]) throws(LineFault) -> MessagePart {
        func text(_ lines: [String]) -> String {
            let text = MarkdownMarks.unescaped(lines)
            return attributes["escaped"]?.bool == true ? ControlCharacters.unescaped(text) : text
        }
        switch attributes["type"]?.string {
        case "text": return .text(text(lines))
        case "refusal": return .refusal(text(lines))
        case "reasoning":
            return .reasoning(Reasoning(text: text(unframed(lines)), item: attributes["item"]))
        case "tool_call":
            var line = attributes
            line["arguments"] = .string(text(unfenced(lines)))
            return try MessagePart(line: .object(line))
        case "tool_result":
            var line = attributes
            line["output"] = .string(text(unfenced(lines)))
            return try MessagePart(line: .object(line))
        case "unknown":
            guard let json = try? JSON(parsing: text(unfenced(lines))) else { throw LineFault("JSON that is none") }
            return .unknown(json)
        case "image", "file", "audio": return try MessagePart(line: .object(attributes))
        default: throw LineFault("no type known here")
        }
    }

    /// The address that a line of a document links to.
    static func link(in lines: [String]) -> String? {
        for line in lines {
            guard let open = line.firstRange(of: "]("), line.utf8.last == UInt8(ascii: ")") else { continue }
            return String(line[open.upperBound...].dropLast())
        }
        return nil
    }

    // MARK: Frames

    private static let details = (
        before: "<details><summary>Reasoning</summary>\n\n", after: "\n\n</details>"
    )

    private static func unframed(_ lines: [String]) -> [String] {
        guard lines.count >= 5, lines[0] == "<details><summary>Reasoning</summary>", lines[1].isEmpty,
            lines[lines.count - 1] == "</details>", lines[lines.count - 2].isEmpty
        else { return lines }
        return Array(lines[2..<(lines.count - 2)])
    }

    /// Backticks, more of them than the text has in a row.
    private static func fence(around text: String, _ language: String) -> (before: String, after: String) {
        var (longest, run) = (0, 0)
        for unit in text.utf8 {
            run = unit == UInt8(ascii: "`") ? run + 1 : 0
            longest = max(longest, run)
        }
        let ticks = String(repeating: "`", count: max(3, longest + 1))
        return (ticks + language + "\n", "\n" + ticks)
    }

    private static func unfenced(_ lines: [String]) -> [String] {
        guard lines.count >= 3, lines[0].hasPrefix("```"), lines[lines.count - 1].hasPrefix("```") else { return lines }
        return Array(lines[1..<(lines.count - 1)])
    }
}
