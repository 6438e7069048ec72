package import ConversationStorage
import Conversations
import Foundation
import OrderedJSON

/// Writes a thread as one page that needs nothing else: the path to the tip, and other answers folded beside each.
package struct HTMLWriter: ConversationWriter {
    package static let format = ConversationFormat.html

    package init() {}

    package func write(_ thread: ThreadRecord, to sink: any ExportSink) async throws {
        let title = thread.title ?? "(empty)"
        var about = [HTMLPage.time(thread.createdAt)]
        if let model = thread.model { about.append("<bdi>\(HTMLText.escaped(model))</bdi>") }
        about += thread.tags.map { "<bdi>#\(HTMLText.escaped($0))</bdi>" }
        try await sink.write(
            """
            \(HTMLPage.beginning(title: title))<header class="thread">
            <h1 dir="auto">\(HTMLText.escaped(title))</h1>
            <p class="about">\(about.joined(separator: " · "))</p>
            </header>
            <main>

            """)
        if let instructions = thread.instructions {
            try await sink.write(Self.details("Instructions", MarkdownHTML.html(of: instructions)))
        }
        try await HTMLTree(thread: thread, sink: sink).write()
        try await sink.write("</main>\n" + HTMLPage.ending)
    }

    static func details(_ summary: String, _ content: String) -> String {
        "<details><summary>\(summary)</summary>\n\(content)</details>\n"
    }
}

/// The messages of a thread as they stand on its page.
private struct HTMLTree {
    private let sink: any ExportSink
    private let roots: [MessageRecord]
    private let children: [MessageID: [MessageRecord]]
    private let calls: [CallID: CallRecord]
    private let tipPath: Set<MessageID>

    init(thread: ThreadRecord, sink: any ExportSink) {
        self.sink = sink
        roots = thread.messages.filter { $0.parentID == nil }
        children = Dictionary(grouping: thread.messages.filter { $0.parentID != nil }) { $0.parentID ?? $0.id }
        calls = thread.callsByID
        tipPath = Set(thread.tipPath.map(\.id))
    }

    func write() async throws { try await write(roots) }

    /// Writes messages that answer one: the one on the path to the tip, else the newest, in full, the others folded; then
    /// what continues it.
    private func write(_ siblings: [MessageRecord]) async throws {
        var siblings = siblings
        while let shown = siblings.last(where: { tipPath.contains($0.id) }) ?? siblings.last {
            try await write(shown)
            for other in siblings where other.id != shown.id {
                try await sink.write(
                    "<details class=\"other\"><summary>\(Self.otherName(other))\(model(of: other))</summary>\n")
                try await write([other])
                try await sink.write("</details>\n")
            }
            siblings = children[shown.id] ?? []
        }
    }

    private static func otherName(_ message: MessageRecord) -> String {
        switch message.role {
        case .user: "Another question"
        case .assistant: "Another answer"
        default: "Another message"
        }
    }

    private func model(of message: MessageRecord) -> String {
        guard let call = message.callID.flatMap({ calls[$0] }) else { return "" }
        return " · <bdi>\(HTMLText.escaped(call.modelReported ?? call.modelSent))</bdi>"
    }

    private func write(_ message: MessageRecord) async throws {
        let (name, style) = Self.speaker(message.role)
        try await sink.write(
            """
            <section class="message \(style)" id="m-\(message.id)">
            <h2><span class="who">\(name)</span>\(model(of: message)) · \(HTMLPage.time(message.createdAt))</h2>
            <div class="words">

            """)
        for part in message.parts { try await write(part) }
        if let note = Self.note(message.status) { try await sink.write("<p class=\"note\">\(note)</p>\n") }
        try await sink.write("</div>\n</section>\n")
    }

    private static func speaker(_ role: Role) -> (name: String, style: String) {
        switch role {
        case .user: ("You", "user")
        case .assistant: ("Assistant", "assistant")
        case .tool: ("Tool", "tool")
        case .system, .developer: ("Instructions", "system")
        default: ("<bdi>\(HTMLText.escaped(role.name))</bdi>", "other")
        }
    }

