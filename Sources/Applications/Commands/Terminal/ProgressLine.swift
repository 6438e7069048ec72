/// A progress bar for whatever takes longer than a second: how far, how fast, how long still.
///
/// It says what to write to standard error and writes nothing itself; where that is no terminal it says nothing. One
/// line that is written over; ``finish()`` erases it.
package struct ProgressLine: Sendable {
    package enum Unit: Sendable {
        case bytes
        /// Counted things, by their plural name: "messages".
        case things(String)
    }

    private var title: String
    private let unit: Unit
    private let total: Int?
    private let width: Int?
    private let style: TerminalStyle
    private let startedAt: ContinuousClock.Instant
    private var lastShownAt: ContinuousClock.Instant?

    /// `total` is how much there is to do, nil if nobody knows: then there is no bar and no time left. `terminalWidth` is
    /// the columns of the terminal that standard error is, nil where it is none.
    package init(
        title: String, unit: Unit, total: Int?, terminalWidth: Int?, style: TerminalStyle,
        startedAt: ContinuousClock.Instant
    ) {
        self.title = TerminalText.sanitizedLine(title)
        self.unit = unit
        self.total = total
        width = terminalWidth
        self.style = style
        self.startedAt = startedAt
    }

    /// Says something else at its beginning from now on.
    package mutating func rename(_ title: String) { self.title = TerminalText.sanitizedLine(title) }

    /// - Returns: what to write now: "" in the first second, and less than a tenth of a second after the last time.
    package mutating func update(done: Int, at now: ContinuousClock.Instant) -> String {
        guard let width, now - startedAt >= .seconds(1) else { return "" }
        if let lastShownAt, now - lastShownAt < .milliseconds(100) { return "" }
        lastShownAt = now
        // The last column stays free: writing into it makes some terminals wrap.
        return "\r" + line(done: done, after: now - startedAt, width: width - 1) + "\u{1B}[K"
    }

    /// - Returns: what erases the line, "" if none was shown.
    package mutating func finish() -> String {
        guard lastShownAt != nil else { return "" }
        lastShownAt = nil
        return "\r\u{1B}[K"
    }

    private func line(done: Int, after elapsed: Duration, width: Int) -> String {
        let seconds = max(elapsed / .seconds(1), 0.001)
        let rate = Double(done) / seconds
        var facts = amounts(done)
        facts += "  \(speed(rate))"
        if let total, done > 0, total > done {
            facts += "  \(Self.clock(.seconds((Double(total - done) / rate).rounded(.up)))) left"
        }
        let room = width - TerminalText.columns(of: title) - TerminalText.columns(of: facts) - 4
        guard let total, total > 0, room >= 10 else {
            return TerminalText.truncated("\(title)  \(facts)", to: width)
        }
        let length = min(room, 30)
        let filled = min(length, Int(Double(length) * Double(done) / Double(total)))
        let bar = String(repeating: "█", count: filled) + style.dim(String(repeating: "░", count: length - filled))
        return "\(title)  \(bar)  \(facts)"
    }

    private func amounts(_ done: Int) -> String {
        switch unit {
        case .bytes:
            (total.map { "\(Self.bytes(Double(done))) of \(Self.bytes(Double($0)))" }) ?? Self.bytes(Double(done))
        case .things(let name):
            (total.map { "\(done.grouped) of \($0.grouped) \(name)" }) ?? "\(done.grouped) \(name)"
        }
    }

    private func speed(_ rate: Double) -> String {
        switch unit {
        case .bytes: "\(Self.bytes(rate))/s"
        case .things: rate >= 10 ? "\(Int(rate).grouped)/s" : "\(Self.oneDigit(rate))/s"
        }
    }

    private static func oneDigit(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return "\((tenths / 10).grouped).\(tenths % 10)"
    }

    /// 1.5 MB: decimal, as disks and networks are counted.
    static func bytes(_ count: Double) -> String {
        var value = count
        for unit in ["B", "kB", "MB", "GB"] {
            if value < 999.95 { return unit == "B" ? "\(Int(value)) B" : "\(oneDigit(value)) \(unit)" }
            value /= 1000
        }
        return "\(oneDigit(value)) TB"
    }

    /// 0:09, 12:34, 1:02:03.
    static func clock(_ duration: Duration) -> String {
        let seconds = max(0, duration.components.seconds)
        func two(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }
        let (hours, minutes) = (seconds / 3600, seconds / 60 % 60)
        return hours > 0 ? "\(hours):\(two(minutes)):\(two(seconds % 60))" : "\(minutes):\(two(seconds % 60))"
    }
}
