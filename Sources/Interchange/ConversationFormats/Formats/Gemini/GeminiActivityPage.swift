import Conversations
import OrderedJSON

/// The records of a `MyActivity.html`, cut out of its bytes one at a time.
struct GeminiActivityPage {
    /// Where a record begins.
    private static let marker = Array("class=\"outer-cell".utf8)
    /// More than any record has. A file that goes on for so long is another kind of file.
    private static let recordLimit = 64 << 20

    private let stream: any ByteStream
    private var buffer: [UInt8] = []
    /// Where in the buffer the next record begins, and up to where no other one does.
    private var start = 0
    private var searched = 0
    private var isInside = false
    private var isAtEnd = false
    /// Whether the page ends as pages do. Known when there is no next record.
    private(set) var isWhole = false

    init(_ stream: any ByteStream) { self.stream = stream }

    /// The bytes of the next record; nil at the end.
    mutating func next() throws(FormatError) -> [UInt8]? {
        while true {
            if let end = nextMarker() {
                let record = buffer[start..<end]
                start = end + Self.marker.count
                searched = start
                // Before the first one is the page's head.
                if isInside { return Array(record) }
                isInside = true
                continue
            }
            if isAtEnd {
                isWhole = buffer.suffix(64).firstRange(of: Array("</html>".utf8)) != nil
                guard isInside else { return nil }
                isInside = false
                return Array(buffer[start...])
            }
            searched = max(start, buffer.count - Self.marker.count)
            buffer.removeFirst(start)
            searched -= start
            start = 0
            guard buffer.count <= Self.recordLimit else {
                throw FormatError(
                    .refused, "A record of the page is longer than any should be. Is it a page of My Activity?")
            }
            let more = try stream.next(upTo: 1 << 20)
            isAtEnd = more.isEmpty
            buffer += more
        }
    }

    private func nextMarker() -> Int? {
        buffer.withUnsafeBufferPointer { bytes in
            let marker = Self.marker
            var place = searched
            while place + marker.count <= bytes.count {
                if bytes[place] == marker[0], bytes[place...].starts(with: marker) { return place }
                place += 1
            }
            return nil
        }
    }

    // MARK: - A record

    /// The activity of a record; nil where it is none of Gemini's.
    static func activity(
        in record: [UInt8], path: String, isOnlyCounted: Bool, isOfGemini: (String) -> Bool
    ) -> GeminiActivity? {
        // The record begins in the middle of its own tag.
        let nodes = HTMLNode.nodes(of: Array("<div ".utf8) + marker + record)
        func cells(_ name: String) -> [HTMLNode] { nodes.flatMap { $0.elements { $0.hasClass(name) } } }
        let header = cells("header-cell").first
        guard isOfGemini(header?.plainText ?? "") else { return nil }
        var activity = GeminiActivity(path: path, isOnlyCounted: isOnlyCounted)
        activity.conversationID =
            nodes.flatMap { $0.elements { $0.name == "a" } }.lazy
            .compactMap { GeminiActivity.conversationID(in: $0.attribute("href")) }.first
        let content = cells("content-cell").first {
            !$0.hasClass("mdl-typography--caption") && !$0.hasClass("mdl-typography--text-right")
        }
        guard let content else {
            activity.damage.append(ImportNote(.lost, "activity without its prompt and answer", at: path))
            return activity
        }
        activity.read(content.children, header: header)
        return activity
    }
}

extension GeminiActivity {
    /// Reads `verb prompt`, files and notes a line each, the date, and the answer.
    fileprivate mutating func read(_ nodes: [HTMLNode], header: HTMLNode?) {
        var lines: [[HTMLNode]] = [[]]
        var rest = nodes[...]
        var date: GeminiPageDate?
        while date == nil, let node = rest.first {
            if node.name == "br" || node.name == "p" || node.name == "div" {
                date = GeminiPageDate(Self.words(of: lines[lines.count - 1]))
                if date != nil {
                    if node.name == "br" { rest.removeFirst() }
                    lines.removeLast()
                    break
                }
                lines.append(node.name == "br" ? [] : [node])
                if node.name != "br" { lines.append([]) }
            } else {
                lines[lines.count - 1].append(node)
            }
            rest.removeFirst()
        }
        if date == nil, let last = lines.last, let found = GeminiPageDate(Self.words(of: last)) {
            date = found
            lines.removeLast()
        }
        if let date {
            take(date)
            readPrompt(lines)
            let text = readAnswer(Array(rest))
            if !rest.isEmpty, !text.isEmpty || !answerFiles.isEmpty { answer = text }
        } else {
            readLoose(lines.filter { !Self.words(of: $0).isEmpty }, header: header)
        }
    }

    private mutating func take(_ date: GeminiPageDate) {
        time = date.time
        if !date.isZoneKnown {
            damage.append(ImportNote(.degraded, "date in a time zone not known here, read as UTC", at: title))
        }
    }

    /// A record that has its date elsewhere, or none: the first line is the prompt, the rest the answer.
    private mutating func readLoose(_ lines: [[HTMLNode]], header: HTMLNode?) {
        var label: String?
        for line in header?.elements(where: { $0.name == "p" }) ?? [] {
            let words = Self.words(of: [line])
            if let date = GeminiPageDate(words) { take(date) } else if label == nil { label = words }
        }
        title = lines.first.map { line in
            let words = Self.words(of: line)
            return time == nil ? words : [label, words].compactMap(\.self).joined(separator: " ")
        }
        let text = readAnswer(lines.dropFirst().flatMap { $0 })
        if !text.isEmpty || !answerFiles.isEmpty { answer = text }
    }

    private mutating func readPrompt(_ lines: [[HTMLNode]]) {
        var words: [String] = []
        for line in lines {
            let files = line.flatMap { $0.elements { $0.name == "a" } }.compactMap { link in
                link.attribute("href").flatMap { address in
                    address.hasPrefix("http") || address.isEmpty
                        ? nil : File(address: address, name: Self.fileName(in: Self.words(of: [link])))
                }
            }
            if files.isEmpty {
                words.append(Self.words(of: line))
            } else {
                // The line above the first file counts them.
                if promptFiles.isEmpty, words.count > 1, let count = words.popLast() { notes.append(count) }
                promptFiles += files
            }
        }
        if words.count > 1, let last = words.last, last.first?.isNumber == true,
            last.hasSuffix("generated image.") || last.hasSuffix("generated images.")
        {
            notes.append(words.removeLast())
        }
        while words.last?.isEmpty == true { words.removeLast() }
        title = words.isEmpty ? nil : words.joined(separator: "\n")
    }

    /// The words of a line, without blanks at its ends.
    private static func words(of nodes: [HTMLNode]) -> String {
        let text = nodes.map(\.plainText).joined().unicodeScalars
        let start = text.firstIndex { !$0.properties.isWhitespace } ?? text.endIndex
        let end = text.lastIndex { !$0.properties.isWhitespace }.map { text.index(after: $0) } ?? start
        return String(text[start..<end])
    }
}
