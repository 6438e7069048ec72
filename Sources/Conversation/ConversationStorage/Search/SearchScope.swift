import Conversations
import GRDB

/// Which of the messages a search looks at, as ranges of their arrivals, the newest by date first.
///
/// Usually messages arrive in the order in which they were written, and that is one range. Where old conversations were
/// imported after newer ones were had, the index's newest rows are not the newest messages; `arrival_block` says between
/// which dates each thousand arrivals lie.
struct SearchScope {
    /// A range of arrivals, both ends included.
    typealias Range = ClosedRange<Int64>

    private(set) var ranges: [Range]
    /// Whether filters made it smaller than the vault.
    private(set) var isNarrow = false
    /// The threads that filters pick, where they are too many for ``ranges`` to be theirs: the last used first.
    private(set) var threads: [Int64] = []
    /// The arrivals in the ranges that are meant, where it is not all of them.
    private(set) var meant: [Int64]?
    /// Whether they pick more than ``threads``.
    private(set) var hasMoreThreads = false

    /// Between which moments each block of arrivals lies, where arrival does not say which messages are the newest.
    private var dates: [Int64: ClosedRange<Int64>] = [:]

    /// Whether arrival says which messages are the newest.
    var isByArrival: Bool { dates.isEmpty }

    var arrivals: Int64 { ranges.reduce(0) { $0 + $1.upperBound - $1.lowerBound + 1 } }

    var description: String { "\(meant?.count ?? Int(arrivals)) messages" }

    /// More ranges than these are not worth their look-ups.
    private static let rangeLimit = 128

    /// Where what a plan's filters let through may lie.
    static func of(_ plan: SearchPlan, _ database: Database) throws -> SearchScope {
        let threads = try threads(plan, database)
        if let threads, threads.count <= SearchBounds.threads {
            return SearchScope(arrivals: try arrivals(ofThreads: threads, database))
        }
        for selection in plan.arrivals {
            if let arrivals = try arrivals(selection, database) { return SearchScope(arrivals: arrivals) }
        }
        for model in plan.models {
            let isKnown =
                try database.first(
                    "SELECT 1 FROM model_name WHERE name GLOB ? LIMIT 1", .text(model), value: { _ in true }) ?? false
            if !isKnown { return SearchScope(arrivals: []) }
        }
        let last = try database.first("SELECT max(arrival) FROM message", value: { $0.integer(0) }) ?? 0
        guard last > 0 else { return SearchScope([]) }
        guard let time = plan.time else {
            var scope = SearchScope([1...last])
            scope.threads = Array(threads?.prefix(SearchBounds.threadsInTurn) ?? [])
            scope.hasMoreThreads = (threads?.count ?? 0) > SearchBounds.threadsInTurn
            return scope
        }
        let blocks =
            try database.first(
                "SELECT min(id), max(id) FROM arrival_block WHERE last_ms >= ? AND first_ms < ?",
                .integer(time.lowerBound), .integer(time.upperBound),
                value: { row in row.integerOrNil(0).map { $0...row.integer(1) } }
            ).flatMap { $0 }
        var scope = SearchScope(blocks.map { [arrivals(ofBlocks: $0, upTo: last)] } ?? [])
        scope.isNarrow = scope.arrivals < last
        return scope
    }

    private static func arrivals(ofBlocks blocks: ClosedRange<Int64>, upTo last: Int64) -> Range {
        max(1, blocks.lowerBound << blockBits)...min(last, (blocks.upperBound + 1) << blockBits - 1)
    }

    init(_ ranges: [Range]) { self.ranges = ranges }

    /// These arrivals alone, the greatest first.
    private init(arrivals: [Int64]) {
        ranges = Self.ranges(of: arrivals)
        meant = arrivals
        isNarrow = true
    }

    /// As many arrivals as a row of `arrival_block` stands for, in bits.
    private static let blockBits: Int64 = 10
    static let blockLength: Int64 = 1 << blockBits

    /// The same, the newest by date first where arrival does not say it.
    func byDate(_ database: Database) throws -> SearchScope {
        guard !isNarrow, let whole = ranges.first, ranges.count == 1 else { return self }
        var blocks: [(id: Int64, dates: ClosedRange<Int64>)] = []
        var isInOrder = true
        try database.each("SELECT id, first_ms, last_ms FROM arrival_block ORDER BY id DESC") { row in
            let block = (id: row.integer(0), dates: row.integer(1)...max(row.integer(1), row.integer(2)))
            if let newer = blocks.last, newer.dates.upperBound < block.dates.upperBound { isInOrder = false }
            blocks.append(block)
        }
        guard !isInOrder else { return self }
        blocks.sort { ($0.dates.upperBound, $0.id) > ($1.dates.upperBound, $1.id) }
        var scope = self
        scope.ranges = []
        scope.dates = Dictionary(blocks.map { ($0.id, $0.dates) }) { first, _ in first }
        for block in blocks {
            let range = Self.arrivals(ofBlocks: block.id...block.id, upTo: whole.upperBound)
            if let newer = scope.ranges.last, newer.lowerBound == range.upperBound + 1 {
                scope.ranges[scope.ranges.count - 1] = range.lowerBound...newer.upperBound
            } else {
                scope.ranges.append(range)
            }
        }
        return scope
    }

