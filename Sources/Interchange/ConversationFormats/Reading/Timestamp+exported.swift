import Conversations
import OrderedJSON

extension Timestamp {
    /// The moment that an export says, in any of the ways in which exports say it: Unix seconds as a whole or a broken
    /// number, milliseconds or microseconds where the number is too large for seconds, such a number in a string, or
    /// ISO 8601. What is finer than a millisecond is cut off.
    ///
    /// Nil where there is none, or where it is no time.
    init?(exported json: JSON?) {
        switch json {
        case .number(let number): self.init(exportedNumber: number.double)
        case .string(let text):
            if let number = JSONNumber(spelling: text) {
                self.init(exportedNumber: number.double)
            } else {
                self.init(exportedISO: text)
            }
        default: return nil
        }
    }

    private init?(exportedNumber number: Double) {
        guard number.isFinite, number > 0, number < 1e17 else { return nil }
        let seconds = number < 1e11 ? number : number < 1e14 ? number / 1e3 : number / 1e6
        // Through whole microseconds: 1700000000.001 times a thousand is less than it says.
        self.init(milliseconds: Int64((seconds * 1e6).rounded()) / 1000)
    }

    /// The moment of `2026-05-01T10:00:21.123456Z`, of the same with an offset, with a blank for the `T`, without a
    /// fraction, seconds or zone (then it is UTC), or of a date alone.
    init?(exportedISO text: String) {
        var digits = DigitReader(text)
        guard let year = digits.number(of: 4), digits.skip("-"), let month = digits.number(of: 2), digits.skip("-"),
            let day = digits.number(of: 2), (1...12).contains(month), (1...31).contains(day)
        else { return nil }
        var hour = 0
        var minute = 0
        var second = 0
        var milliseconds = 0
        var offsetMinutes = 0
        if digits.skip("T") || digits.skip("t") || digits.skip(" ") {
            guard let hours = digits.number(of: 2), digits.skip(":"), let minutes = digits.number(of: 2), hours < 25,
                minutes < 60
            else { return nil }
            (hour, minute) = (hours, minutes)
            if digits.skip(":") {
                guard let seconds = digits.number(of: 2), seconds < 61 else { return nil }
                second = seconds
            }
            if digits.skip(".") || digits.skip(",") {
                guard let thousandths = digits.thousandths() else { return nil }
                milliseconds = thousandths
            }
            guard let offset = digits.zoneOffset() else { return nil }
            offsetMinutes = offset
        }
        guard digits.isAtEnd else { return nil }
        self.init(
            year: year, month: month, day: day, hour: hour, minute: minute - offsetMinutes, second: second,
            milliseconds: milliseconds)
    }

    /// The moment of a date and time of day in UTC. Minutes may lie outside an hour.
    init(year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int, milliseconds: Int = 0) {
        // Days since 1970-01-01 by years that begin in March, so that a leap day is a year's last (Howard Hinnant,
        // "chrono-Compatible Low-Level Date Algorithms", days_from_civil).
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        let days = era * 146_097 + dayOfEra - 719_468
        let seconds = ((days * 24 + hour) * 60 + minute) * 60 + second
        self.init(milliseconds: Int64(seconds) * 1000 + Int64(milliseconds))
    }
}

/// Reads the numbers of a date from left to right.
private struct DigitReader {
    private var rest: Substring.UTF8View

    init(_ text: String) { rest = text[...].utf8 }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard let first = rest.first, UInt32(first) == character.value else { return false }
        rest.removeFirst()
        return true
    }

    mutating func number(of count: Int) -> Int? {
        var value = 0
        for _ in 0..<count {
            guard let digit = digit() else { return nil }
            value = value * 10 + digit
        }
        return value
    }

    /// The first three digits of a fraction; more are read and not counted.
    mutating func thousandths() -> Int? {
        var value = 0
        var count = 0
        while let digit = digit() {
            if count < 3 { value = value * 10 + digit }
            count += 1
        }
        guard count > 0 else { return nil }
        while count < 3 {
            value *= 10
            count += 1
        }
        return value
    }

    /// The minutes that a zone is ahead of UTC.
    mutating func zoneOffset() -> Int? {
        if rest.isEmpty || skip("Z") || skip("z") { return 0 }
        let sign: Int
        if skip("+") { sign = 1 } else if skip("-") { sign = -1 } else { return nil }
        guard let hours = number(of: 2) else { return nil }
        _ = skip(":")
        let minutes = rest.isEmpty ? 0 : number(of: 2)
        guard let minutes else { return nil }
        return sign * (hours * 60 + minutes)
    }

    private mutating func digit() -> Int? {
        guard let first = rest.first, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else { return nil }
        rest.removeFirst()
        return Int(first - UInt8(ascii: "0"))
    }
}
