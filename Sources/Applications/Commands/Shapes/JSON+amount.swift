import Foundation
import OrderedJSON

extension JSON {
    /// Money as the decimal it is.
    static func amount(_ amount: Decimal) -> JSON {
        JSONNumber(spelling: "\(amount)").map { .number($0) } ?? .null
    }
}
