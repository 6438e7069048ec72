import ConversationStorage
package import Conversations
package import Foundation

/// The stretch of time that somebody asks about.
package struct UsagePeriod: Sendable, Hashable {
    /// The first moment; nil for all before.
    package private(set) var from: Timestamp?
    /// The moment after the last; nil for all after.
    package private(set) var upTo: Timestamp?

    /// - Parameters:
    ///   - when: `2026`, `2026-03`, `2026-03-05`, `today`, `2026-03..2026-05` or `last:7d`; without it:
    ///   - since: a date, or `7d`: so long ago.
    ///   - until: a date, whose end is meant.
    /// - Throws: ``ServiceError/usage(_:)`` for what is no date.
    package init(
        when: String?, since: String?, until: String?, now: Timestamp, calendar: Calendar
    ) throws(ServiceError) {
        if let when {
            guard since == nil, until == nil else {
                throw .usage("say when, or since and until: one of the two.")
            }
            guard let range = DateRange.said(when, now: now, calendar: calendar) else { throw Self.noDate(when) }
            (from, upTo) = (range.from, range.upTo)
        }
        if let since {
            from = DateRange.since(since, now: now, calendar: calendar)
            if from == nil { throw Self.noDate(since) }
        }
        if let until {
            upTo = DateRange.until(until, now: now, calendar: calendar)
            if upTo == nil { throw Self.noDate(until) }
        }
    }

    private static func noDate(_ text: String) -> ServiceError {
        .usage("\"\(text)\" is no date. As 2026, 2026-03, 2026-03-05, today, yesterday, 2026-03..2026-05, last:7d")
    }
}
