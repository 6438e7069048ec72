package import ConversationStorage
import Conversations

/// What a person types for each message that a search found.
package struct HitAddresses: Sendable {
    /// The short names of the messages of threads in which something far from the tip's path was found.
    private var handles: [ThreadID: MessageHandles] = [:]

    package init(of hits: [SearchHit], _ service: ThreadService) async throws {
        for hit in hits where hit.needsHandle && handles[hit.threadID] == nil {
            handles[hit.threadID] = try await service.messageHandles(in: hit.threadID)
        }
    }

    package subscript(hit: SearchHit) -> String {
        guard let position = hit.position, let message = hit.messageID else { return hit.threadHandle }
        let place = "\(hit.threadHandle)/\(position + 1)"
        if hit.isOnTipPath { return place }
        if let sibling = hit.sibling { return "\(place).\(sibling)" }
        return handles[hit.threadID].map { "\(hit.threadHandle)/\($0.handle(of: message))" } ?? place
    }
}

extension SearchHit {
    /// Whether no position on the tip's path names it.
    fileprivate var needsHandle: Bool { messageID != nil && !isOnTipPath && sibling == nil }
}
