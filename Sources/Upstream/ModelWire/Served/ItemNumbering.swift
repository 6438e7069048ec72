/// Gives the items of one message their ids: made of the message's own, so that they hold as long as it does.
///
/// Items are numbered by kind, not by place: what a stream gives an id when it first hears of it has the same id when the
/// message is read back, in whatever order the pieces came.
struct ItemNumbering: Sendable {
    enum Kind: Sendable {
        case message, reasoning, function, custom, functionOutput, customOutput, picture, other
    }

    let messageUID: String
    private var messages = 0
    private var reasonings = 0
    private var calls = 0
    private var outputs = 0
    private var others = 0

    init(messageUID: String) {
        self.messageUID = messageUID
    }

    /// How many tools were called before.
    var callCount: Int { calls }

    /// The id of the next item of this kind.
    mutating func next(_ kind: Kind) -> String {
        func count(_ number: inout Int) -> Int {
            defer { number += 1 }
            return number
        }
        switch kind {
        case .message:
            let number = count(&messages)
            return number == 0 ? "msg_\(messageUID)" : "msg_\(messageUID)_\(number)"
        case .reasoning: return "rs_\(messageUID)_\(count(&reasonings))"
        case .function: return "fc_\(messageUID)_\(count(&calls))"
        case .custom: return "ctc_\(messageUID)_\(count(&calls))"
        case .functionOutput: return "fco_\(messageUID)_\(count(&outputs))"
        case .customOutput: return "ctco_\(messageUID)_\(count(&outputs))"
        case .picture: return "ig_\(messageUID)_\(count(&others))"
        case .other: return "item_\(messageUID)_\(count(&others))"
        }
    }
}
