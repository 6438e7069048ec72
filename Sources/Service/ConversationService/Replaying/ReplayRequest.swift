package import Conversations
package import Foundation
package import ModelUpstream
package import OrderedJSON

/// A model that is asked the same questions, and where.
package struct ReplayTarget: Sendable {
    package var upstream: Upstream
    package var key: APIKey?
    package var model: String
    /// The model's window in tokens, where it is known.
    package var window: Int?
    /// The kinds of input the model takes (`text`, `image`, `pdf`, `audio`); nil where that is not known.
    package var takes: Set<String>?
    /// What so many tokens cost there; nil where nobody knows.
    package var cost: (@Sendable (TokenUsage) -> Decimal?)?

    package init(
        upstream: Upstream, key: APIKey?, model: String, window: Int? = nil, takes: Set<String>? = nil,
        cost: (@Sendable (TokenUsage) -> Decimal?)? = nil
    ) {
        self.upstream = upstream
        self.key = key
        self.model = model
        self.window = window
        self.takes = takes
        self.cost = cost
    }
}

/// What a chain does where the arm asks for a tool.
package enum ReplayToolUse: String, Sendable, CaseIterable {
    /// The arm ends there.
    case stop
    /// It goes on with the recorded results where name and arguments equal the recorded call's, and ends elsewhere.
    case recorded
}

/// How the questions of a replay are asked. It is kept with the replay: going on asks in the same way.
package struct ReplaySettings: Sendable, Hashable {
    package var parameters: CallParameters
    /// What the models are told first: nil for what the thread says, "" for nothing.
    package var instructions: String?
    package var context: ContextMode
    package var toolUse: ReplayToolUse
    /// How many questions are under way at once, at most.
    package var parallel: Int
    /// What the whole replay may cost, in the currency of the models' prices.
    package var maxCost: Decimal?
    /// How many tokens the whole replay may take, questions and answers.
    package var maxTokens: Int?

    package init(
        parameters: CallParameters = CallParameters(streams: true), instructions: String? = nil,
        context: ContextMode = .auto, toolUse: ReplayToolUse = .stop, parallel: Int = 8, maxCost: Decimal? = nil,
        maxTokens: Int? = nil
    ) {
        self.parameters = parameters
        self.instructions = instructions
        self.context = context
        self.toolUse = toolUse
        self.parallel = parallel
        self.maxCost = maxCost
        self.maxTokens = maxTokens
    }
}

extension ReplaySettings {
    /// The settings as they are kept with their replay.
    package var json: JSON {
        var object: JSONObject = [
            "parameters": parameters.json, "context": .string(context.description),
            "on_tool": .string(toolUse.rawValue), "parallel": .int(parallel),
        ]
        if let instructions { object["instructions"] = .string(instructions) }
        if let maxCost { object["max_cost"] = .string("\(maxCost)") }
        if let maxTokens { object["max_tokens_total"] = .int(maxTokens) }
        return .object(object)
    }

    /// Settings read back; what is not there is as usual.
    package init(json: JSON) {
        self.init(
            parameters: json["parameters"].map { CallParameters(json: $0) } ?? CallParameters(streams: true),
            instructions: json["instructions"]?.string,
            context: json["context"]?.string.flatMap { ContextMode($0) } ?? .auto,
            toolUse: json["on_tool"]?.string.flatMap { ReplayToolUse(rawValue: $0) } ?? .stop,
            parallel: json["parallel"]?.int ?? 8, maxCost: json["max_cost"]?.string.flatMap { Decimal(string: $0) },
            maxTokens: json["max_tokens_total"]?.int)
    }
}

/// Which questions are asked again, and of whom.
package struct ReplayRequest: Sendable {
    package var mode: Replay.Mode
    /// The ends of the paths that are asked again.
    package var origins: [MessageID]
    package var targets: [ReplayTarget]
    /// How many times each model is asked.
    package var samples: Int
    package var settings: ReplaySettings
    /// Whether events stay in the vault beside the whole answers.
    package var keepsEvents: Bool
    /// The canary whose run it is.
    package var canary: CanaryID?
    /// What its arms are called; nil for the models' names.
    package var label: String?

    package init(
        mode: Replay.Mode = .anchored, origins: [MessageID], targets: [ReplayTarget], samples: Int = 1,
        settings: ReplaySettings = ReplaySettings(), keepsEvents: Bool = false, canary: CanaryID? = nil,
        label: String? = nil
    ) {
        self.mode = mode
        self.origins = origins
        self.targets = targets
        self.samples = samples
        self.settings = settings
        self.keepsEvents = keepsEvents
        self.canary = canary
        self.label = label
    }
}

/// Something that happens while a replay runs. What is told here is in the vault already.
package enum ReplayEvent: Sendable {
    /// It is written down, with everything that is to be asked.
    case begun(Replay)
    /// A question got its answer, or there is another state of things to show.
    case progress(ReplayProgress)
    /// An upstream asked for less: so many questions are under way there at once from now on, none before it is time.
    case slowed(upstream: String, limit: Int, wait: Duration)
    /// An arm ended early.
    case ended(ReplayArm, status: ReplayArm.Status, why: String)
}

/// How far a replay has come.
package struct ReplayProgress: Sendable, Hashable {
    package var answered: Int
    package var total: Int
    /// What the calls took so far, as the upstreams counted.
    package var tokens: Int
    /// What they cost so far; nil where some price is not known.
    package var cost: Decimal?
}

/// What came of a replay, or of going on with one.
package struct ReplayOutcome: Sendable {
    /// As it is now.
    package let replay: Replay
    package let progress: ReplayProgress
    /// The limit that ended it, for a person.
    package let limit: String?
    /// Whether it was ended by its caller.
    package let wasInterrupted: Bool
    /// Why arms failed, the first of each kind.
    package let failures: [UpstreamError]
}
