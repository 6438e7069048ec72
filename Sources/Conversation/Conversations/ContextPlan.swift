package import OrderedJSON

/// How much of a path a call sends.
package enum ContextMode: Hashable, Sendable {
    /// The whole path while it fits the model's window; then without its oldest turns.
    case auto
    /// The whole path, always.
    case full
    /// The newest turns, so many at least.
    case last(Int)
    /// As many of the newest turns as some tokens hold.
    case tokens(Int)
    /// As ``auto``, with a summary in place of what is left out.
    case summary
}

extension ContextMode: CustomStringConvertible {
    /// A mode as people write it — `auto`, `full`, `summary`, `last:6`, `tokens:4000` — or nil.
    package init?(_ text: String) {
        let pieces = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        switch (pieces[0], pieces.count == 2 ? Int(pieces[1]) : nil) {
        case ("auto", nil) where pieces.count == 1: self = .auto
        case ("full", nil) where pieces.count == 1: self = .full
        case ("summary", nil) where pieces.count == 1: self = .summary
        case ("last", let count?) where count > 0: self = .last(count)
        case ("tokens", let count?) where count > 0: self = .tokens(count)
        default: return nil
        }
    }

    package var description: String {
        switch self {
        case .auto: "auto"
        case .full: "full"
        case .summary: "summary"
        case .last(let count): "last:\(count)"
        case .tokens(let count): "tokens:\(count)"
        }
    }
}

/// Which blocks of a path a call sends, in order, and why each was kept or left out.
package struct ContextPlan: Hashable, Sendable {
    /// Why a block is where it is.
    package enum Reason: String, Sendable {
        /// Everything fits.
        case fits
        /// Among the newest that fit.
        case recent
        /// A message labelled `keep`.
        case kept
        /// Older than what fits.
        case old
        /// Instructions that others take the place of.
        case replaced
    }

    /// A run of messages of the path that share one fate.
    package struct Block: Hashable, Sendable {
        /// Positions in the path, from 0.
        package var positions: ClosedRange<Int>
        package var isSent: Bool
        package var reason: Reason

        package init(positions: ClosedRange<Int>, isSent: Bool, reason: Reason) {
            self.positions = positions
            self.isSent = isSent
            self.reason = reason
        }
    }

    package var mode: ContextMode
    /// The blocks, from the beginning of the path to its end, without gaps.
    package var blocks: [Block]
    /// The window the plan was made for, in tokens; nil where it is not known.
    package var window: Int?
    /// What the request is thought to weigh, in tokens.
    package var estimatedTokens: Int?
    /// Whether the path ends in an answer that was cut off and is to be gone on with.
    package var continuesAnswer: Bool
    /// The summary that stands in its instructions for what is left out.
    package var summaryID: SummaryID?
    /// Whether the call asks for a summary of what it sends: its answer is no message.
    package var summarises: Bool
    /// What the request is fitted to.
    package var rules = RequestRules.unversioned

    package init(
        mode: ContextMode, blocks: [Block], window: Int? = nil, estimatedTokens: Int? = nil,
        continuesAnswer: Bool = false, summaryID: SummaryID? = nil, summarises: Bool = false
    ) {
        self.mode = mode
        self.blocks = blocks
        self.window = window
        self.estimatedTokens = estimatedTokens
        self.continuesAnswer = continuesAnswer
        self.summaryID = summaryID
        self.summarises = summarises
    }

    /// The whole of a path of so many messages.
    package static func whole(messageCount: Int, mode: ContextMode) -> ContextPlan {
        ContextPlan(
            mode: mode,
            blocks: messageCount == 0 ? [] : [Block(positions: 0...(messageCount - 1), isSent: true, reason: .fits)])
    }

    /// The positions that are sent, in order.
    package var sent: [ClosedRange<Int>] { blocks.filter(\.isSent).map(\.positions) }

    /// The positions that are left out, in order.
    package var leftOut: [ClosedRange<Int>] { blocks.filter { !$0.isSent }.map(\.positions) }
}

extension ContextPlan {
    /// The plan as it is kept with its call.
    package var json: JSON {
        var object: JSONObject = ["mode": .string(mode.description)]
        object["blocks"] = .array(
            blocks.map { block in
                .object([
                    "from": .int(block.positions.lowerBound), "to": .int(block.positions.upperBound),
                    "sent": .bool(block.isSent), "reason": .string(block.reason.rawValue),
                ])
            })
        if let window { object["window"] = .int(window) }
        if let estimatedTokens { object["estimated_tokens"] = .int(estimatedTokens) }
        if continuesAnswer { object["continues_answer"] = true }
        if let summaryID { object["summary"] = .string(summaryID.description) }
        if summarises { object["summarises"] = true }
        if rules != .unversioned { object["rules"] = rules.json }
        return .object(object)
    }

    /// A plan read back; nil where the JSON is not one.
    package init?(json: JSON) {
        guard let mode = json["mode"]?.string.flatMap({ ContextMode($0) }), let blocks = json["blocks"]?.array else {
            return nil
        }
        self.init(mode: mode, blocks: [])
        for block in blocks {
            guard let from = block["from"]?.int, let to = block["to"]?.int, from <= to,
                let isSent = block["sent"]?.bool,
                let reason = block["reason"]?.string.flatMap({ Reason(rawValue: $0) })
            else { return nil }
            self.blocks.append(Block(positions: from...to, isSent: isSent, reason: reason))
        }
        window = json["window"]?.int
        estimatedTokens = json["estimated_tokens"]?.int
        continuesAnswer = json["continues_answer"]?.bool ?? false
        summaryID = json["summary"]?.string.flatMap { SummaryID($0) }
        summarises = json["summarises"]?.bool ?? false
        rules = json["rules"].flatMap { RequestRules(json: $0) } ?? .unversioned
    }
}
