import Conversations

/// The tree that a conversation's messages make, whatever their parents say: every message has a place in it, once.
struct ForeignTree {
    /// For each message, the number of the one it continues; nil for a beginning.
    private(set) var parents: [Int?] = []
    /// The messages' numbers, each after its parent, one branch after the other; siblings by their dates, then as the file
    /// has them.
    private(set) var order: [Int] = []
    /// The first message with an id.
    private(set) var numbers: [String: Int] = [:]
    /// Messages whose parent is not there: they continue the one before them in the file.
    private(set) var orphans: [Int] = []
    /// Messages that were taken out of a circle: they are beginnings.
    private(set) var circles: [Int] = []
    /// Messages whose id another one before them has.
    private(set) var duplicates: [Int] = []

    init(_ messages: [ForeignMessage]) {
        for (number, message) in messages.enumerated() {
            guard let id = message.id else { continue }
            if numbers[id] == nil { numbers[id] = number } else { duplicates.append(number) }
        }
        for (number, message) in messages.enumerated() {
            let before = number > 0 ? number - 1 : nil
            switch message.parent {
            case .previous: parents.append(before)
            case .none: parents.append(nil)
            case .message(let id):
                let parent = numbers[id]
                if parent == nil { orphans.append(number) }
                parents.append(parent ?? before)
            }
        }
        breakCircles()
        arrange(messages)
    }

    /// Makes a beginning of the first message, in the file's order, of every circle.
    private mutating func breakCircles() {
        // What is known to lead to a beginning, and what the walk under way has passed.
        var isPlaced = [Bool](repeating: false, count: parents.count)
        var walk = [Int](repeating: -1, count: parents.count)
        for start in parents.indices where !isPlaced[start] {
            var number: Int? = start
            while let passed = number, !isPlaced[passed] {
                if walk[passed] == start {
                    let first = firstOfCircle(through: passed)
                    circles.append(first)
                    parents[first] = nil
                    break
                }
                walk[passed] = start
                number = parents[passed]
            }
            number = start
            while let passed = number, !isPlaced[passed] {
                isPlaced[passed] = true
                number = parents[passed]
            }
        }
    }

    private func firstOfCircle(through number: Int) -> Int {
        var first = number
        var next = parents[number]
        while let passed = next, passed != number {
            first = min(first, passed)
            next = parents[passed]
        }
        return first
    }

    private mutating func arrange(_ messages: [ForeignMessage]) {
        var children = [[Int]](repeating: [], count: parents.count)
        var beginnings: [Int] = []
        for (number, parent) in parents.enumerated() {
            if let parent { children[parent].append(number) } else { beginnings.append(number) }
        }
        func inOrderOfDates(_ siblings: [Int]) -> [Int] {
            guard siblings.count > 1 else { return siblings }
            let dates = siblings.map { messages[$0].createdAt }
            guard !dates.contains(nil) else { return siblings }
            return zip(siblings, dates).sorted { ($0.1?.milliseconds ?? 0, $0.0) < ($1.1?.milliseconds ?? 0, $1.0) }
                .map(\.0)
        }
        order.reserveCapacity(parents.count)
        var waiting = Array(inOrderOfDates(beginnings).reversed())
        while let number = waiting.popLast() {
            order.append(number)
            waiting += inOrderOfDates(children[number]).reversed()
        }
    }
}
