import OrderedJSON

/// A document in pieces: what stands before the first turn, and the turns with what belongs to them.
struct MarkdownSegments {
    /// What a comment or a heading begins.
    enum Mark {
        /// A message, with what its comment carries; where there is none, or it cannot be read, with the role that its
        /// heading names.
        case message(JSONObject?, role: String?, isBroken: Bool)
        case part(JSONObject?)
        case call(JSONObject?)
        case instructions(JSONObject?)
        case branches
    }

    struct Segment {
        let mark: Mark
        /// The lines up to the next mark, without the heading of a message and the empty lines that divide.
        var lines: [String]
    }

    /// The values of the front matter, as they are written.
    private(set) var frontMatter: [String: String] = [:]
    /// The lines between the front matter and the first mark.
    private(set) var before: [String] = []
    private(set) var segments: [Segment] = []

    init(_ text: String) {
        var lines = Self.lines(of: text)[...]
        if lines.first == "---" {
            let rest = lines.dropFirst()
            if let end = rest.firstIndex(of: "---") {
                for line in rest[..<end] {
                    guard let colon = line.firstIndex(of: ":") else { continue }
                    let value = line[line.index(after: colon)...]
                    frontMatter[String(line[..<colon])] = String(value.drop { $0 == " " })
                }
                lines = rest[(end + 1)...]
            }
        }
        read(lines)
    }

    private mutating func read(_ lines: ArraySlice<String>) {
        var begun: (mark: Mark, from: Int)?
        var at = lines.startIndex
        while at < lines.endIndex {
            guard let (mark, contentStart) = Self.mark(at: at, in: lines) else {
                at += 1
                continue
            }
            end(begun, before: at, in: lines)
            begun = (mark, contentStart)
            at = contentStart
        }
        end(begun, before: lines.endIndex, in: lines)
    }

    private mutating func end(_ begun: (mark: Mark, from: Int)?, before end: Int, in lines: ArraySlice<String>) {
        guard let (mark, from) = begun else {
            before = Array(lines[..<end])
            return
        }
        var content = Array(lines[min(from, end)..<end])
        // What the writer put around the words: an empty line after the heading, and what ends them, an empty line.
        switch mark {
        case .message, .instructions: if content.first == "" { content.removeFirst() }
        default: break
        }
        for _ in 0..<(end == lines.endIndex ? 2 : 1) where content.last == "" { content.removeLast() }
        segments.append(Segment(mark: mark, lines: content))
    }

    /// The mark that a line begins, and the line after it and its heading.
    private static func mark(at index: Int, in lines: ArraySlice<String>) -> (Mark, Int)? {
        let line = lines[index]
        if let (kind, attributes) = MarkdownMarks.comment(line) {
            let next = index + 1
            let heading = next < lines.endIndex && lines[next].utf8.starts(with: "#".utf8) ? lines[next] : nil
            let afterHeading = heading == nil ? next : next + 1
            switch kind {
            case .message:
                let role = heading.flatMap { MarkdownMarks.role(ofHeading: $0) }
                return (.message(attributes, role: role, isBroken: attributes == nil), afterHeading)
            case .part: return (.part(attributes), next)
            case .call: return (.call(attributes), next)
            case .instructions: return (.instructions(attributes), afterHeading)
            case .branches: return (.branches, afterHeading)
            }
        }
        if let role = MarkdownMarks.role(ofHeading: line) {
            return (.message(nil, role: role, isBroken: false), index + 1)
        }
        return nil
    }

    /// A document whose first line ends in CR LF was saved so by an editor, all of it: the writer ends lines with LF.
    private static func lines(of text: String) -> [String] {
        let lines = text.markdownLines
        guard lines.first?.utf8.last == UInt8(ascii: "\r") else { return lines }
        return lines.map { $0.utf8.last == UInt8(ascii: "\r") ? String(Substring($0.utf8.dropLast())) : $0 }
    }
}
