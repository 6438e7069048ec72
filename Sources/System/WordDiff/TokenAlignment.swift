/// Two texts' tokens side by side: blocks that stay, and between them what was removed and what came.
struct TokenAlignment {
    private let old: TextTokens
    private let new: TextTokens
    private var blocks: [Block] = []
    let similarity: Double

    /// Tokens of both texts from one place to another: the same ones, or changed.
    private struct Block {
        var isEqual: Bool
        var old: Range<Int>
        var new: Range<Int>
        /// How many of the tokens that stay are no white space.
        var weight = 0
    }

    init(_ old: TextTokens, _ new: TextTokens) {
        self.old = old
        self.new = new
        // White space follows what stands around it: aligned by itself it would hold unlike sentences together.
        let oldPlaces = old.kinds.indices.filter { old.kinds[$0] != .space }
        let newPlaces = new.kinds.indices.filter { new.kinds[$0] != .space }
        var names: [ArraySlice<UInt8>: Int32] = [:]
        func name(_ bytes: ArraySlice<UInt8>) -> Int32 {
            if let name = names[bytes] { return name }
            let name = Int32(names.count)
            names[bytes] = name
            return name
        }
        let common = KeptTokens(
            oldPlaces.map { name(old.bytes(of: $0)) }, newPlaces.map { name(new.bytes(of: $0)) }
        ).pairs.map { (old: oldPlaces[$0.old], new: newPlaces[$0.new]) }
        let total = oldPlaces.count + newPlaces.count
        similarity = total == 0 ? 1 : Double(2 * common.count) / Double(total)
        align(common)
        joinScattered()
    }

    private mutating func align(_ common: [(old: Int, new: Int)]) {
        var (oldEnd, newEnd) = (0, 0)
        for pair in common + [(old.count, new.count)] {
            var (oldStart, newStart) = (oldEnd, newEnd)
            // White space at both ends of what lies between stays where it is the same.
            while oldStart < pair.old, newStart < pair.new, isSame(oldStart, newStart) {
                oldStart += 1
                newStart += 1
            }
            add(equal: oldEnd..<oldStart, newEnd..<newStart)
            var (oldStop, newStop) = (pair.old, pair.new)
            while oldStart < oldStop, newStart < newStop, isSame(oldStop - 1, newStop - 1) {
                oldStop -= 1
                newStop -= 1
            }
            if oldStart < oldStop || newStart < newStop {
                blocks.append(Block(isEqual: false, old: oldStart..<oldStop, new: newStart..<newStop))
            }
            let isEnd = pair.old == old.count && pair.new == new.count
            add(equal: oldStop..<(pair.old + (isEnd ? 0 : 1)), newStop..<(pair.new + (isEnd ? 0 : 1)))
            (oldEnd, newEnd) = (pair.old + 1, pair.new + 1)
        }
    }

    private func isSame(_ oldToken: Int, _ newToken: Int) -> Bool {
        old.kinds[oldToken] == .space && new.kinds[newToken] == .space
            && old.bytes(of: oldToken) == new.bytes(of: newToken)
    }

    private mutating func add(equal oldTokens: Range<Int>, _ newTokens: Range<Int>) {
        guard !oldTokens.isEmpty else { return }
        let weight = oldTokens.count { old.kinds[$0] == .word }
        if let last = blocks.indices.last, blocks[last].isEqual {
            blocks[last].old = blocks[last].old.lowerBound..<oldTokens.upperBound
            blocks[last].new = blocks[last].new.lowerBound..<newTokens.upperBound
            blocks[last].weight += weight
        } else {
            blocks.append(Block(isEqual: true, old: oldTokens, new: newTokens, weight: weight))
        }
    }

    /// Makes one change of those with a word or two between them that stayed by chance: nobody can read a sentence that
    /// is cut into every "the" of another. As Fraser's semantic clean-up: what stays has to be longer than what changes
    /// on either side of it.
    private mutating func joinScattered() {
        var joined: [Block] = []
        func size(_ block: Block) -> Int { max(words(block.old, of: old), words(block.new, of: new)) }
        for block in blocks {
            joined.append(block)
            while joined.count >= 3, !joined[joined.count - 1].isEqual {
                let (before, kept, after) = (
                    joined[joined.count - 3], joined[joined.count - 2], joined[joined.count - 1]
                )
                guard kept.isEqual, !before.isEqual, kept.weight <= Self.mostScattered,
                    kept.weight < min(size(before), size(after)) || kept.weight == 0
                else { break }
                joined.removeLast(3)
                joined.append(
                    Block(
                        isEqual: false, old: before.old.lowerBound..<after.old.upperBound,
                        new: before.new.lowerBound..<after.new.upperBound))
            }
        }
        blocks = joined
    }

    /// More words than this in a row are no chance.
    private static let mostScattered = 3

    /// How many words, as far as it matters here.
    private func words(_ tokens: Range<Int>, of text: TextTokens) -> Int {
        var count = 0
        for token in tokens where text.kinds[token] == .word {
            count += 1
            if count > Self.mostScattered { break }
        }
        return count
    }

    var runs: [WordDiff.Run] {
        blocks.flatMap { block -> [WordDiff.Run] in
            if block.isEqual { return [WordDiff.Run(.equal, old.text(block.old))] }
            let removed = old.text(block.old)
            let inserted = new.text(block.new)
            return (removed.isEmpty ? [] : [WordDiff.Run(.removed, removed)])
                + (inserted.isEmpty ? [] : [WordDiff.Run(.inserted, inserted)])
        }
    }
}
