import ConversationService
import Conversations
import WordDiff

/// A comparison on a terminal, or as plain text in a pipe: a line an arm, then where they differ.
struct ComparisonPrinter {
    let console: Console
    let showsAll: Bool

    /// As many differing answers of a replay are shown, and as many answers of one question side by side.
    private static let mostTurns = 10
    private static let mostAnswers = 3

    private var width: Int? { console.isTerminal ? console.columns : nil }

    func show(_ shown: ShownComparison) {
        console.line(console.style.bold(TerminalText.isolated(cut(shown.title))))
        console.line(console.style.dim(about(shown)))
        console.line()
        switch shown.comparison.subject {
        case .replay:
            armTable(shown)
            mostDifferent(shown)
        case .thread:
            armTable(shown)
            for turn in shown.comparison.turns { show(turn, shown, mostAnswers: Self.mostAnswers) }
        case .message:
            for turn in shown.comparison.turns { show(turn, shown, mostAnswers: .max, isWhole: true) }
        }
    }

    private func cut(_ line: String) -> String { width.map { TerminalText.truncated(line, to: $0) } ?? line }

    private func about(_ shown: ShownComparison) -> String {
        let comparison = shown.comparison
        var facts: [String] = []
        switch comparison.subject {
        case .replay(let replay):
            facts = ["replay \(replay.handle)", replay.mode.rawValue]
            if replay.finishedAt == nil { facts.append("not finished: diwan replay --resume \(replay.handle)") }
        case .thread(let thread): facts = [thread.handle]
        case .message(let thread, _): facts = [thread.handle]
        }
        let arms = shown.shownArms.count { !comparison.arms[$0].isOriginal }
        facts.append("\(comparison.turns.count) question\(comparison.turns.count == 1 ? "" : "s")")
        facts.append("\(arms) beside the original")
        if let verdicts = shown.verdicts { facts.append("judged by \(verdicts.model)") }
        return cut(TerminalText.sanitizedLine(facts.joined(separator: " · ")))
    }

    // MARK: - Arms

    private func armTable(_ shown: ShownComparison) {
        var table = FactsTable(columns: [
            .init(title: "", side: .leading, leastWidth: 12), .init(title: "done"),
            .init(title: "not done", side: .leading, rank: 5), .init(title: "length", rank: 1),
            .init(title: "same", rank: 2), .init(title: "p50", rank: 3), .init(title: "p95", rank: 6),
            .init(title: "first", rank: 8), .init(title: "tokens", rank: 7), .init(title: "cost", rank: 4),
            .init(title: "judge", side: .leading, rank: 1), .init(title: "fingerprint", side: .leading, rank: 9),
        ])
        for index in shown.shownArms {
            let (arm, figures) = (shown.comparison.arms[index], shown.figures[index])
            table.rows.append([
                TerminalText.sanitizedLine(arm.name) + (arm.isOriginal && arm.name != "original" ? " (original)" : ""),
                "\((figures.outcomes[.done] ?? 0).grouped)/\(figures.turns.grouped)", Shown.notDone(figures.outcomes),
                arm.isOriginal ? figures.wordCount.counted("word") : Shown.ratio(figures.lengthRatio),
                arm.isOriginal ? "" : Shown.percent(figures.similarity), Shown.seconds(figures.median),
                Shown.seconds(figures.ninetyFifth), Shown.seconds(figures.medianFirstToken),
                Shown.tokens(figures.inputTokens, figures.outputTokens), figures.cost?.text ?? "",
                arm.isOriginal ? "" : Shown.verdicts(figures.verdicts),
                TerminalText.sanitizedLine(figures.fingerprints.joined(separator: " ")),
            ])
        }
        for line in table.lines(width: width, style: console.style) { console.line(line) }
        for index in shown.shownArms {
            guard let note = shown.comparison.arms[index].note else { continue }
            let name = TerminalText.sanitizedLine(shown.comparison.arms[index].name)
            console.line(console.style.dim(cut("\(name): \(TerminalText.sanitizedLine(note))")))
        }
        console.line()
    }

    // MARK: - Turns

    /// The answers of a replay that have least in common with the original.
    private func mostDifferent(_ shown: ShownComparison) {
        var found: [(turn: ComparedTurn, answer: ComparedAnswer, similarity: Double)] = []
        for turn in shown.comparison.turns {
            for answer in turn.answers where !answer.isOriginal && answer.outcome != .failed {
                guard let similarity = answer.similarity, similarity < 1 else { continue }
                found.append((turn, answer, similarity))
            }
        }
        guard !found.isEmpty else {
            return console.note("No answer differs in its words.")
        }
        found = found.enumerated().sorted { ($0.element.similarity, $0.offset) < ($1.element.similarity, $1.offset) }
            .map(\.element)
        let most = showsAll ? found.count : Self.mostTurns
        for differing in found.prefix(most).grouped(by: \.turn.question?.id) {
            let turn = differing[0].turn
            heading(turn, shown)
            if let original = turn.original, differing.contains(where: { shown.isUnlike($0.answer) }) {
                facts(of: original, shown)
                beginning(of: original)
            }
            for (_, answer, _) in differing {
                facts(of: answer, shown)
                words(of: answer, turn, shown, isWhole: showsAll)
            }
            console.line()
        }
        if found.count > most {
            console.note(
                "\((found.count - most).grouped) more answers differ less: diwan compare --all \(shown.comparison.handle)"
            )
        }
    }

