package import ConversationStorage
import Conversations
import Foundation
import OrderedJSON

/// Writes a thread as a Markdown document that may be read, edited and imported again.
///
/// The document shows the path to the tip; with branches, the rest of the tree after it. Words, roles, parameters and
/// what is known of the calls come back exactly; the answers' bodies as they came are left out.
package struct MarkdownWriter: ConversationWriter {
    package static let format = ConversationFormat.markdown

    private let includesBranches: Bool

    package init(includesBranches: Bool) { self.includesBranches = includesBranches }

    package func write(_ thread: ThreadRecord, to sink: any ExportSink) async throws {
        let path = thread.tipPath
        try await sink.write(Self.beginning(of: thread))
        var document = MarkdownDocument(thread: thread, sink: sink)
        for message in path { try await document.write(message) }
        if includesBranches {
            let onPath = Set(path.map(\.id))
            let others = thread.messages.filter { !onPath.contains($0.id) }
            if !others.isEmpty { try await sink.write(MarkdownMarks.comment(.branches) + "\n# Other branches\n\n") }
            for message in others { try await document.write(message) }
        } else {
            thread.leaveOutBesides(path, of: sink)
        }
        document.leaveOutWhatIsMissing()
    }

    private static func beginning(of thread: ThreadRecord) -> String {
        var text = "---\ndiwan: 1\nthread: \(thread.id)\n"
        for (name, value) in thread.line where !Self.unwritten.contains(name) && !value.isNull {
            // Every value is JSON, which YAML takes too.
            text += "\(name): \(value.text())\n"
        }
        text += "---\n\n"
        if let title = thread.title {
            text += "# \(title.split(whereSeparator: \.isNewline).joined(separator: " "))\n\n"
        }
        if let instructions = thread.instructions {
            let part = MarkdownPart(.text(instructions), link: nil)
            var attributes = part.attributes
            attributes["type"] = nil
            text += MarkdownMarks.comment(.instructions, attributes) + "\n## Instructions\n\n\(part.shown)\n\n"
        }
        return text
    }

    private static let unwritten: Set<String> = ["object", "id", "instructions", "call_count", "message_count"]
}

/// A document while it is written.
private struct MarkdownDocument {
    let thread: ThreadRecord
    let sink: any ExportSink
    private let calls: [CallID: CallRecord]
    private var writtenCalls: Set<CallID> = []
    private var previous: MessageID?

    init(thread: ThreadRecord, sink: any ExportSink) {
        self.thread = thread
        self.sink = sink
        calls = thread.callsByID
    }

    mutating func write(_ message: MessageRecord) async throws {
        let call = message.callID.flatMap { calls[$0] }
        if let call, writtenCalls.insert(call.id).inserted {
            var line = call.line(in: thread.id)
            for name in ["object", "thread_id", "body", "body_base64"] { line[name] = nil }
            let usage = line["usage"]?.object.map { JSON.object(JSONObject($0.filter { !$0.value.isNull })) }
            line["usage"] = usage
            line = JSONObject(line.filter { !$0.value.isNull })
            if call.body != nil { sink.leaveOut("answers' bodies as they came", count: 1) }
            try await sink.write(MarkdownMarks.comment(.call, line) + "\n")
        }
        var attributes = JSONObject(message.line(in: thread.id).filter { !$0.value.isNull })
        for name in ["object", "thread_id", "parts"] { attributes[name] = nil }
        if message.parentID == previous {
            attributes["parent_id"] = nil
        } else if message.parentID == nil {
            attributes["parent_id"] = .null
        }
        if message.status == .complete { attributes["status"] = nil }
        if message.labels.isEmpty { attributes["labels"] = nil }
        previous = message.id

        let heading = Self.heading(message, call)
        if message.parts.isPlainText {
            let part = MarkdownPart(message.parts[0], link: nil)
            attributes["escaped"] = part.attributes["escaped"]
            try await sink.write(MarkdownMarks.comment(.message, attributes) + "\n\(heading)\n\n\(part.shown)\n\n")
            return
        }
        if message.parts.isEmpty { attributes["empty"] = true }
        try await sink.write(MarkdownMarks.comment(.message, attributes) + "\n\(heading)\n\n")
        for part in message.parts {
            let shown = MarkdownPart(part, link: try await link(to: part.media))
            try await sink.write(MarkdownMarks.comment(.part, shown.attributes) + "\n\(shown.shown)\n\n")
        }
    }

    func leaveOutWhatIsMissing() {
        let unwritten = thread.calls.count - writtenCalls.count
        if unwritten > 0 { sink.leaveOut("calls without an answer in the document", count: unwritten) }
    }

    /// `## Assistant · gpt-4o · 2026-03-01 09:30`, of characters that end no line.
    private static func heading(_ message: MessageRecord, _ call: CallRecord?) -> String {
        let letters = message.role.name.filter { $0.isLetter || $0.isNumber || "-_".contains($0) }
        var heading = "## " + (letters.prefix(1).uppercased() + letters.dropFirst())
        if let call {
            let model = (call.modelReported ?? call.modelSent).filter { !$0.isNewline }
            if !model.isEmpty { heading += " · \(model)" }
        }
        if let date = message.createdAt.rfc3339 {
            heading += " · \(date.prefix(10)) \(date.dropFirst(11).prefix(5)) UTC"
        }
        return heading
    }

    /// Where an attachment's bytes are: beside the document, in it, or at its address.
    private func link(to media: MessageMedia?) async throws -> String? {
        switch media?.source {
        case nil, .fileID: return nil
        case .url(let url): return url.contains { $0.isWhitespace || $0.isNewline } ? nil : url
        case .blob(let digest):
            guard let attachment = try await sink.attachment(digest) else {
                sink.leaveOut("attachments whose bytes are not in the vault any more", count: 1)
                return nil
            }
            if let path = try await sink.place(attachment) { return path }
            let type = media?.mediaType ?? attachment.mediaType ?? "application/octet-stream"
            return "data:\(type);base64,\(Data(attachment.bytes).base64EncodedString())"
        }
    }
}
