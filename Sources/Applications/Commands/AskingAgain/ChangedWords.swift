import WordDiff

/// Changes as a person reads them on a terminal: what went and what came in colour, or between [- -] and {+ +}.
struct ChangedWords {
    let style: TerminalStyle
    /// Columns of a line; nil where lines may be of any length.
    let width: Int?
    var indent = "    "

    func text(of runs: [WordDiff.Run]) -> String {
        var lines = StyledLines(style: style, width: width)
        // What a line begins with stands before the lines it is wrapped into too: code and lists keep their shape.
        var margin = indent
        var isBegun = false
        func begin() {
            lines.begin(first: [StyledRun(margin)], rest: [StyledRun(margin)])
            isBegun = true
        }
        func end() {
            if !isBegun {
                margin = ""
                begin()
            }
            lines.end()
            margin = indent
            isBegun = false
        }
        for run in runs {
            var text = TerminalText.sanitized(run.text)
            // A line break that went breaks no line, and is seen.
            if run.change == .removed { text = text.replacing("\n", with: "⏎") }
            if run.change == .inserted, text.allSatisfy(\.isWhitespace) { text = text.replacing("\n", with: "⏎\n") }
            if !style.isOn {
                switch run.change {
                case .equal: break
                case .removed: text = "[-\(text)-]"
                case .inserted: text = "{+\(text)+}"
                }
            }
            for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
                if index > 0 { end() }
                var words = line
                if !isBegun {
                    let blank = line.prefix { $0 == " " || $0 == "\t" }
                    margin += blank.replacing("\t", with: "    ")
                    words = line.dropFirst(blank.count)
                    guard !words.isEmpty else { continue }
                    begin()
                }
                lines.append(StyledRun(String(words), Self.attributes(of: run.change)))
            }
        }
        end()
        return lines.output
    }

    private static func attributes(of change: WordDiff.Change) -> TerminalStyle.Attributes {
        switch change {
        case .equal: []
        case .removed: [.red, .struckOut]
        case .inserted: [.green]
        }
    }

    /// The changes with a few words around each, long ones cut: what shows in some lines where two texts differ.
    static func excerpt(of runs: [WordDiff.Run]) -> [WordDiff.Run] {
        runs.indices.map { index in
            let run = runs[index]
            let tokens = TextTokens(run.text).texts
            let most = run.change == .equal ? mostAround : mostChanged
            guard tokens.count > 2 * most + 4 else { return run }
            let head = tokens.prefix(most).joined()
            let tail = tokens.suffix(most).joined()
            switch run.change {
            case .equal where index == 0: return WordDiff.Run(.equal, "… " + tail)
            case .equal where index == runs.count - 1: return WordDiff.Run(.equal, head + " …")
            default: return WordDiff.Run(run.change, "\(head) … \(tail)")
            }
        }
    }

    private static let mostAround = 14
    private static let mostChanged = 50
}
