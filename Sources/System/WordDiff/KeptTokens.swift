/// Which tokens of two lists stay, in the same order in both: as many as there can be, or nearly.
///
/// E. W. Myers, "An O(ND) Difference Algorithm and Its Variations", Algorithmica 1 (1986), 4b: the middle of a shortest
/// way is found from both ends, in space that grows with the lists alone. The work grows with the product of length and
/// difference, so the search for one middle ends at a bound; then the way goes through the farthest place it reached,
/// which is what GNU diff does (`too_expensive` in diffseq.h).
struct KeptTokens {
    private let old: [Int32]
    private let new: [Int32]
    private var forward: [Int]
    private var backward: [Int]
    private let mostSteps: Int
    /// What stays: places in both lists.
    private(set) var pairs: [(old: Int, new: Int)] = []

    /// Some 20 million places are looked at at most, whatever the texts: tenths of a second.
    private static let mostWork = 20_000_000

    init(_ old: [Int32], _ new: [Int32]) {
        // What is in one list only stays nowhere.
        let count = Int(max(old.max() ?? -1, new.max() ?? -1)) + 1
        var isInOld = [Bool](repeating: false, count: count)
        var isInNew = isInOld
        for token in old { isInOld[Int(token)] = true }
        for token in new { isInNew[Int(token)] = true }
        let oldPlaces = old.indices.filter { isInNew[Int(old[$0])] }
        let newPlaces = new.indices.filter { isInOld[Int(new[$0])] }
        self.old = oldPlaces.map { old[$0] }
        self.new = newPlaces.map { new[$0] }
        let length = oldPlaces.count + newPlaces.count
        mostSteps = min(length / 2 + 2, max(64, Self.mostWork / max(1, length)))
        forward = [Int](repeating: 0, count: 2 * mostSteps + 3)
        backward = forward
        pairs.reserveCapacity(min(oldPlaces.count, newPlaces.count))
        search()
        pairs = pairs.map { (oldPlaces[$0.old], newPlaces[$0.new]) }
    }

    private struct Box {
        var left: Int
        var right: Int
        var top: Int
        var bottom: Int
    }

    private mutating func search() {
        var boxes = [Box(left: 0, right: old.count, top: 0, bottom: new.count)]
        // What stays at the end of a box comes after what stays inside it.
        var tails: [(depth: Int, old: Int, new: Int, count: Int)] = []
        while var box = boxes.popLast() {
            while let tail = tails.last, boxes.count < tail.depth {
                tails.removeLast()
                for offset in 0..<tail.count { pairs.append((tail.old + offset, tail.new + offset)) }
            }
            while box.left < box.right, box.top < box.bottom, old[box.left] == new[box.top] {
                pairs.append((box.left, box.top))
                box.left += 1
                box.top += 1
            }
            var tail = 0
            while box.left < box.right, box.top < box.bottom, old[box.right - 1] == new[box.bottom - 1] {
                box.right -= 1
                box.bottom -= 1
                tail += 1
            }
            if tail > 0 { tails.append((boxes.count, box.right, box.bottom, tail)) }
            guard box.left < box.right, box.top < box.bottom, let (x, y) = middle(of: box) else { continue }
            let first = Box(left: box.left, right: x, top: box.top, bottom: y)
            let second = Box(left: x, right: box.right, top: y, bottom: box.bottom)
            // A cut at a corner would be the same box again.
            guard (x, y) != (box.left, box.top), (x, y) != (box.right, box.bottom) else { continue }
            boxes.append(second)
            boxes.append(first)
        }
        while let tail = tails.popLast() {
            for offset in 0..<tail.count { pairs.append((tail.old + offset, tail.new + offset)) }
        }
    }

    /// A place that a shortest way through the box goes through, or one that a good way does.
    private mutating func middle(of box: Box) -> (Int, Int)? {
        let (width, height) = (box.right - box.left, box.bottom - box.top)
        let delta = width - height
        let steps = min(mostSteps, (width + height + 1) / 2 + 1)
        let centre = mostSteps + 1
        return old.withUnsafeBufferPointer { old in
            new.withUnsafeBufferPointer { new in
                forward.withUnsafeMutableBufferPointer { forward in
                    backward.withUnsafeMutableBufferPointer { backward in
                        forward[centre + 1] = 0
                        backward[centre + 1] = 0
                        for step in 0..<steps {
                            var k = step
                            while k >= -step {
                                let at = centre + k
                                var x =
                                    k == -step || (k != step && forward[at - 1] < forward[at + 1])
                                    ? forward[at + 1] : forward[at - 1] + 1
                                let start = x
                                while x < width, x - k < height, old[box.left + x] == new[box.top + x - k] { x += 1 }
                                forward[at] = x
                                if delta & 1 != 0, abs(k - delta) <= step - 1, x + backward[centre - k + delta] >= width
                                {
                                    return (box.left + start, box.top + start - k)
                                }
                                k -= 2
                            }
                            k = step
                            while k >= -step {
                                let at = centre + k
                                var x =
                                    k == -step || (k != step && backward[at - 1] < backward[at + 1])
                                    ? backward[at + 1] : backward[at - 1] + 1
                                while x < width, x - k < height,
                                    old[box.right - 1 - x] == new[box.bottom - 1 - x + k]
                                { x += 1 }
                                backward[at] = x
                                if delta & 1 == 0, abs(k - delta) <= step, x + forward[centre - k + delta] >= width {
                                    return (box.right - x, box.bottom - x + k)
                                }
                                k -= 2
                            }
                        }
                        // The bound: the farthest place inside the box.
                        var farthest: (x: Int, y: Int)?
                        for k in stride(from: -(steps - 1), through: steps - 1, by: 2) {
                            let x = forward[centre + k]
                            guard x <= width, x - k <= height, x - k >= 0 else { continue }
                            if farthest.map({ 2 * x - k > $0.x + $0.y }) ?? true { farthest = (x, x - k) }
                        }
                        return farthest.map { (box.left + $0.x, box.top + $0.y) }
                    }
                }
            }
        }
    }
}
