package import Conversations
import ModelWire

/// The names that programs know our things by: a prefix and the 32 hexadecimal digits of an identifier, so that a name is
/// found again without a table, for as long as the thing is there.
package enum ServedID {
    package static func response(_ id: CallID) -> String { "resp_" + digits(id) }
    package static func completion(_ id: CallID) -> String { "chatcmpl-" + digits(id) }
    package static func conversation(_ id: ThreadID) -> String { "conv_" + digits(id) }
    /// The digits in the names of a message's items.
    package static func message(_ id: MessageID) -> String { digits(id) }

    /// The call of a response's or a completion's name; nil where it is none of ours.
    package static func call(_ name: some StringProtocol) -> CallID? {
        rest(of: name, after: ["resp_", "chatcmpl-"]).flatMap { CallID($0) }
    }

    /// The thread of a conversation's name; nil where it is none of ours.
    package static func thread(_ name: some StringProtocol) -> ThreadID? {
        rest(of: name, after: ["conv_"]).flatMap { ThreadID($0) }
    }

    /// The message that an item belongs to (`msg_…`, `fc_…_1`); nil where the name is none of ours.
    package static func message(ofItem name: some StringProtocol) -> MessageID? {
        ServedItem.messageUID(ofItem: String(name)).flatMap { MessageID($0) }
    }

    private static func digits<Kind>(_ id: Identifier<Kind>) -> String {
        String(id.description.filter { $0 != "-" })
    }

    private static func rest(of name: some StringProtocol, after prefixes: [String]) -> String? {
        for prefix in prefixes where name.utf8.starts(with: prefix.utf8) {
            let rest = String(name.dropFirst(prefix.count))
            return rest.utf8.count == 32 ? rest : nil
        }
        return nil
    }
}
