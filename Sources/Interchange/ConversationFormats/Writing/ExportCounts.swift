/// What an export left out, by kind: the report that follows it.
package struct ExportCounts: Sendable, Hashable {
    /// How often each kind was left out.
    private var counts: [String: Int] = [:]

    package init() {}

    package mutating func add(_ what: String, _ count: Int) { counts[what, default: 0] += count }

    package var isEmpty: Bool { counts.isEmpty }

    /// The kinds, the most frequent first.
    package var sorted: [(what: String, count: Int)] {
        counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { ($0.key, $0.value) }
    }
}
