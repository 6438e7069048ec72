package import Conversations

/// The messages of a thread as the tree they are.
package struct MessageTree: Sendable {
    /// Each message after its parent.
    package let messages: [Message]
    /// The places in ``messages`` of those that continue each, in the order in which they came.
    package let children: [[Int]]
    /// The places of the thread's first messages.
    package let beginnings: [Int]
    /// Which of its siblings each message is, from 1. Those in the trash are counted: what is out of sight renames nothing.
    package let siblingNumbers: [Int]
    private let parents: [Int?]
    private let places: [MessageID: Int]

    /// - Parameters:
    ///   - all: every message of a thread, each after its parent.
    ///   - showsTrash: whether what is in the trash is in the tree, too.
    package init(_ all: [Message], showsTrash: Bool) {
        var siblings: [MessageID?: [Message]] = [:]
        for message in all { siblings[message.parentID, default: []].append(message) }
        var numbers: [MessageID: Int] = [:]
        for (parent, group) in siblings {
            // Beginnings come in the order of their strands; what continues a message, in the order of its dates.
            let ordered =
                parent == nil
                ? group
                : group.enumerated().sorted { ($0.element.createdAt, $0.offset) < ($1.element.createdAt, $1.offset) }
                    .map(\.element)
            siblings[parent] = ordered
            for (index, message) in ordered.enumerated() { numbers[message.id] = index + 1 }
        }
        var places: [MessageID: Int] = [:]
        var shown: [Message] = []
        for message in all where showsTrash || message.trashedAt == nil {
            guard message.parentID.map({ places[$0] != nil }) ?? true else { continue }
            places[message.id] = shown.count
            shown.append(message)
        }
        messages = shown
        self.places = places
        children = shown.map { message in (siblings[message.id] ?? []).compactMap { places[$0.id] } }
        beginnings = (siblings[nil] ?? []).compactMap { places[$0.id] }
        siblingNumbers = shown.map { numbers[$0.id] ?? 1 }
        parents = shown.map { message in message.parentID.flatMap { places[$0] } }
    }

    /// Where a message is in ``messages``; nil if it is not in the tree.
    package func place(of id: MessageID) -> Int? { places[id] }

    /// The places from the beginning to a message.
    package func path(to place: Int) -> [Int] {
        var path = [place]
        while let parent = parents[path[path.count - 1]] { path.append(parent) }
        return path.reversed()
    }

    /// How many messages continue one, directly or not.
    package func continuationCount(of place: Int) -> Int {
        var open = children[place]
        var count = 0
        while let next = open.popLast() {
            count += 1
            open += children[next]
        }
        return count
    }

    /// Where the branch that goes through a message ends, following what came last.
    package func end(from place: Int) -> Int {
        var end = place
        while let next = children[end].last { end = next }
        return end
    }

    /// What a person types for each message: its position on the tip's path, its number beside it, else a handle.
    package func addresses(in thread: ChatThread, tipPath: Set<Int>, handle: (MessageID) -> String) -> [String] {
        // Beside the path counts only what shares its parent with a message of it.
        messages.indices.map { place in
            let position = "\(thread.handle)/\(messages[place].position + 1)"
            if tipPath.contains(place) { return position }
            let siblings = parents[place].map { children[$0] } ?? beginnings
            if siblings.contains(where: { tipPath.contains($0) }) { return "\(position).\(siblingNumbers[place])" }
            return "\(thread.handle)/\(handle(messages[place].id))"
        }
    }
}
