/// Chooses the labels of a replay's arms in one thread: the model's name; the upstream's and the model's where that is
/// taken; with a number from the second sample on.
struct ArmLabels {
    /// `keep` is not a name.
    private var taken: Set<String>
    private var names: [String: String] = [:]

    /// - Parameter taken: the labels that the thread's messages and other arms have.
    init(taken: Set<String>) {
        self.taken = taken.union(["keep"])
    }

    /// The label of the next arm of a model; `name`, with a number where it is taken, where somebody wants that.
    mutating func next(upstream: String, model: String, preferring name: String? = nil) -> String {
        let key = name ?? "\(upstream)/\(model)"
        let (plain, long) = (
            Self.fit(name ?? model), name.map { Self.fit($0) } ?? Self.fit("\(upstream)-\(model)")
        )
        var label = names[key] ?? (taken.contains(plain) ? long : plain)
        names[key] = label
        var number = 2
        while taken.contains(label) {
            label = "\(names[key] ?? plain)-\(number)"
            number += 1
        }
        taken.insert(label)
        return label
    }

    /// A name that can be typed after a colon: one word without `/` and `:`, with room for a number.
    static func fit(_ name: String) -> String {
        let fit = name.map { character in
            let isFit =
                !character.isWhitespace && character != "/" && character != ":"
                && character.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
            return isFit ? character : "-"
        }
        let word = String(fit.drop { $0 == "-" || $0 == "@" }.prefix(56))
        return word.isEmpty ? "model" : word
    }
}
