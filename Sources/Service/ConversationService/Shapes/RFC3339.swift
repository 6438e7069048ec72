package import Conversations
package import Foundation

extension Timestamp {
    /// The moment as programs read it: RFC 3339, UTC, milliseconds.
    package var rfc3339: String {
        let format = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        return Date(timeIntervalSince1970: Double(milliseconds) / 1000).formatted(format)
    }

    /// The moment as Foundation has it.
    package var date: Date { Date(timeIntervalSince1970: Double(milliseconds) / 1000) }
}
