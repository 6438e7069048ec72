import ConversationStorage

/// `search --explain`: how a search went.
struct SearchExplanationPrinter {
    let console: Console

    func show(_ page: SearchPage) {
        for line in Self.lines(page) { console.note(TerminalText.sanitizedLine(line)) }
    }

    static func lines(_ page: SearchPage) -> [String] {
        let explanation = page.explanation
        var lines = ["Understood: \(page.understood)"]
        if explanation.omittedTerms > 0 { lines.append("Left out: the last \(explanation.omittedTerms) words") }
        lines += explanation.expressions.map { "Asked of the index: \($0)" }
        lines += explanation.limits.map { "Looked at: \($0)" }
        let steps = explanation.steps.map { "\($0.name) \(milliseconds($0.duration)) ms" }
        lines.append("Took: \(steps.joined(separator: ", "))")
        return lines
    }

    /// With two decimals.
    private static func milliseconds(_ duration: Duration) -> String {
        let hundredths = duration / .microseconds(10)
        let whole = Int(hundredths.rounded())
        return "\(whole / 100).\(whole % 100 < 10 ? "0" : "")\(whole % 100)"
    }
}
