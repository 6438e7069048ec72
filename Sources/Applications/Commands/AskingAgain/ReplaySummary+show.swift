import ConversationService
import Conversations

extension ReplaySummary {
    /// One line an arm.
    func showArms(on console: Console) {
        let addresses = replay.arms.map { TerminalText.sanitizedLine(address(of: $0)) }
        let width = min(44, addresses.map { TerminalText.columns(of: $0) }.max() ?? 0)
        for (arm, address) in zip(replay.arms, addresses) {
            let status = TerminalText.padded(arm.status.rawValue, to: 8, on: .leading)
            let note = arm.note.map { "  " + TerminalText.sanitizedLine($0) } ?? ""
            console.line(
                console.style.bold(
                    TerminalText.padded(TerminalText.truncated(address, to: width), to: width, on: .leading))
                    + "  " + status + "  " + arm.turns.count.counted("turn") + note)
        }
        if tokens > 0 {
            let cost = self.cost.map { $0.isEmpty ? "" : ", \(ReplayPrices.text($0))" } ?? ", price not known"
            console.note("\(tokens.grouped) tokens\(cost).")
        }
    }
}
