package import Conversations

/// By what calls are added up.
package enum UsageGrouping: String, Sendable, CaseIterable {
    case day
    case model
    case thread
    case tag
    case program
    case upstream
}

/// Which calls are to be added up, and how what is not counted is estimated.
package struct UsageQuestion: Sendable {
    package var grouping: UsageGrouping
    /// The first moment; nil for all.
    package var from: Timestamp?
    /// The moment after the last; nil for all.
    package var upTo: Timestamp?
    /// Only calls of these; nil for all.
    package var threads: [ThreadID]?
    /// The name of the day that a moment lies in. Asked once for each quarter of an hour: no time zone's day begins within
    /// one.
    package var day: @Sendable (Timestamp) -> String
    /// Past how many tokens of input an upstream charges another rate for one of its models; nil where it does not.
    package var longInputAbove: @Sendable (_ upstream: String, _ model: String) -> Int?
    /// About how many tokens a message of so many bytes is.
    package var estimatedTokens: @Sendable (_ bytes: Int) -> Int

    package init(
        grouping: UsageGrouping, from: Timestamp? = nil, upTo: Timestamp? = nil, threads: [ThreadID]? = nil,
        day: @escaping @Sendable (Timestamp) -> String,
        longInputAbove: @escaping @Sendable (_ upstream: String, _ model: String) -> Int?,
        estimatedTokens: @escaping @Sendable (_ bytes: Int) -> Int
    ) {
        self.grouping = grouping
        self.from = from
        self.upTo = upTo
        self.threads = threads
        self.day = day
        self.longInputAbove = longInputAbove
        self.estimatedTokens = estimatedTokens
    }
}

/// Calls of a group that were charged at one rate, added up.
package struct UsageSum: Sendable, Hashable {
    /// A day, `2026-11-03`; a model's, tag's, program's or upstream's name; a thread's id. Calls of threads without a tag
    /// are in the group of no name.
    package let group: String
    package let upstream: String
    /// As it was sent.
    package let model: String
    /// Whether each one's input was longer than what the usual rate holds for.
    package let isLongInput: Bool
    /// Whether the upstream did not count them, so that the tokens are estimates.
    package let isEstimated: Bool
    package internal(set) var tokens: UsedTokens

    package init(
        group: String, upstream: String, model: String, isLongInput: Bool, isEstimated: Bool,
        tokens: UsedTokens = UsedTokens()
    ) {
        self.group = group
        self.upstream = upstream
        self.model = model
        self.isLongInput = isLongInput
        self.isEstimated = isEstimated
        self.tokens = tokens
    }
}

/// Tokens of several calls.
package struct UsedTokens: Sendable, Hashable {
    package internal(set) var calls = 0
    package internal(set) var input = 0
    /// Of the input, what the provider had cached.
    package internal(set) var cached = 0
    /// The same, no call's more than its input: what is charged at the cached rate.
    package internal(set) var chargedAsCached = 0
    package internal(set) var output = 0
    package internal(set) var reasoning = 0

    package init(
        calls: Int = 0, input: Int = 0, cached: Int = 0, chargedAsCached: Int = 0, output: Int = 0, reasoning: Int = 0
    ) {
        self.calls = calls
        self.input = input
        self.cached = cached
        self.chargedAsCached = chargedAsCached
        self.output = output
        self.reasoning = reasoning
    }

    package static func += (left: inout UsedTokens, right: UsedTokens) {
        left.calls += right.calls
        left.input += right.input
        left.cached += right.cached
        left.chargedAsCached += right.chargedAsCached
        left.output += right.output
        left.reasoning += right.reasoning
    }

    /// Adds one call.
    mutating func add(_ usage: TokenUsage) {
        let (input, cached) = (usage.input ?? 0, usage.cached ?? 0)
        calls += 1
        self.input += input
        self.cached += cached
        chargedAsCached += min(cached, input)
        output += usage.output ?? 0
        reasoning += usage.reasoning ?? 0
    }
}
