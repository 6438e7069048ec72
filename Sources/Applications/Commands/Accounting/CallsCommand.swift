import ArgumentParser
import ConversationService
import ConversationStorage
import Conversations
import Foundation

struct CallsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "calls", abstract: "What models were asked, newest first: how it went, tokens, seconds.")

    @Argument(
        help: ArgumentHelp("Only those of this thread.", valueName: "thread"), completion: CompletionKind.threads)
    var which: String?

    @Flag(help: "Only those under way.")
    var running = false

    @Flag(help: "Only those that failed or were cut off.")
    var failed = false

    @Option(name: .customShort("l"), help: ArgumentHelp("How many.", valueName: "limit"))
    var limit: Int?

    @OptionGroup(title: "Everywhere") var common: EverywhereOptions

    func run() async throws {
        if let limit, limit < 1 { throw CommandFailure.usage("-l must be 1 or more, not \(limit).") }
        let context = try CommandContext(common)
        let service = try await context.readingService()
        let thread = try await which.asyncMap { try await service.address($0).thread }
        var statuses: Set<Call.Status> = []
        if running { statuses.formUnion([.queued, .running]) }
        if failed { statuses.formUnion([.failed, .interrupted]) }
        // On a terminal as many as fit the screen, with room for the prompt.
        let fitting = context.console.isTerminal && !common.json ? max(5, context.console.lines - 2) : nil
        let calls = try await service.vault.calls(
            of: thread?.id, statuses: statuses.isEmpty ? nil : statuses, limit: limit ?? fitting)
        if common.json {
            let models = context.settings.models
            for call in calls { context.console.json(call.json(pricedBy: models)) }
            return
        }
        var threads: [ThreadID: ChatThread] = [:]
        for call in calls where threads[call.threadID] == nil {
            threads[call.threadID] = try await service.vault.thread(call.threadID)
        }
        CallList(console: context.console).show(calls, in: threads, now: CommandContext.now())
        if calls.isEmpty {
            context.console.note(
                running ? "No call is under way." : failed ? "No call failed." : "No model was asked here yet.")
        } else if let fitting, limit == nil, calls.count == fitting {
            context.console.note("More: diwan calls -l NUMBER. One of them: diwan call \(calls[0].handle)")
        }
    }
}

/// Calls as lines of a terminal: handle, when, how it went, of whom, tokens, seconds, in which thread.
struct CallList {
    let console: Console

    func show(_ calls: [Call], in threads: [ThreadID: ChatThread], now: Timestamp) {
        let rows = calls.map { call -> [String] in
            [
                call.handle,
                (call.queuedAt ?? call.sentAt).map {
                    RelativeDate.text(for: $0.date, now: now.date)
                } ?? "",
                call.status.rawValue, TerminalText.sanitizedLine(call.modelReported ?? call.modelSent),
                call.usage.output.map { "\(call.usage.input.map { "\($0)→" } ?? "")\($0)" } ?? "",
                Self.seconds(of: call),
            ]
        }
        let widths = (0..<6).map { column in
            min(column == 3 ? 28 : 40, rows.lazy.map { TerminalText.columns(of: $0[column]) }.max() ?? 0)
        }
        for (call, row) in zip(calls, rows) {
            var cells = zip(row, widths).enumerated().map { column, cell in
                TerminalText.padded(
                    TerminalText.truncated(cell.0, to: cell.1), to: cell.1, on: column >= 4 ? .trailing : .leading)
            }
            let thread = threads[call.threadID]
            let title = "\(thread?.handle ?? "")  \(TerminalText.sanitizedLine(thread?.shownTitle ?? ""))"
            let room = console.isTerminal ? console.columns - widths.reduce(0) { $0 + $1 + 2 } : 100
            cells[0] = console.style.bold(cells[0])
            cells[1] = console.style.dim(cells[1])
            cells[2] = Self.styled(cells[2], call.status, console.style)
            // On a narrow terminal the thread is what one can do without: diwan call has it.
            if room >= 4 { cells.append(TerminalText.isolated(TerminalText.truncated(title, to: room))) }
            console.line(cells.joined(separator: "  "))
        }
    }

    private static func styled(_ text: String, _ status: Call.Status, _ style: TerminalStyle) -> String {
        switch status {
        case .complete: style.green(text)
        case .failed, .interrupted: style.red(text)
        case .queued, .running, .incomplete: style.yellow(text)
        case .cancelled: style.dim(text)
        }
    }

    private static func seconds(of call: Call) -> String {
        guard let sent = call.sentAt, let finished = call.finishedAt else { return "" }
        let tenths = finished.milliseconds(since: sent) / 100
        return "\(tenths / 10).\(tenths % 10) s"
    }
}
