/// What of one text stays in another, by word, in any script.
package struct WordDiff: Sendable, Hashable {
    package enum Change: Sendable, Hashable {
        case equal, removed, inserted
    }

    /// Words that follow each other and had the same fate.
    package struct Run: Sendable, Hashable {
        package let change: Change
        package let text: String

        package init(_ change: Change, _ text: String) {
            self.change = change
            self.text = text
        }
    }

    /// In the order of the texts; what was removed stands before what came in its place. None is empty.
    package let runs: [Run]
    /// How much of both texts is the same: 1 where every word and sign is, 0 where none is. White space does not count.
    package let similarity: Double

    package init(from old: TextTokens, to new: TextTokens) {
        let alignment = TokenAlignment(old, new)
        similarity = alignment.similarity
        runs = alignment.runs
    }

    package init(from old: String, to new: String) {
        self.init(from: TextTokens(old), to: TextTokens(new))
    }

    package static func == (left: WordDiff, right: WordDiff) -> Bool {
        left.similarity == right.similarity
            && left.runs.elementsEqual(right.runs) {
                $0.change == $1.change && $0.text.utf8.elementsEqual($1.text.utf8)
            }
    }

    /// Whether the texts are the same, byte for byte.
    package var isEmpty: Bool { runs.allSatisfy { $0.change == .equal } }

    /// The new text, made of the old one; nil where it is not the old one that these are the changes of.
    package func apply(to old: String) -> String? {
        var rest = old.utf8[...]
        var new = ""
        for run in runs {
            if run.change != .inserted {
                guard rest.starts(with: run.text.utf8) else { return nil }
                rest = rest.dropFirst(run.text.utf8.count)
            }
            if run.change != .removed { new += run.text }
        }
        return rest.isEmpty ? new : nil
    }

    /// The changes the other way round.
    package var reversed: WordDiff {
        var runs: [Run] = []
        var inserted: [Run] = []
        for run in self.runs {
            switch run.change {
            case .equal:
                runs += inserted + [run]
                inserted = []
            case .removed: inserted.append(Run(.inserted, run.text))
            case .inserted: runs.append(Run(.removed, run.text))
            }
        }
        return WordDiff(runs: runs + inserted, similarity: similarity)
    }

    private init(runs: [Run], similarity: Double) {
        self.runs = runs
        self.similarity = similarity
    }
}
