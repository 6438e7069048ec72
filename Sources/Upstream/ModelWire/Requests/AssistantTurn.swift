import Conversations
import OrderedJSON

/// A message and the results of the tools it called, held back until it is known which calls are answered.
///
/// A turn ends with the next message that is no tool result. Calls without a result by then are not written: the request
/// never puts words into a tool's mouth.
struct AssistantTurn {
    enum Piece {
        /// What was said: the JSON of a message's `content`.
        case said([UInt8])
        case thought(JSON)
        case called(ToolCall)
    }

    let role: Role
    /// Where in the path the message is.
    let position: Int
    var pieces: [Piece] = []
    /// The first result for each call, in the order they came.
    private(set) var results: [ToolResult] = []
    /// What tools showed beside their words: `content` of messages of the user.
    var contentAfterResults: [[UInt8]] = []

    init(role: Role, position: Int) {
        self.role = role
        self.position = position
    }

    var hasCalls: Bool {
        pieces.contains { if case .called = $0 { true } else { false } }
    }

    /// Takes a tool's result, unless nothing here asked for it or it was answered before.
    ///
    /// - Returns: whether it was taken.
    mutating func answer(with result: ToolResult) -> Bool {
        guard !isAnswered(result.callID), call(result.callID) != nil else { return false }
        results.append(result)
        return true
    }

    /// The first call of this id.
    func call(_ callID: String) -> ToolCall? {
        for case .called(let call) in pieces where call.id.isSame(as: callID) { return call }
        return nil
    }

    /// Whether the call of this id has its result.
    func isAnswered(_ callID: String) -> Bool {
        results.contains { $0.callID.isSame(as: callID) }
    }
}

extension String {
    /// Whether two ids are the same bytes: `==` would take canonically equivalent ones for one.
    fileprivate func isSame(as other: String) -> Bool { utf8.elementsEqual(other.utf8) }
}

extension JSONWriter {
    /// Writes `"name":value`.
    mutating func field(_ name: String, _ value: String) {
        key(name)
        string(value)
    }
}