    private static func note(_ status: Message.Status) -> String? {
        switch status {
        case .complete: nil
        case .incomplete: "The model stopped short here."
        case .interrupted: "This answer was cut off."
        case .failed: "This answer failed."
        }
    }

    // MARK: Parts

    private func write(_ part: MessagePart) async throws {
        switch part {
        case .text(let text): try await sink.write(MarkdownHTML.html(of: text))
        case .refusal(let text):
            try await sink.write("<p class=\"note\" dir=\"auto\">\(HTMLText.escaped(text))</p>\n")
        case .reasoning(let reasoning):
            guard !reasoning.text.isEmpty else { return }
            try await sink.write(HTMLWriter.details("Reasoning", MarkdownHTML.html(of: reasoning.text)))
        case .toolCall(let call):
            try await sink.write(
                HTMLWriter.details("Tool: \(name(call.name))", Self.block(call.arguments, language: "json")))
        case .toolResult(let result):
            try await sink.write(HTMLWriter.details("Result", Self.block(result.output, language: "")))
        case .image(let media): try await write(media, kind: "image")
        case .file(let media): try await write(media, kind: "file")
        case .audio(let media): try await write(media, kind: "audio")
        case .unknown(let json):
            try await sink.write(
                HTMLWriter.details("A part of a kind Diwan does not know", Self.block(json.text(), language: "json")))
        }
    }

    private func name(_ text: String) -> String { "<bdi>\(HTMLText.escaped(text))</bdi>" }

    private static func block(_ text: String, language: String) -> String {
        let code = CodeHighlighter.html(of: Array(text.unicodeScalars), language: language)
        return "<pre class=\"wrap\" dir=\"auto\"><code>\(code)</code></pre>\n"
    }

    private func write(_ media: MessageMedia, kind: String) async throws {
        let shown = media.name.map { name($0) } ?? kind
        switch media.source {
        case .url(let url):
            let link = HTMLText.link(url.unicodeScalars)
            try await sink.write(
                "<p>\(link.map { "<a href=\"\($0)\" rel=\"noopener noreferrer\">\(shown)</a>" } ?? shown)</p>\n")
        case .fileID: try await sink.write("<p class=\"note\">\(shown)</p>\n")
        case .blob(let digest):
            guard let attachment = try await sink.attachment(digest) else {
                sink.leaveOut("attachments whose bytes are not in the vault any more", count: 1)
                return try await sink.write("<p class=\"note\">\(shown)</p>\n")
            }
            let base64 = Data(attachment.bytes).base64EncodedString()
            let type = Self.mediaType(media.mediaType ?? attachment.mediaType, kind: kind)
            let alternative = HTMLText.escaped(media.name ?? "")
            switch kind {
            case "image":
                try await sink.write("<p><img alt=\"\(alternative)\" src=\"data:\(type);base64,\(base64)\"></p>\n")
            case "audio":
                try await sink.write("<p><audio controls src=\"data:\(type);base64,\(base64)\"></audio></p>\n")
            default:
                // Saved, never opened in place: what it is, the file itself may lie about.
                try await sink.write(
                    "<p><a download=\"\(alternative)\" href=\"data:application/octet-stream;base64,\(base64)\">\(shown)</a></p>\n"
                )
            }
        }
    }

    /// The media type, as far as it is one and fits.
    private static func mediaType(_ type: String?, kind: String) -> String {
        guard let type, type.hasPrefix(kind + "/"),
            type.utf8.allSatisfy({
                $0 < 0x80
                    && (Character(UnicodeScalar($0)).isLetter || Character(UnicodeScalar($0)).isNumber
                        || "/+-.".utf8.contains($0))
            })
        else { return kind == "image" ? "image/png" : kind == "audio" ? "audio/mpeg" : "application/octet-stream" }
        return type
    }
}
