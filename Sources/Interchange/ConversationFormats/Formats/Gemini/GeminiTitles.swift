/// Takes the prompt out of an activity's title: `Prompted High tide in Brest?`.
///
/// The word before it is in the language of the account. Those that were seen are known; of other languages the one with a
/// colon that (nearly) all titles begin with is learned from the file. A title that still begins with such a word keeps
/// it: that is better than to cut off a word of the person's.
struct GeminiTitles {
    enum Meaning: Equatable {
        case prompt(String)
        /// A prompt that may begin with a word that is not the person's.
        case unclear(String)
        /// Something else that was done.
        case event
    }

    private static let promptHeads = [
        "Prompted ", "Live Prompt ", "Asked ", "Said ", "Prompt: ", "Prompt : ", "Eingegebener Prompt: ", "Запит: ",
    ]
    private static let eventHeads = [
        "Used ", "Created ", "Gave feedback", "Selected ", "Turned ", "Viewed ", "Visited ", "Dismissed ",
    ]

    /// How often titles of unknown language begin with the same words and a colon, and how many such titles there are.
    private var heads: [String: Int] = [:]
    private var unknownCount = 0

    mutating func learn(_ title: String) {
        guard Self.rest(of: title, afterOneOf: Self.promptHeads) == nil,
            Self.rest(of: title, afterOneOf: Self.eventHeads) == nil
        else { return }
        unknownCount += 1
        if let head = Self.head(of: title) { heads[head, default: 0] += 1 }
    }

    func meaning(of title: String, hasAnswer: Bool) -> Meaning {
        if let rest = Self.rest(of: title, afterOneOf: Self.promptHeads) { return .prompt(rest) }
        if !hasAnswer, Self.rest(of: title, afterOneOf: Self.eventHeads) != nil { return .event }
        if let head = Self.head(of: title), let count = heads[head], count >= 3, count * 5 >= unknownCount * 4 {
            return .prompt(String(title.unicodeScalars.dropFirst(head.unicodeScalars.count)))
        }
        return .unclear(title)
    }

    /// The words up to a colon and the blank behind it, at most six of them.
    private static func head(of title: String) -> String? {
        let scalars = title.unicodeScalars
        guard let colon = scalars.firstIndex(where: { $0 == ":" || $0 == "：" }) else { return nil }
        var end = scalars.index(after: colon)
        if scalars[colon] == ":" {
            guard end < scalars.endIndex, scalars[end].properties.isWhitespace else { return nil }
            end = scalars.index(after: end)
        }
        let head = scalars[..<end]
        guard head.count <= 40, head.split(whereSeparator: \.properties.isWhitespace).count <= 6,
            !head.contains("\n"), end < scalars.endIndex
        else { return nil }
        return String(String.UnicodeScalarView(head))
    }

    /// What follows one of some beginnings, whose blanks may be of any kind.
    private static func rest(of title: String, afterOneOf heads: [String]) -> String? {
        for head in heads {
            var rest = title.unicodeScalars[...]
            let matches = head.unicodeScalars.allSatisfy { wanted in
                guard let found = rest.popFirst() else { return false }
                return found == wanted || wanted == " " && found.properties.isWhitespace
            }
            if matches { return String(String.UnicodeScalarView(rest)) }
        }
        return nil
    }
}
