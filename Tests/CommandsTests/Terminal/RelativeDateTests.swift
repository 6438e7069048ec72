import Foundation
import Testing

@testable import Commands

struct RelativeDateTests {
    private static let berlin = TimeZone(identifier: "Europe/Berlin")
    private static let tokyo = TimeZone(identifier: "Asia/Tokyo")

    /// Seconds since 1970 as `date -d '…' +%s` gives them; now is 2024-11-22 16:34:56 UTC.
    @Test(arguments: [
        (1_732_277_040, "13:04"), (1_732_293_296, "17:34"), (1_732_230_000, "00:00"), (1_732_229_999, "yesterday"),
        (1_732_143_600, "yesterday"), (1_732_143_599, "20 Nov"), (1_709_424_000, "3 Mar"),
        (1_704_063_599, "2023-12-31"),
        (1_604_318_400, "2020-11-02"), (1_732_370_000, "23 Nov"), (1_800_000_000, "2027-01-15"),
    ])
    func `a date is as short as it can be said today`(seconds: Int, expected: String) throws {
        let zone = try #require(Self.berlin)
        let now = Date(timeIntervalSince1970: 1_732_293_296)
        let date = Date(timeIntervalSince1970: TimeInterval(seconds))
        #expect(RelativeDate.text(for: date, now: now, timeZone: zone) == expected)
    }

    @Test func `the day is the time zone's`() throws {
        let zone = try #require(Self.tokyo)
        // 2024-11-22 16:34:56 UTC is 01:34 on the 23rd in Tokyo.
        let now = Date(timeIntervalSince1970: 1_732_293_296)
        let date = Date(timeIntervalSince1970: 1_732_277_040)
        #expect(RelativeDate.text(for: date, now: now, timeZone: zone) == "yesterday")
    }

    @Test func `days and years are those of the calendar, of any year`() throws {
        let zone = try #require(Self.berlin)
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        let now = Date(timeIntervalSince1970: 1_732_293_296)
        // From 1600 to 2400, in steps that come by every day of the year and every hour.
        for seconds in stride(from: -11_600_000_000, to: 13_600_000_000, by: 86_400 * 37 + 3_601) {
            let date = Date(timeIntervalSince1970: TimeInterval(seconds))
            let parts = calendar.dateComponents([.year, .month, .day], from: date)
            let (year, month, day) = (parts.year ?? 0, parts.month ?? 0, parts.day ?? 0)
            let expected = "\(year)-\(month < 10 ? "0" : "")\(month)-\(day < 10 ? "0" : "")\(day)"
            let told = RelativeDate.text(for: date, now: now, timeZone: zone)
            #expect(year == 2024 || told == expected)
        }
    }

    @Test func `where no time zone is named it is this machine's`() {
        let now = Date(timeIntervalSince1970: 1_732_293_296)
        for seconds in stride(from: 1_600_000_000, to: 1_740_000_000, by: 86_400 * 11 + 7_000) {
            let date = Date(timeIntervalSince1970: TimeInterval(seconds))
            #expect(
                RelativeDate.text(for: date, now: now) == RelativeDate.text(for: date, now: now, timeZone: .current))
        }
    }
}
