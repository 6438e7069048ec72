import ConversationFormats
import ConversationStorage

/// Tells a person what came of an import, in a few lines.
struct ImportSummary {
    let console: Console
    let report: ImportReport
    let name: String
    /// The import as the vault has it; nil for one that wrote nothing.
    let record: ImportRecord?

    func show() {
        let shownName = TerminalText.sanitizedLine(name)
        let verb = record == nil ? "Would bring" : "Brought"
        if report.threadsRead == 0 {
            console.line("\(shownName) (\(report.format.rawValue)) holds no conversation.")
        } else if report.newThreads == 0, addedMessages == 0 {
            console.line("Nothing new in \(shownName) (\(report.format.rawValue)).")
        } else {
            var new = [report.newThreads.counted("thread"), addedMessages.counted("message")]
            if report.attachments > 0 {
                new.append(
                    "\(report.attachments.counted("attachment")) (\(ByteCount.text(report.attachmentBytes)))")
            }
            console.line("\(verb) in \(Self.list(new)) from \(shownName) (\(report.format.rawValue)).")
        }
        if report.changedMessages > 0 {
            console.line(
                "\(report.changedMessages.counted("message")) had other words here: both stand side by side.")
        }
        if report.knownThreads > 0 || report.knownMessages > 0 {
            console.line(
                "Known already: \(report.knownThreads.counted("thread")), \(report.knownMessages.counted("message"))."
            )
        }
        if report.erasedMessages > 0 || report.erasedThreads > 0 {
            console.line("Erased here before, and not brought back: \(report.erasedMessages.counted("message")).")
        }
        show(.degraded, "Kept, but not as it was there:")
        show(.skipped, "Left out:")
        show(.lost, "Could not be kept:")
        if let record, addedMessages > 0 || report.newThreads > 0 {
            console.note("Find them: diwan search import:\(record.handle) WORDS")
        }
    }

    private var addedMessages: Int { report.newMessages + report.changedMessages }

    private func show(_ severity: ImportNote.Severity, _ title: String) {
        guard let remarks = report.remarks[severity], !remarks.isEmpty else { return }
        console.line(title)
        for remark in remarks {
            let places = remark.places.map { console.quoted(TerminalText.sanitizedLine($0)) }
            let more = remark.count > places.count && !places.isEmpty ? ", …" : ""
            let line = "  \(remark.count.grouped) × \(TerminalText.sanitizedLine(remark.what))"
            console.line(places.isEmpty ? line : line + console.style.dim("  " + places.joined(separator: ", ") + more))
        }
    }

    private static func list(_ words: [String]) -> String {
        words.count < 3 ? words.joined(separator: " with ") : "\(words[0]) with \(words[1]) and \(words[2])"
    }
}
