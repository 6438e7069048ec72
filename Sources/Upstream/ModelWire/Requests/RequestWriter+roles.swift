import Conversations
import OrderedJSON

/// A message that waits for others of its role.
struct HeldMessage {
    let role: Role
    var content: [UInt8]
}

extension RequestWriter {
    /// Whether messages of one role that follow each other become one.
    var joinsMessages: Bool { dialect == .chat && portability.rules.traits.contains(.alternatingRoles) }

    /// The role a message goes by.
    mutating func wireRole(_ role: Role) -> Role {
        var role = role
        switch role {
        case .developer: if portability.translates(.developerMessage) { role = .system }
        case .system, .user, .assistant, .tool: break
        default: if portability.translates(.unknownRole) { role = .user }
        }
        if role == .system || role == .developer {
            if hasBegun, portability.translates(.laterSystemMessage) { role = .user }
        } else {
            hasBegun = true
        }
        return role
    }

    /// Whether the system alone has spoken.
    var isBeforeQuestion: Bool { !hasAsked && held?.role ?? .system == .system }

    mutating func hold(role: Role, content: [UInt8]) {
        if let waiting = held, waiting.role == role, portability.translates(.sameRoleAgain) {
            held?.content = Self.joined(waiting.content, content)
            return
        }
        if role == .assistant, isBeforeQuestion, portability.leavesOut(.leadingAnswer) { return }
        writeHeldMessage()
        held = HeldMessage(role: role, content: content)
    }

    /// The content of the message that waits, if it is of this role, with more behind it; any other is written.
    mutating func takeHeldContent(role: Role, joining content: [UInt8]?) -> [UInt8]? {
        guard let waiting = held, waiting.role == role else {
            writeHeldMessage()
            return content
        }
        held = nil
        return content.map { Self.joined(waiting.content, $0) } ?? waiting.content
    }

    mutating func writeHeldMessage() {
        guard let message = held else { return }
        held = nil
        hasAsked = hasAsked || message.role != .system
        json.beginObject()
        json.field("role", message.role.name)
        json.key("content")
        json.raw(message.content)
        json.endObject()
    }

    /// Two contents as one: words a blank line apart, pieces one after the other.
    private static func joined(_ first: [UInt8], _ second: [UInt8]) -> [UInt8] {
        guard let one = try? JSON(parsing: first), let two = try? JSON(parsing: second) else { return first }
        var writer = JSONWriter()
        if let words = one.string, let more = two.string {
            writer.string([words, more].filter { !$0.isEmpty }.joined(separator: "\n\n"))
        } else {
            func parts(_ content: JSON) -> [JSON] {
                content.array ?? content.string.map { $0.isEmpty ? [] : [["type": "text", "text": .string($0)]] } ?? []
            }
            writer.value(.array(parts(one) + parts(two)))
        }
        return writer.takeBytes()
    }
}
