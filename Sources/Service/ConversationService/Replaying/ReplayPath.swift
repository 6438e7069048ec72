import ConversationStorage
package import Conversations
import ModelUpstream
import OrderedJSON

/// A path that is asked again: its questions, what belongs to each, and what each weighs.
package struct ReplayPath: Sendable {
    package let threadID: ThreadID
    package let originID: MessageID
    package let turns: [PathTurn]
    /// The messages between the answer before and a question, which is the last of them.
    let asked: [MessageID: [MessageID]]
    /// By question: the path to it, and its original answer, in tokens by our estimate.
    private let estimates: [MessageID: (input: Int, output: Int)]

    /// An answer is thought to be as long as the original; where there is none, so long.
    private static let usualAnswerTokens = 400

    init(_ path: [Message], weights: [MessageWeight]) {
        threadID = path[path.count - 1].threadID
        originID = path[path.count - 1].id
        turns = PathTurn.turns(of: path)
        let tokens = weights.map { ContextPlanner.estimatedTokens(bytes: $0.textBytes + $0.otherBytes) }
        var upTo: [Int] = []
        for count in tokens { upTo.append((upTo.last ?? 0) + count) }
        var asked: [MessageID: [MessageID]] = [:]
        var estimates: [MessageID: (input: Int, output: Int)] = [:]
        for turn in turns {
            asked[turn.questionID] = path[turn.asked].map(\.id)
            let answer = turn.asked.upperBound + 1
            estimates[turn.questionID] = (
                upTo[turn.asked.upperBound],
                turn.originalID != nil && tokens.indices.contains(answer) ? tokens[answer] : Self.usualAnswerTokens
            )
        }
        (self.asked, self.estimates) = (asked, estimates)
    }

    /// What asking a question is thought to take.
    func estimate(of question: MessageID, settings: ReplaySettings, window: Int?) -> TokenUsage {
        let (input, output) = estimates[question] ?? (0, Self.usualAnswerTokens)
        let fixed =
            ContextPlanner.estimatedTokens(bytes: settings.instructions?.utf8.count ?? 0)
            + (settings.parameters.tools.map { ContextPlanner.estimatedTokens(bytes: $0.serialized().count) } ?? 0)
        return TokenUsage(
            input: min(input + fixed, window ?? .max), output: min(output, settings.parameters.maxTokens ?? .max))
    }
}

extension ThreadService {
    /// The path to a message, as a replay asks it again.
    func replayPath(to origin: MessageID) async throws(ServiceError) -> ReplayPath {
        try await stored { () async throws(StorageError) in
            ReplayPath(try await vault.path(to: origin), weights: try await vault.weights(to: origin))
        }
    }
}

/// What a replay is thought to take before it begins: of one of its models.
package struct ReplayEstimate: Sendable {
    package let upstream: String
    package let model: String
    package let calls: Int
    /// All its calls together.
    package let usage: TokenUsage
}

extension ThreadService {
    /// How many questions a replay would ask and what they weigh by our estimate, model by model.
    package func estimate(_ request: ReplayRequest) async throws(ServiceError) -> [ReplayEstimate] {
        var paths: [ReplayPath] = []
        for origin in request.origins { paths.append(try await replayPath(to: origin)) }
        return request.targets.map { target in
            var (calls, input, output) = (0, 0, 0)
            for path in paths {
                for turn in path.turns {
                    let usage = path.estimate(
                        of: turn.questionID, settings: request.settings, window: target.window)
                    calls += request.samples
                    input += request.samples * (usage.input ?? 0)
                    output += request.samples * (usage.output ?? 0)
                }
            }
            return ReplayEstimate(
                upstream: target.upstream.name, model: target.model, calls: calls,
                usage: TokenUsage(input: input, output: output))
        }
    }
}
