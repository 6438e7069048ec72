package import Foundation

/// A date as it stands in a list: as short as it can be said today.
package enum RelativeDate {
    /// "12:04" today, "yesterday", "3 Mar" this year, else "2024-11-02".
    ///
    /// Day and year are the time zone's; that of this machine unless another is named. The calendar is the Gregorian one
    /// and the words are English, like everything the command line says.
    package static func text(for date: Date, now: Date, timeZone: TimeZone? = nil) -> String {
        let then = CivilTime(date, in: timeZone)
        let today = CivilTime(now, in: timeZone)
        if then.dayNumber == today.dayNumber { return "\(padded(then.hour, 2)):\(padded(then.minute, 2))" }
        // A day before, not 24 hours: a day of 23 or 25 hours has a yesterday as well.
        if then.dayNumber == today.dayNumber - 1 { return "yesterday" }
        if then.year == today.year { return "\(then.day) \(months[then.month - 1])" }
        return "\(padded(then.year, 4))-\(padded(then.month, 2))-\(padded(then.day, 2))"
    }

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    private static func padded(_ number: Int, _ digits: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
}

/// What a clock on the wall and a calendar beside it show.
///
/// Foundation's calendar says the same, after a millisecond of reading its tables: as long as everything else that a
/// short list takes.
private struct CivilTime {
    /// Days since 1 January 1970.
    let dayNumber: Int
    let year: Int
    let month: Int
    let day: Int
    let hour: Int
    let minute: Int

    init(_ date: Date, in timeZone: TimeZone?) {
        let moment = Int(date.timeIntervalSince1970.rounded(.down))
        let local = moment + (timeZone?.secondsFromGMT(for: date) ?? Self.offsetHere(at: moment))
        let second = local - Self.floored(local, by: 86_400) * 86_400
        dayNumber = Self.floored(local, by: 86_400)
        (hour, minute) = (second / 3600, second / 60 % 60)
        // Eras of 400 years that begin in March, so that the leap day is a year's last
        // (https://howardhinnant.github.io/date_algorithms.html, civil_from_days).
        let shifted = dayNumber + 719_468
        let era = Self.floored(shifted, by: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0)
    }

    /// How far this machine's clocks are ahead of UTC, in seconds.
    private static func offsetHere(at moment: Int) -> Int {
        var (time, local) = (time_t(moment), tm())
        guard localtime_r(&time, &local) != nil else { return 0 }
        return local.tm_gmtoff
    }

    private static func floored(_ number: Int, by divisor: Int) -> Int {
        number / divisor - (number % divisor < 0 ? 1 : 0)
    }
}
