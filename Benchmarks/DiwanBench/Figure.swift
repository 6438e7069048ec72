import OrderedJSON

/// One line of the report: what was measured, ours, the floor, and the goal it is held against.
struct Figure {
    /// What a figure is held against.
    enum Goal {
        /// Ours at most so many times the floor.
        case ratio(Double)
        /// Ours at most so much, in the figure's unit.
        case atMost(Double)
        /// Ours at least so much, in the figure's unit.
        case atLeast(Double)
    }

    var what: String
    var unit: String
    /// The median, in `unit`.
    var ours: Double
    /// The median of the floor on the same work, in `unit`: C with SQLite, or, of the service, the upstream asked without it;
    /// nil where there is none.
    var floor: Double?
    /// The median of the pairs' ratios, and the quarter above and below it.
    var ratio: Spread?
    /// The same ratio by processor time, where `ours` is time on the clock.
    var processorRatio: Double?
    var goal: Goal?
    /// Whether the goal is held against processor time: right where nothing waits for a disk, since the clock then tells
    /// how busy the machine is.
    var goalIsOfProcessor = false

    /// Whether the goal is met; nil where there is none.
    var isMet: Bool? {
        switch goal {
        case .ratio(let most): (goalIsOfProcessor ? processorRatio : ratio?.median).map { $0 <= most }
        case .atMost(let most): ours <= most
        case .atLeast(let least): ours >= least
        case nil: nil
        }
    }

    fileprivate var goalText: String {
        switch goal {
        case .ratio(let most): "≤ \(short(most))×\(goalIsOfProcessor ? " CPU" : "")"
        case .atMost(let most): "≤ \(short(most)) \(unit)"
        case .atLeast(let least): "≥ \(short(least)) \(unit)"
        case nil: ""
        }
    }

    fileprivate var cells: [String] {
        [
            what, "\(short(ours)) \(unit)", floor.map { "\(short($0)) \(unit)" } ?? "",
            ratio.map { "\(short($0.median)) (\(short($0.low))–\(short($0.high)))" } ?? "",
            processorRatio.map { short($0) } ?? "", goalText, isMet.map { $0 ? "met" : "NOT MET" } ?? "",
        ]
    }

    fileprivate var json: JSON {
        var object: JSONObject = ["what": .string(what), "unit": .string(unit), "ours": .double(ours)]
        if let floor { object["floor"] = .double(floor) }
        if let ratio {
            object["ratio"] = .double(ratio.median)
            object["ratio_low"] = .double(ratio.low)
            object["ratio_high"] = .double(ratio.high)
        }
        if let processorRatio { object["processor_ratio"] = .double(processorRatio) }
        if goal != nil { object["goal"] = .string(goalText) }
        if let isMet { object["met"] = .bool(isMet) }
        return .object(object)
    }
}

/// All figures of a run.
struct Report {
    var figures: [Figure] = []
    var words = ""

    private static let headings = ["what", "ours", "floor", "ratio (middle half)", "CPU ratio", "goal", ""]

    var table: String {
        let rows = [Self.headings] + figures.map(\.cells)
        let widths = Self.headings.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        let lines = rows.map { row in
            zip(row, widths).enumerated().map { column, cell in
                let padding = String(repeating: " ", count: cell.1 - cell.0.count)
                return column == 0 || column == 6 ? cell.0 + padding : padding + cell.0
            }.joined(separator: "  ")
        }
        let rule = String(repeating: "─", count: lines[0].count)
        return ([lines[0], rule] + lines.dropFirst() + ["", "Words: \(words). Medians of pairs that took turns."])
            .joined(separator: "\n")
    }

    var json: String {
        JSON.object(["words": .string(words), "figures": .array(figures.map(\.json))]).text()
    }
}

/// Three digits that count.
private func short(_ value: Double) -> String {
    guard value.isFinite else { return "–" }
    let magnitude = value.magnitude
    let decimals = magnitude >= 100 ? 0 : magnitude >= 10 ? 1 : magnitude >= 1 ? 2 : 3
    var scale = 1.0
    for _ in 0..<decimals { scale *= 10 }
    let units = Int64((value * scale).rounded())
    guard decimals > 0 else { return grouped(units) }
    let divisor = Int64(scale)
    let fraction = String((units % divisor).magnitude)
    return "\(units / divisor)." + String(repeating: "0", count: decimals - fraction.count) + fraction
}

/// With commas between thousands.
private func grouped(_ value: Int64) -> String {
    var digits = String(value)
    var index = digits.count - 3
    while index > 0 {
        digits.insert(",", at: digits.index(digits.startIndex, offsetBy: index))
        index -= 3
    }
    return digits
}
