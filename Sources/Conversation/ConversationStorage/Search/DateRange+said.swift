package import Conversations
package import Foundation

extension DateRange {
    /// The stretch of time that a person means by `2026`, `2026-03`, `2026-03-05`, `today`, `2026-03..2026-05` or
    /// `last:7d`; nil where it is none.
    package static func said(_ text: String, now: Timestamp, calendar: Calendar) -> DateRange? {
        let dates = SearchDates(now: now, calendar: calendar)
        if text.hasPrefix("last:") { return dates.last(String(text.dropFirst(5))) }
        return dates.on(text)
    }

    /// The moment from which on a person means by a date, or by `7d`: so long ago.
    package static func since(_ text: String, now: Timestamp, calendar: Calendar) -> Timestamp? {
        let dates = SearchDates(now: now, calendar: calendar)
        return (dates.after(text) ?? dates.last(text))?.from
    }

    /// The moment after the last that a person means by `until` a date: its own end.
    package static func until(_ text: String, now: Timestamp, calendar: Calendar) -> Timestamp? {
        SearchDates(now: now, calendar: calendar).on(text)?.upTo
    }
}
