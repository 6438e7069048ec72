package import Conversations
import OrderedJSON

/// How a canary's questions are asked, the same each time.
package struct CanarySettings: Sendable, Hashable {
    package var mode: Replay.Mode
    package var parameters: CallParameters

    package init(mode: Replay.Mode, parameters: CallParameters) {
        self.mode = mode
        self.parameters = parameters
    }
}

extension CanarySettings {
    /// The settings of a canary, as they are kept with it.
    package init(of canary: Canary) {
        self.init(
            mode: canary.settings["mode"]?.string.flatMap { Replay.Mode(rawValue: $0) } ?? .anchored,
            parameters: canary.settings["parameters"].map { CallParameters(json: $0) } ?? CallParameters())
    }

    var json: JSON { .object(["mode": .string(mode.rawValue), "parameters": parameters.json]) }
}
