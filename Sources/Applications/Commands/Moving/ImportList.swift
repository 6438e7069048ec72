import ConversationService
import ConversationStorage
import Conversations
import OrderedJSON

/// The imports there were, as lines of a terminal: handle, when, format, how much is here of it, of which file.
struct ImportList {
    let console: Console
    let now: Timestamp

    func show(_ imports: [ImportRecord]) {
        guard !console.printsJSON else {
            for record in imports { console.json(record.json) }
            return
        }
        let rows = imports.map { record in
            [
                record.handle, RelativeDate.text(for: record.startedAt.date, now: now.date), record.format,
                record.threadCount.counted("thread"),
                record.newMessages.map { $0.counted("message") } ?? "",
            ]
        }
        let widths = (0..<5).map { column in rows.lazy.map { TerminalText.columns(of: $0[column]) }.max() ?? 0 }
        for (record, row) in zip(imports, rows) {
            let cells = zip(row, widths).enumerated().map { column, cell in
                TerminalText.padded(cell.0, to: cell.1, on: column > 2 ? .trailing : .leading)
            }
            let state = record.state.map { console.style.dim("  (\($0))") } ?? ""
            console.line(
                console.style.bold(cells[0]) + "  " + console.style.dim(cells[1]) + "  "
                    + cells[2...].joined(separator: "  ") + "  "
                    + console.quoted(TerminalText.sanitizedLine(record.source)) + state)
        }
        if let newest = imports.first {
            console.note("What one of them brought: diwan list -w import:\(newest.handle)")
        }
    }
}

extension ImportRecord {
    /// The messages that were new, those with other words among them; nil where it has not ended.
    fileprivate var newMessages: Int? {
        report?["messages"].map { ($0["new"]?.int ?? 0) + ($0["changed"]?.int ?? 0) }
    }

    /// What there is to say of one that did not go through.
    fileprivate var state: String? {
        guard finishedAt != nil else { return "not finished" }
        if report?["stopped"]?.bool == true { return "stopped" }
        return report?["error"] == nil ? nil : "could not be read"
    }

    /// One line of what `import --list --json` prints: what the import itself printed, and what is here of it now.
    var json: JSON {
        var json: JSONObject = [
            "object": "import", "id": .string(id.description), "handle": .string(handle), "source": .string(source),
            "dry_run": false, "format": .string(format),
        ]
        for name in ["threads", "messages", "calls", "attachments", "lost", "degraded", "skipped", "stopped"] {
            json.append(name, report?[name] ?? .null)
        }
        json.append("error", report?["error"] ?? .null)
        json.append("thread_count", .int(threadCount))
        json.append("started_at", .optional(startedAt))
        json.append("finished_at", .optional(finishedAt))
        return .object(json)
    }
}
