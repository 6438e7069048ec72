import Conversations
import GRDB

/// Between which dates a run of 1,024 arrivals lies: what search is bounded by.
///
/// A block may say more than it holds, never less. It says so by whole hours: most messages that are appended lie in the
/// hour that is written already, and leave the block's page as it is.
struct ArrivalBlock {
    /// As many arrivals as a block stands for, in bits.
    static let bits: Int64 = 10
    private static let hour: Int64 = 3_600_000

    let number: Int64
    /// The dates that are written, in milliseconds; nil where there is no such block yet.
    private(set) var dates: ClosedRange<Int64>?
    /// Whether it holds more than is written.
    private(set) var hasGrown = false

    init(number: Int64, firstMilliseconds: Int64?, lastMilliseconds: Int64?) {
        self.number = number
        if let first = firstMilliseconds, let last = lastMilliseconds { dates = first...max(first, last) }
    }

    static func number(of arrival: Int64) -> Int64 { arrival >> bits }

    /// Takes a message in.
    mutating func take(_ date: Timestamp) {
        let date = date.milliseconds
        if let dates, dates.contains(date) { return }
        let sinceTheHour = (date % Self.hour + Self.hour) % Self.hour
        let (beginning, isTooEarly) = date.subtractingReportingOverflow(sinceTheHour)
        let (end, isTooLate) = date.addingReportingOverflow(Self.hour - 1 - sinceTheHour)
        let (first, last) = (isTooEarly ? date : beginning, isTooLate ? date : end)
        dates = dates.map { min($0.lowerBound, first)...max($0.upperBound, last) } ?? first...last
        hasGrown = true
    }

    /// Writes it where it holds more than is written.
    func write(_ database: Database) throws {
        guard hasGrown, let dates else { return }
        try database.run(
            """
            INSERT INTO arrival_block (id, first_ms, last_ms) VALUES (?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET first_ms = excluded.first_ms, last_ms = excluded.last_ms
            """, .integer(number), .integer(dates.lowerBound), .integer(dates.upperBound))
    }
}

extension Database {
    func arrivalBlock(_ number: Int64) throws -> ArrivalBlock {
        try first(
            "SELECT first_ms, last_ms FROM arrival_block WHERE id = ?", .integer(number),
            value: {
                ArrivalBlock(number: number, firstMilliseconds: $0.integer(0), lastMilliseconds: $0.integer(1))
            }) ?? ArrivalBlock(number: number, firstMilliseconds: nil, lastMilliseconds: nil)
    }
}
