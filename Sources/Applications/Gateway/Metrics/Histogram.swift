/// How often something took how long.
struct Histogram: Sendable {
    /// Upper ends, in seconds: from what a gateway adds to what a long answer takes.
    static let ends = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300]

    private var counts = [Int](repeating: 0, count: Histogram.ends.count)
    private var count = 0
    private var sum = 0.0

    mutating func count(_ seconds: Double) {
        if let index = Self.ends.firstIndex(where: { seconds <= $0 }) { counts[index] += 1 }
        count += 1
        sum += seconds
    }

    func lines(_ name: String, labels: String) -> [String] {
        var lines: [String] = []
        var below = 0
        for (end, count) in zip(Self.ends, counts) {
            below += count
            lines.append("\(name)_bucket{\(labels),le=\"\(end)\"} \(below)")
        }
        lines.append("\(name)_bucket{\(labels),le=\"+Inf\"} \(count)")
        lines.append("\(name)_sum{\(labels)} \(sum)")
        lines.append("\(name)_count{\(labels)} \(count)")
        return lines
    }
}