    /// Whether the arrivals from one on are the newest by date, too: nothing that came before them is newer.
    func isByDate(downTo arrival: Int64, _ database: Database) throws -> Bool {
        guard !isNarrow, ranges.count == 1 else { return true }
        return try database.first(
            """
            SELECT coalesce((SELECT max(last_ms) FROM arrival_block WHERE id < ?1)
              <= (SELECT min(last_ms) FROM arrival_block WHERE id >= ?1), 1)
            """, .integer(arrival >> Self.blockBits), value: { $0.integer(0) != 0 }) ?? true
    }

    /// When a message was written: to about a month by its block, else by its row.
    func date(of arrival: Int64, _ database: Database) throws -> Timestamp? {
        guard let dates = dates[arrival >> Self.blockBits] else { return nil }
        if dates.upperBound - dates.lowerBound <= 30 * 86_400_000 { return Timestamp(milliseconds: dates.upperBound) }
        return try database.first(
            "SELECT created_ms FROM message WHERE arrival = ?", .integer(arrival),
            value: { Timestamp(milliseconds: $0.integer(0)) })
    }

    /// The first arrivals of it, and the rest.
    func split(after count: Int64) -> (newer: [Range], older: [Range]) {
        var first: [Range] = []
        var left = count
        for (index, range) in ranges.enumerated() {
            let length = range.upperBound - range.lowerBound + 1
            if length > left {
                guard left > 0 else { return (first, Array(ranges[index...])) }
                let middle = range.upperBound - left + 1
                return (first + [middle...range.upperBound], [range.lowerBound...(middle - 1)] + ranges[(index + 1)...])
            }
            left -= length
            first.append(range)
        }
        return (first, [])
    }

    // MARK: The messages of few threads

    /// The threads that filters pick, the last used first, and no more than are looked at.
    private static func threads(_ plan: SearchPlan, _ database: Database) throws -> [Int64]? {
        guard !plan.threadConditions.isEmpty else { return nil }
        let filters = plan.threadConditions.map { "(\($0.sql))" }.joined(separator: " AND ")
        var threads: [Int64] = []
        // The plus: they are found by what the filters ask, and not in their order.
        try database.step(
            "SELECT id FROM thread WHERE \(filters) ORDER BY +active_ms DESC, id DESC LIMIT ?",
            plan.threadConditions.flatMap(\.values) + [.integer(SearchBounds.threadsInTurn + 1)]
        ) { threads.append($0.integer(0)) }
        return threads
    }

    /// The arrivals between a thread's first and last, strand by strand: in a strand messages arrive one after the other.
    static func ranges(ofThread thread: Int64, _ database: Database) throws -> [Range] {
        var ranges: [Range] = []
        try database.each(
            """
            SELECT
              (SELECT arrival FROM message WHERE id BETWEEN strand.id << 24 AND strand.id << 24 | 16777215
               ORDER BY id LIMIT 1),
              (SELECT arrival FROM message WHERE id BETWEEN strand.id << 24 AND strand.id << 24 | 16777215
               ORDER BY id DESC LIMIT 1)
            FROM strand WHERE thread = ?
            """, .integer(thread)
        ) { row in
            guard let first = row.integerOrNil(0) else { return }
            ranges.append(first...max(first, row.integer(1)))
        }
        return ranges.sorted { $0.upperBound > $1.upperBound }
    }

    private static func arrivals(ofThreads threads: [Int64], _ database: Database) throws -> [Int64] {
        var arrivals: [Int64] = []
        for thread in threads {
            try database.each(
                """
                SELECT message.arrival FROM strand CROSS JOIN message
                ON message.id BETWEEN strand.id << 24 AND strand.id << 24 | 16777215 WHERE strand.thread = ?
                """, .integer(thread)
            ) { arrivals.append($0.integer(0)) }
        }
        return arrivals.sorted(by: >)
    }

    // MARK: The messages an index gives

    /// What a statement gives, where it is little.
    private static func arrivals(_ selection: SQLCondition, _ database: Database) throws -> [Int64]? {
        var arrivals: [Int64] = []
        try database.step("\(selection.sql) LIMIT ?", selection.values + [.integer(SearchBounds.selected + 1)]) {
            arrivals.append($0.integer(0))
        }
        return arrivals.count <= SearchBounds.selected ? arrivals : nil
    }

    /// Arrivals, the greatest first, as no more ranges than are worth their look-ups.
    private static func ranges(of arrivals: [Int64]) -> [Range] {
        var gap: Int64 = 64
        while true {
            var ranges: [Range] = []
            for arrival in arrivals {
                if let newer = ranges.last, newer.lowerBound - arrival <= gap {
                    ranges[ranges.count - 1] = arrival...newer.upperBound
                } else {
                    ranges.append(arrival...arrival)
                }
            }
            if ranges.count <= rangeLimit { return ranges }
            gap *= 4
        }
    }
}
