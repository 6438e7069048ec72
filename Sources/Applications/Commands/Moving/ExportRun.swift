import ConversationFormats
import ConversationService
import ConversationStorage
import Conversations
import Foundation
import OrderedJSON

/// Writes the threads of an export, one after the other.
struct ExportRun: Sendable {
    let context: CommandContext
    let vault: Vault
    let plan: ExportPlan
    let selection: ExportSelection
    let includesBranches: Bool
    let mayReplace: Bool

    /// How many threads are read the fastest way; more of them would be mapped all at once.
    private static let fewThreads = 20

    func run() async throws -> ExportReport {
        switch plan.place {
        case .folder(let path): try await writeFolder(path)
        case .file(let path):
            try await writeFile(path)
        case .standardOutput: try await writeFile(nil)
        }
    }

    // MARK: One file

    private func writeFile(_ path: String?) async throws -> ExportReport {
        if plan.format.isOfDocuments, selection.threads.count != 1 {
            throw CommandFailure.usage(
                selection.threads.isEmpty
                    ? "there is no thread to write."
                    : "\(selection.threads.count) threads are as many documents: -o FOLDER/")
        }
        if let path, FileManager.default.fileExists(atPath: path) { try confirm("Replace \(path)?", about: []) }
        let sink = VaultExportSink(vault: vault, folder: nil, console: context.console)
        let output = try ExportOutput(path: path, console: context.console)
        sink.output = output
        var writer = writer()
        try await writer.begin(sink)
        var report = ExportReport(selection: selection)
        try await eachThread { record in
            try await writer.write(record, to: sink)
            report.add(record)
        } leavingOut: {
            sink.leaveOut($0, count: $1)
        }
        try await writer.end(sink)
        try output.commit()
        report.leftOut = sink.leftOut
        return report
    }

    private func writer() -> any ConversationWriter {
        var options = KnownWriters.Options(exportedAt: CommandContext.now())
        (options.since, options.purged, options.cursor) = (selection.since, selection.purged, selection.cursor)
        (options.includesBranches, options.asArray) = (includesBranches, plan.asArray)
        return KnownWriters.writer(of: plan.format, options)
    }

    // MARK: A folder

    private func writeFolder(_ folder: String) async throws -> ExportReport {
        let ending = plan.format == .html ? "html" : "md"
        var names: [ThreadID: String] = [:]
        for id in selection.threads { names[id] = ExportFolder.name(of: try await vault.thread(id), ending) }
        let present = names.values.filter { FileManager.default.fileExists(atPath: folder + "/" + $0) }.sorted()
        if !present.isEmpty {
            try confirm(
                "Replace \(present.count == 1 ? "this document" : "these \(present.count) documents") in \(folder)?",
                about: present.prefix(20).map { "  " + $0 })
        }
        try ExportFolder.make(folder)
        let sink = VaultExportSink(
            vault: vault, folder: plan.format == .markdown ? folder : nil, console: context.console)
        var index = HTMLIndex()
        var report = ExportReport(selection: selection)
        try await eachThread { record in
            guard let name = names[record.id] else { return }
            let output = try ExportOutput(path: folder + "/" + name, console: context.console)
            sink.output = output
            var writer = writer()
            try await writer.begin(sink)
            try await writer.write(record, to: sink)
            try await writer.end(sink)
            try output.commit()
            index.add(
                file: name, title: record.title, messageCount: record.messages.count, activeAt: record.activeAt)
            report.add(record)
        } leavingOut: {
            sink.leaveOut($0, count: $1)
        }
        if plan.format == .html, selection.since == nil {
            let output = try ExportOutput(path: folder + "/index.html", console: context.console)
            try output.write(index.page)
            try output.commit()
        }
        report.leftOut = sink.leftOut
        return report
    }

    // MARK: Threads

    /// Reads the threads one by one, with a progress bar. What is in the trash goes out only in Diwan's own format.
    private func eachThread(
        _ write: (ThreadRecord) async throws -> Void, leavingOut: (String, Int) -> Void
    ) async throws {
        var bar = ProgressLine(
            title: "export", unit: .things("threads"), total: selection.threads.count,
            terminalWidth: context.console.errorsAreOnTerminal && !context.console.isQuiet
                ? context.console.columns : nil, style: context.console.errorStyle, startedAt: .now)
        defer { context.console.errorPiece(bar.finish()) }
        if selection.threads.count > Self.fewThreads { try await vault.readUnmapped() }
        for (number, id) in selection.threads.enumerated() {
            try Task.checkCancellation()
            // Whoever has read enough is not waited for.
            if context.console.readerHasLeft, plan.place == .standardOutput { return }
            // Nil where it was erased since the threads were listed.
            guard let (record, trashed) = try await vault.exported(id, in: plan.format) else { continue }
            if trashed > 0 { leavingOut("messages in the trash", trashed) }
            try await write(record)
            let text = bar.update(done: number + 1, at: .now)
            if !text.isEmpty { context.console.errorPiece(text) }
        }
    }

    private func confirm(_ question: String, about lines: [String]) throws {
        try Confirmation(console: context.console, isGiven: mayReplace).obtain(question, about: lines)
    }
}

/// What came of an export.
struct ExportReport: Sendable {
    private(set) var threads = 0
    private(set) var messages = 0
    let cursor: ChangeCursor?
    var leftOut = ExportCounts()

    init(selection: ExportSelection) { cursor = selection.cursor }

    mutating func add(_ record: ThreadRecord) {
        threads += 1
        messages += record.messages.count
    }

    func json(_ plan: ExportPlan) -> JSON {
        let path: JSON =
            switch plan.place {
            case .standardOutput: .null
            case .file(let path), .folder(let path): .string(path)
            }
        return .object([
            "object": "export", "format": .string(plan.format.rawValue), "path": path, "threads": .int(threads),
            "messages": .int(messages),
            "left_out": .array(leftOut.sorted.map { .object(["what": .string($0.what), "count": .int($0.count)]) }),
            "cursor": .optional(cursor?.description),
        ])
    }

    /// Says what was written and what the format has no place for: to standard error where the data is on standard output.
    func tell(_ console: Console, _ plan: ExportPlan) {
        if plan.place == .standardOutput, console.readerHasLeft { return }
        if console.printsJSON {
            if plan.place == .standardOutput { console.error(json(plan).text()) } else { console.json(json(plan)) }
            return
        }
        for (what, count) in leftOut.sorted { console.note("\(plan.format.rawValue) leaves out \(count) \(what)") }
        if case .standardOutput = plan.place, threads == 1, leftOut.isEmpty { return }
        var line =
            "\(threads) \(threads == 1 ? "thread" : "threads"), \(messages) \(messages == 1 ? "message" : "messages")"
        switch plan.place {
        case .standardOutput: break
        case .file(let path), .folder(let path): line += " in \(path)"
        }
        if let cursor { line += " · next time: --since \(cursor)" }
        console.note(line)
    }
}
