package import ConversationStorage
package import Conversations

/// Decides what of a path a call sends.
///
/// Past nine tenths of the window whole oldest turns are left out down to six tenths, and the cut stays there until nine
/// tenths are reached again: the beginning of the request, and with it the provider's cache, holds for many turns.
package struct ContextPlanner {
    package let mode: ContextMode
    /// The model's window in tokens; nil where it is not known, which is no limit.
    let window: Int?
    /// How many tokens a token of our estimate has been for this model; 1 where nothing is known.
    let calibration: Double
    /// Where the last call on this path began, after its kept messages.
    let previousCut: Int?
    /// Tokens that are sent whatever the plan: instructions and tools.
    let fixedTokens: Int
    /// Tokens to be left for the answer.
    let answerTokens: Int

    package init(
        mode: ContextMode, window: Int?, calibration: Double, previousCut: Int?, fixedTokens: Int, answerTokens: Int
    ) {
        self.mode = mode
        self.window = window
        self.calibration = calibration
        self.previousCut = previousCut
        self.fixedTokens = fixedTokens
        self.answerTokens = answerTokens
    }

    /// A token is about three and a half bytes of text in most scripts, and a message has some around it.
    package static func estimatedTokens(bytes: Int) -> Int { bytes * 2 / 7 + 4 }

    package func plan(_ weights: [MessageWeight]) -> ContextPlan {
        guard !weights.isEmpty else { return ContextPlan(mode: mode, blocks: [], window: window) }
        let tokens = weights.map { Self.estimatedTokens(bytes: $0.textBytes + $0.otherBytes) }
        let starts = turnStarts(weights)
        let cut = cut(tokens: tokens, starts: starts, weights: weights)
        var plan = ContextPlan(mode: mode, blocks: [], window: window)
        for position in weights.indices {
            let isSent = position >= cut || weights[position].isKept
            let reason: ContextPlan.Reason =
                if cut == 0 { .fits } else if position >= cut { .recent } else if isSent { .kept } else { .old }
            if let last = plan.blocks.indices.last, plan.blocks[last].isSent == isSent,
                plan.blocks[last].reason == reason
            {
                plan.blocks[last].positions = plan.blocks[last].positions.lowerBound...position
            } else {
                plan.blocks.append(ContextPlan.Block(positions: position...position, isSent: isSent, reason: reason))
            }
        }
        plan.estimatedTokens =
            fixedTokens + weights.indices.filter { $0 >= cut || weights[$0].isKept }.map { tokens[$0] }.reduce(0, +)
        return plan
    }

    /// The positions at which a turn begins: each user message that follows something else, and the path's beginning.
    private func turnStarts(_ weights: [MessageWeight]) -> [Int] {
        weights.indices.filter { $0 == 0 || (weights[$0].role == .user && weights[$0 - 1].role != .user) }
    }

    /// The first position that is sent besides what is kept.
    private func cut(tokens: [Int], starts: [Int], weights: [MessageWeight]) -> Int {
        func weight(from start: Int) -> Double {
            var sum = fixedTokens
            for position in tokens.indices where position >= start || weights[position].isKept {
                sum += tokens[position]
            }
            return Double(sum) * calibration
        }
        let last = starts[starts.count - 1]
        // A cut of before is a place on this path where a turn begins; nothing else will do.
        let previous = previousCut.flatMap { starts.contains($0) ? $0 : nil } ?? 0
        switch mode {
        case .full:
            return 0
        case .auto, .summary:
            guard let window else { return 0 }
            let room = Double(max(window - answerTokens, window / 4))
            if weight(from: previous) <= room * 0.9 { return previous }
            return starts.first { $0 >= previous && weight(from: $0) <= room * 0.6 } ?? last
        case .tokens(let limit):
            if weight(from: previous) <= Double(limit) { return previous }
            return starts.first { $0 >= previous && weight(from: $0) <= Double(limit) * 2 / 3 } ?? last
        case .last(let turns):
            if starts.count(where: { $0 >= previous }) <= turns + turns / 2 { return previous }
            return starts.count > turns ? starts[starts.count - turns] : 0
        }
    }
}
