import ConversationService
import Foundation
import Synchronization

/// How far a replay has come, how long still and what it cost so far: on a line of standard error that is written over.
final class ReplayBar: Sendable {
    private let console: Console
    private let handle: String
    private let currency: String?
    private let line: Mutex<ProgressLine>

    /// - Parameter currency: of the models' prices, where it is one.
    init(console: Console, handle: String, total: Int, currency: String?) {
        self.console = console
        self.handle = handle
        self.currency = currency
        line = Mutex(
            ProgressLine(
                title: "replay \(handle)", unit: .things("answers"), total: total, terminalWidth: console.columns,
                style: console.errorStyle, startedAt: .now))
    }

    private var isSeen: Bool { console.errorsAreOnTerminal && !console.isQuiet }

    func show(_ progress: ReplayProgress) {
        guard isSeen else { return }
        let cost = currency.flatMap { currency in progress.cost.map { "  " + ReplayPrices.text($0, currency) } } ?? ""
        console.errorPiece(
            line.withLock { line in
                line.rename("replay \(handle)\(cost)")
                return line.update(done: progress.answered, at: .now)
            })
    }

    /// A line beside it, which stays.
    func say(_ text: String) {
        if isSeen { console.errorPiece(line.withLock { $0.finish() }) }
        console.note(text)
    }

    func finish() {
        if isSeen { console.errorPiece(line.withLock { $0.finish() }) }
    }
}
