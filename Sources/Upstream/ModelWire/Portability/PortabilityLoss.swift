/// Something of a history that a target does not take as it stands, and what is done about it.
package struct PortabilityLoss: Sendable, Hashable {
    package let kind: PortabilityKind
    package let count: Int
    /// Where in the path, from 0, in order, each once.
    package let positions: [Int]
    /// One clause for a person, without a full stop.
    package let sentence: String
}
