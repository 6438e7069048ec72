package import Foundation
package import OrderedJSON

extension JSON {
    /// Money as the decimal it is.
    package static func amount(_ amount: Decimal) -> JSON {
        JSONNumber(spelling: "\(amount)").map { .number($0) } ?? .null
    }

    /// An amount of money: `{"amount","currency"}`.
    package static func cost(_ amount: Decimal, _ currency: String) -> JSON {
        .object([
            "amount": .double(NSDecimalNumber(decimal: amount).doubleValue), "currency": .string(currency),
        ])
    }
}
