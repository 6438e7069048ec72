import Conversations
import OrderedJSON

extension Timestamp {
    /// The moment as lines have it: RFC 3339, UTC, milliseconds. A year that has no four digits is beyond RFC 3339, and
    /// the moment is then the number of its milliseconds.
    var line: JSON { rfc3339.map { .string($0) } ?? .number(JSONNumber(Int(milliseconds))) }

    /// `2026-03-01T09:30:00.250Z`; nil outside of the years 0 to 9999.
    var rfc3339: String? {
        let (days, rest) = milliseconds.quotientAndRemainder(dividingBy: 86_400_000)
        let day = rest < 0 ? days - 1 : days
        let time = rest < 0 ? rest + 86_400_000 : rest
        // Days to a date of the proleptic Gregorian calendar, by eras of 400 years that begin on 1 March.
        let shifted = day + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        guard (0...9999).contains(year) else { return nil }
        func digits(_ value: Int64, _ count: Int) -> String {
            let text = String(value)
            return String(repeating: "0", count: max(0, count - text.count)) + text
        }
        let date = "\(digits(year, 4))-\(digits(month, 2))-\(digits(dayOfYear - (153 * monthFromMarch + 2) / 5 + 1, 2))"
        let clock = "\(digits(time / 3_600_000, 2)):\(digits(time / 60_000 % 60, 2)):\(digits(time / 1000 % 60, 2))"
        return "\(date)T\(clock).\(digits(time % 1000, 3))Z"
    }

    /// A moment as ``line`` writes it; ISO 8601 in other spellings as well.
    init?(line: JSON) {
        if let number = line.int {
            self.init(milliseconds: Int64(number))
        } else if let text = line.string {
            self.init(exportedISO: text)
        } else {
            return nil
        }
    }
}
