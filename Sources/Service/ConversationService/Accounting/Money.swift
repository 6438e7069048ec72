package import Foundation

/// An amount of money as a person reads it.
package struct Money: Sendable, Hashable {
    package let amount: Decimal
    /// ISO 4217.
    package let currency: String

    package init(_ amount: Decimal, _ currency: String) {
        self.amount = amount
        self.currency = currency
    }

    /// `$12.30`, `$0.0042`, `0.10 CHF`: cents where there are some, four places where it is less than one.
    package var text: String {
        let places = abs(amount) >= 1 || amount == 0 ? 2 : 4
        let rounded = Self.rounded(amount, places)
        if rounded == 0, amount != 0 { return "<" + written("0.0001") }
        var digits = "\(rounded)"
        if !digits.contains(".") { digits += "." }
        let missing = places - digits.drop { $0 != "." }.dropFirst().count
        return written(digits + String(repeating: "0", count: max(0, missing)))
    }

    private func written(_ digits: String) -> String {
        switch currency {
        case "USD": "$" + digits
        case "EUR": "€" + digits
        case "GBP": "£" + digits
        default: digits + " " + currency
        }
    }

    private static func rounded(_ amount: Decimal, _ places: Int) -> Decimal {
        var (exact, rounded) = (amount, Decimal())
        NSDecimalRound(&rounded, &exact, places, .plain)
        return rounded
    }
}
