package import ConversationStorage
package import Conversations
package import Foundation

extension ThreadService {
    /// Adds up what calls took: by day, model, thread, tag, program or upstream.
    ///
    /// - Parameters:
    ///   - range: only calls that ended then.
    ///   - threads: only calls of these; nil for all.
    ///   - calendar: whose days are meant.
    ///   - longInputAbove: past how many tokens of input an upstream charges another rate for a model.
    /// - Returns: sums whose tokens are charged at one rate each; and those of all calls, each once, by model: a call of a
    ///   thread with two tags is in two groups.
    package func usage(
        by grouping: UsageGrouping, in range: (from: Timestamp?, upTo: Timestamp?) = (nil, nil),
        of threads: [ThreadID]? = nil, calendar: Calendar,
        longInputAbove: @escaping @Sendable (_ upstream: String, _ model: String) -> Int?
    ) async throws(ServiceError) -> (groups: [UsageSum], total: [UsageSum]) {
        let question = UsageQuestion(
            grouping: grouping, from: range.from, upTo: range.upTo, threads: threads,
            day: { calendar.dayName(of: $0) }, longInputAbove: longInputAbove,
            estimatedTokens: { ContextPlanner.estimatedTokens(bytes: $0) })
        return try await stored { () async throws(StorageError) in try await vault.usage(question) }
    }
}

extension Calendar {
    /// `2026-11-03`.
    fileprivate func dayName(of time: Timestamp) -> String {
        let fields = dateComponents(
            [.year, .month, .day], from: Date(timeIntervalSince1970: Double(time.milliseconds) / 1000))
        return [(fields.year ?? 0, 4), (fields.month ?? 0, 2), (fields.day ?? 0, 2)].map { number, width in
            String(repeating: "0", count: max(0, width - String(number).count)) + String(number)
        }.joined(separator: "-")
    }
}
