import ConversationStorage
import Conversations
import ModelUpstream
import ModelWire
import OrderedJSON

extension ThreadService {
    /// Plans what of the path, with the messages about to be added to it, a question sends.
    func plan(
        _ question: Question, path: MessageID?, adding messages: [NewMessage], in thread: ChatThread?,
        instructions: String?
    ) async throws(ServiceError) -> (ContextPlan, PlannedContext) {
        if question.body != nil {
            // The program has written its history itself: all of it is sent.
            var before = 0
            if let path {
                before = try await stored { () async throws(StorageError) in
                    try await vault.message(path).position + 1
                }
            }
            return (
                .whole(messageCount: before + messages.count, mode: .full),
                PlannedContext(cutHasMoved: false, messageCount: before + messages.count)
            )
        }
        let past: [MessageWeight]
        if let path {
            past = try await stored { () async throws(StorageError) in try await vault.weights(to: path) }
        } else {
            past = []
        }
        let weights = past + messages.map { MessageWeight($0) }
        let earlier: [Call]
        if question.replayPlace != nil {
            earlier = try await callBefore(question)
        } else if let thread {
            earlier = try await stored { () async throws(StorageError) in
                try await vault.calls(of: thread.id, limit: 50).filter {
                    $0.replayID == nil && $0.plan?.summarises != true
                }
            }
        } else {
            earlier = []
        }
        let window = question.window
        let planner = ContextPlanner(
            mode: question.context, window: window, calibration: calibration(earlier, model: question.model),
            previousCut: previousCut(earlier, mode: question.context),
            fixedTokens: ContextPlanner.estimatedTokens(
                bytes: (instructions?.utf8.count ?? 0) + (question.parameters.tools?.serialized().count ?? 0)),
            answerTokens: question.parameters.maxTokens ?? 0)
        var plan = planner.plan(weights)
        if question.replayPlace != nil, question.instructions != nil {
            plan.leaveOut(first: weights.prefix { $0.role == .system || $0.role == .developer }.count)
        }
        let before = previousCut(earlier, mode: question.context) ?? 0
        let cut = plan.leftOut.last.map { $0.upperBound + 1 } ?? 0
        return (plan, PlannedContext(cutHasMoved: cut > before, messageCount: weights.count))
    }

    /// Plans a call anew that was refused as too long: with the window that the refusal names, which is remembered, and
    /// with what it tells of our estimate.
    ///
    /// - Returns: nil where nothing more can be left out, or the person wants the whole path sent.
    func replan(_ call: Call, refused: UpstreamError) async throws(ServiceError) -> Call? {
        guard let sent = call.plan, sent.mode != .full, let question = call.questionID else { return nil }
        return try await stored { () async throws(StorageError) -> Call? in
            let weights = try await vault.weights(to: question)
            let estimate = max(1, sent.estimatedTokens ?? 1)
            if let limit = refused.fault?.contextLimit {
                try await vault.remember("window:\(call.upstream)/\(call.modelRequested)", "\(limit)")
            }
            // Whoever names no limit has been sent more than it takes: a quarter less, then.
            let limit = refused.fault?.contextLimit ?? estimate * 3 / 4
            let planner = ContextPlanner(
                mode: .auto, window: limit, calibration: max(1, Double(limit) / Double(estimate)) * 1.05,
                previousCut: sent.leftOut.last.map { $0.upperBound + 1 },
                fixedTokens: max(0, estimate - sent.tokens(of: weights)),
                answerTokens: call.parameters.maxTokens ?? 0)
            var plan = planner.plan(weights)
            guard plan.sent != sent.sent else { return nil }
            plan.mode = sent.mode
            plan.continuesAnswer = sent.continuesAnswer
            plan.summaryID = sent.summaryID
            plan.rules = sent.rules
            try await vault.replan(call.id, plan)
            return try await vault.call(call.id)
        }
    }

    /// What the arm of a replay was asked before, where it goes on from its own answer: what other arms and the thread
    /// itself were sent says nothing of it, and came in any order.
    private func callBefore(_ question: Question) async throws(ServiceError) -> [Call] {
        guard let place = question.replayPlace else { return [] }
        return try await stored { () async throws(StorageError) -> [Call] in
            var message: MessageID?
            switch question.place {
            case .after(let answer): message = answer
            case .again(let asked): message = try await vault.message(asked).parentID
            default: return []
            }
            while let id = message {
                let found = try await vault.message(id)
                guard found.role != .assistant else {
                    guard let call = found.callID else { return [] }
                    let before = try await vault.call(call)
                    return before.replayID == place.replay ? [before] : []
                }
                message = found.parentID
            }
            return []
        }
    }

    /// Where the last call of this thread in this mode began, after what it left out.
    private func previousCut(_ calls: [Call], mode: ContextMode) -> Int? {
        calls.first { $0.plan?.mode == mode }?.plan?.leftOut.last.map { $0.upperBound + 1 }
    }

    /// How the same model counted what we had estimated. The longest request of late tells it best: what a server adds to
    /// every request weighs little there.
    private func calibration(_ calls: [Call], model: String) -> Double {
        let counted = calls.lazy.filter { $0.modelRequested == model }.compactMap {
            call -> (estimated: Int, counted: Int)? in
            guard let counted = call.usage.input, let estimated = call.plan?.estimatedTokens, estimated > 0, counted > 0
            else { return nil }
            return (estimated, counted)
        }
        guard let longest = counted.prefix(8).max(by: { $0.estimated < $1.estimated }) else { return 1 }
        return min(4, max(0.25, Double(longest.counted) / Double(longest.estimated) * 1.03))
    }
}

extension MessageWeight {
    fileprivate init(_ message: NewMessage) {
        let text = message.parts.text.utf8.count
        self.init(
            role: message.role, textBytes: text,
            otherBytes: message.parts.isPlainText ? 0 : message.parts.storedJSON.serialized().count, isKept: false)
    }
}

extension ContextPlan {
    /// What the messages it sends weigh by our estimate.
    fileprivate func tokens(of weights: [MessageWeight]) -> Int {
        sent.flatMap(\.self).filter { weights.indices.contains($0) }
            .map { ContextPlanner.estimatedTokens(bytes: weights[$0].textBytes + weights[$0].otherBytes) }.reduce(0, +)
    }

    /// Leaves out what the path begins with: the instructions that others take the place of.
    fileprivate mutating func leaveOut(first count: Int) {
        guard count > 0 else { return }
        let rest = blocks.compactMap { block -> Block? in
            guard block.positions.upperBound >= count else { return nil }
            var block = block
            block.positions = max(count, block.positions.lowerBound)...block.positions.upperBound
            return block
        }
        blocks = [Block(positions: 0...(count - 1), isSent: false, reason: .replaced)] + rest
    }

    /// How many messages the path has that it plans.
    var messageCount: Int { blocks.map(\.positions.count).reduce(0, +) }
}
