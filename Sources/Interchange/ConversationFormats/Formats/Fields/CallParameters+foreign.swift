import Conversations
import OrderedJSON

extension CallParameters {
    /// Takes an option by the name that most programs have for it. What is not known, or not of the kind it has here, is
    /// kept among the extras under its own name.
    mutating func set(_ name: String, to value: JSON) {
        switch (name, value) {
        case (_, .null): break
        case ("temperature", .number(let number)) where number.double.isFinite: temperature = number.double
        case ("seed", _) where value.int != nil: seed = value.int
        case ("n", _) where value.int != nil: choices = value.int
        case ("max_tokens", _) where value.int != nil,
            ("max_output_tokens", _) where value.int != nil,
            ("max_completion_tokens", _) where value.int != nil:
            maxTokens = value.int
        default: extras[name] = value
        }
    }
}
