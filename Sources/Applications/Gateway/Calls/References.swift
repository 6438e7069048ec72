import ConversationService
import ConversationStorage
import Conversations
import ModelWire

extension GatewayRequest {
    /// The messages that the items of a request come to, with those that it only names read from the vault.
    ///
    /// An item is a piece of a message; naming one or several of a message brings the message.
    ///
    /// - Throws: 400 for a name that is none of what the caller may know of.
    func resolved(_ items: [ReceivedItem]) async throws -> [(role: Role, parts: [MessagePart])] {
        var found: [ReceivedItem] = []
        var last: MessageID?
        for (index, item) in items.enumerated() {
            guard case .reference(let name) = item else {
                found.append(item)
                last = nil
                continue
            }
            guard let id = ServedID.message(ofItem: name), let message = try? await service.vault.message(id),
                let thread = try? await service.vault.thread(message.threadID), sees(thread)
            else {
                throw APIError.invalid("input[\(index)].id", "Item with id '\(name)' not found.")
            }
            if id != last { found.append(.message(role: message.role, parts: message.parts)) }
            last = id
        }
        let hasReferences =
            items.contains { if case .reference = $0 { true } else { false } }
        return (hasReferences ? ReceivedItem.grouped(found) : found).compactMap { item in
            guard case .message(let role, let parts) = item else { return nil }
            return (role, parts)
        }
    }
}