    private func show(_ turn: ComparedTurn, _ shown: ShownComparison, mostAnswers: Int, isWhole: Bool = false) {
        heading(turn, shown)
        var table = FactsTable(columns: [
            .init(title: "", side: .leading, leastWidth: 12), .init(title: "words"), .init(title: "same", rank: 2),
            .init(title: "seconds", rank: 3), .init(title: "first", rank: 7), .init(title: "tokens", rank: 6),
            .init(title: "cost", rank: 5), .init(title: "ended", side: .leading, rank: 4),
            .init(title: "judge", side: .leading, rank: 1), .init(title: "fingerprint", side: .leading, rank: 8),
            .init(title: "", side: .leading),
        ])
        for answer in turn.answers {
            let arm = shown.comparison.arms[answer.arm]
            table.rows.append([
                TerminalText.sanitizedLine(arm.name) + (arm.isOriginal && arm.name != "original" ? " (original)" : ""),
                answer.message == nil ? "" : "\(answer.wordCount)",
                answer.isOriginal ? "" : Shown.percent(answer.similarity), Shown.seconds(answer.milliseconds),
                Shown.seconds(answer.firstTokenMilliseconds),
                Shown.tokens(answer.call?.usage.input, answer.call?.usage.output),
                shown.cost(of: answer)?.text ?? "", TerminalText.sanitizedLine(Shown.ending(of: answer)),
                shown.verdict(of: answer)?.rawValue ?? "",
                TerminalText.sanitizedLine(answer.call?.systemFingerprint ?? ""),
                shown.address(of: answer.message) ?? "",
            ])
        }
        for line in table.lines(width: width, style: console.style) { console.line(line) }
        console.line()
        let others = turn.answers.filter { !$0.isOriginal && $0.message != nil }
        if others.count > mostAnswers, !showsAll {
            let place = shown.address(of: turn.question) ?? shown.comparison.handle
            return console.note("The words of these \(others.count) answers: diwan compare \(place)\n")
        }
        if let original = turn.original, isWhole || showsAll || others.contains(where: shown.isUnlike) {
            name(original, shown)
            if isWhole || showsAll { plain(original.text) } else { beginning(of: original) }
            console.line()
        }
        for answer in others {
            name(answer, shown)
            words(of: answer, turn, shown, isWhole: isWhole || showsAll)
            console.line()
        }
    }

    private func heading(_ turn: ComparedTurn, _ shown: ShownComparison) {
        let address = shown.address(of: turn.question) ?? "\(turn.number)"
        let words = turn.question?.firstWords ?? "(a question that was erased)"
        let room = console.isTerminal ? max(10, console.columns - TerminalText.columns(of: address) - 2) : 200
        console.line(
            console.style.bold(address) + "  "
                + console.style.cyan(TerminalText.isolated(TerminalText.truncated(words, to: room))))
    }

    private func name(_ answer: ComparedAnswer, _ shown: ShownComparison) {
        var text = TerminalText.sanitizedLine(shown.comparison.arms[answer.arm].name)
        if answer.isOriginal { text += text == "original" ? "" : " (original)" }
        if let address = shown.address(of: answer.message) { text += "  \(address)" }
        console.line("  " + console.style.green(TerminalText.isolated(text)))
    }

    /// One answer's facts on a line.
    private func facts(of answer: ComparedAnswer, _ shown: ShownComparison) {
        var facts = [TerminalText.sanitizedLine(shown.comparison.arms[answer.arm].name)]
        if let address = shown.address(of: answer.message) { facts.append(address) }
        if !answer.isOriginal { facts.append("\(Shown.percent(answer.similarity)) the same") }
        facts.append(answer.wordCount.counted("word"))
        facts += [
            Shown.seconds(answer.milliseconds), shown.cost(of: answer)?.text ?? "", Shown.ending(of: answer),
            shown.verdict(of: answer)?.rawValue ?? "",
        ].filter { !$0.isEmpty }
        console.line("  " + console.style.dim(cut(TerminalText.sanitizedLine(facts.joined(separator: " · ")))))
    }

    private func words(of answer: ComparedAnswer, _ turn: ComparedTurn, _ shown: ShownComparison, isWhole: Bool) {
        guard let diff = shown.markedChanges(of: answer, in: turn) else {
            let text = answer.text
            return plain(isWhole ? text : ChangedWords.excerpt(of: [WordDiff.Run(.inserted, text)])[0].text)
        }
        if diff.isEmpty { return console.line(console.style.dim("    the same words")) }
        let runs = isWhole ? diff.runs : ChangedWords.excerpt(of: diff.runs)
        console.write(ChangedWords(style: console.style, width: width).text(of: runs))
    }

    /// What an original begins with: enough to see how another answer goes elsewhere.
    private func beginning(of original: ComparedAnswer) {
        let words = original.message?.firstWords ?? ""
        let room = console.isTerminal ? max(10, console.columns - 4) : 200
        console.line("    " + console.style.dim(TerminalText.isolated(TerminalText.truncated(words, to: room))))
    }

    private func plain(_ text: String) {
        console.write(ChangedWords(style: console.style, width: width).text(of: [WordDiff.Run(.equal, text)]))
    }
}
