import ConversationFormats
import ConversationService
import Conversations
import WordDiff

/// A comparison as one page that needs nothing else: no script, nothing from the network.
struct ComparisonPage {
    private let shown: ShownComparison
    /// With more answers to a question than this they are folded.
    private static let mostUnfolded = 3

    init(_ shown: ShownComparison) { self.shown = shown }

    var text: String {
        let title = shown.title
        var text = HTMLPage.beginning(title: "Comparison: \(title)", style: Self.css)
        text += """
            <header class="thread">
            <h1 dir="auto">\(HTMLText.escaped(title))</h1>
            <p class="about">\(about)</p>
            </header>
            <main>
            \(arms)

            """
        for turn in shown.comparison.turns { text += section(turn) }
        return text + "</main>\n" + HTMLPage.ending
    }

    private var about: String {
        let comparison = shown.comparison
        var facts = ["<bdi>\(HTMLText.escaped(comparison.handle))</bdi>"]
        if case .replay(let replay) = comparison.subject {
            facts.append("replay, \(replay.mode.rawValue)")
            facts.append(HTMLPage.time(replay.startedAt))
            if replay.finishedAt == nil { facts.append("not finished") }
        }
        facts.append("\(comparison.turns.count) question\(comparison.turns.count == 1 ? "" : "s")")
        if let verdicts = shown.verdicts { facts.append("judged by <bdi>\(HTMLText.escaped(verdicts.model))</bdi>") }
        return facts.joined(separator: " · ") + " · <del>went</del> <ins>came</ins>"
    }

    // MARK: - Arms

    private var arms: String {
        let numbers = ["", "done", "words", "length", "same", "p50", "p95", "first token", "tokens", "cost"]
        let titles = numbers + ["judge", "not done", "model", "fingerprint"]
        let rows = shown.shownArms.map { index -> [String] in
            let (arm, figures) = (shown.comparison.arms[index], shown.figures[index])
            return [
                "<bdi>\(HTMLText.escaped(arm.name))</bdi>\(arm.isOriginal && arm.name != "original" ? " (original)" : "")",
                "\((figures.outcomes[.done] ?? 0).grouped)/\(figures.turns.grouped)", figures.wordCount.grouped,
                arm.isOriginal ? "" : Shown.ratio(figures.lengthRatio),
                arm.isOriginal ? "" : Shown.percent(figures.similarity), Shown.seconds(figures.median),
                Shown.seconds(figures.ninetyFifth), Shown.seconds(figures.medianFirstToken),
                Shown.tokens(figures.inputTokens, figures.outputTokens), figures.cost?.text ?? "",
                arm.isOriginal ? "" : Shown.verdicts(figures.verdicts), Shown.notDone(figures.outcomes),
                HTMLText.escaped(figures.modelsReported.joined(separator: ", ")),
                HTMLText.escaped(figures.fingerprints.joined(separator: ", ")),
            ]
        }
        let columns = titles.indices.filter { column in rows.contains { !$0[column].isEmpty } }
        func look(_ column: Int) -> String { numbers.indices.contains(column) ? "" : " class=\"words\"" }
        let head = columns.map { "<th scope=\"col\"\(look($0))>\(titles[$0])</th>" }.joined()
        let body = rows.map { row in
            let cells = columns.dropFirst().map { "<td\(look($0))>\(row[$0])</td>" }
            return "<tr><th scope=\"row\">\(row[0])</th>\(cells.joined())</tr>"
        }.joined(separator: "\n")
        return "<div class=\"table arms\"><table>\n<tr>\(head)</tr>\n\(body)\n</table></div>\n" + notes
    }

    /// Why arms ended early.
    private var notes: String {
        shown.shownArms.compactMap { index in
            let arm = shown.comparison.arms[index]
            return arm.note.map {
                "<p class=\"why\" dir=\"auto\"><b><bdi>\(HTMLText.escaped(arm.name))</bdi></b>: \(HTMLText.escaped($0))</p>\n"
            }
        }.joined()
    }

    // MARK: - Turns

    private func section(_ turn: ComparedTurn) -> String {
        let address = shown.address(of: turn.question) ?? "\(turn.number)"
        let question = turn.question.map { HTMLText.escaped($0.text) } ?? "(a question that was erased)"
        var text = """
            <section class="turn">
            <h2>\(HTMLText.escaped(address))</h2>
            <div class="question" dir="auto">\(question)</div>

            """
        let isOpen = turn.answers.count <= Self.mostUnfolded + 1
        for answer in turn.answers { text += details(answer, in: turn, isOpen: isOpen || answer.isOriginal) }
        return text + "</section>\n"
    }

    private func details(_ answer: ComparedAnswer, in turn: ComparedTurn, isOpen: Bool) -> String {
        let arm = shown.comparison.arms[answer.arm]
        var facts = ["<span class=\"who\"><bdi>\(HTMLText.escaped(arm.name))</bdi></span>"]
        if answer.isOriginal && arm.name != "original" { facts.append("the original") }
        if let verdict = shown.verdict(of: answer) {
            facts.append("<span class=\"verdict \(verdict.rawValue)\">\(verdict.rawValue)</span>")
        }
        let numbers = [
            answer.isOriginal || answer.similarity == nil ? "" : "\(Shown.percent(answer.similarity)) the same",
            answer.message == nil ? "" : answer.wordCount.counted("word"), Shown.seconds(answer.milliseconds),
            answer.firstTokenMilliseconds == nil ? "" : "first \(Shown.seconds(answer.firstTokenMilliseconds))",
            answer.call?.usage.output == nil
                ? "" : "\(Shown.tokens(answer.call?.usage.input, answer.call?.usage.output)) tokens",
            shown.cost(of: answer)?.text ?? "", Shown.ending(of: answer), shown.address(of: answer.message) ?? "",
        ]
        // A number stays with what it counts.
        facts += numbers.filter { !$0.isEmpty }.map { HTMLText.escaped($0.replacing(" ", with: "\u{A0}")) }
        return """
            <details class="answer"\(isOpen ? " open" : "")><summary>\(facts.joined(separator: " · "))</summary>
            <div class="changed" dir="auto">\(words(of: answer, in: turn))</div>
            </details>

            """
    }

    private func words(of answer: ComparedAnswer, in turn: ComparedTurn) -> String {
        guard let diff = shown.markedChanges(of: answer, in: turn) else {
            if answer.message != nil { return HTMLText.escaped(answer.text) }
            return HTMLText.escaped(answer.call?.error?.message ?? Shown.ending(of: answer))
        }
        var text = ""
        var last = WordDiff.Change.equal
        for run in diff.runs {
            let words = HTMLText.escaped(run.text)
            switch run.change {
            case .equal: text += words
            case .removed: text += "<del>\(words)</del>"
            // Words that stand for others would else grow together with them.
            case .inserted: text += "<ins\(last == .removed ? " class=\"instead\"" : "")>\(words)</ins>"
            }
            last = run.change
        }
        return text
    }

    private static let css = """
        :root { --went: #ffe0de; --came: #d5f5dc; }
        @media (prefers-color-scheme: dark) { :root { --went: #5a2320; --came: #1d4a2a; } }
        .arms { width: fit-content; min-width: 100%; max-width: min(74rem, 100vw - 2rem); position: relative; left: 50%;
          transform: translateX(-50%); }
        .arms table { font-size: .85rem; min-width: 100%; } .arms td, .arms tr:first-child th { white-space: nowrap; }
        .arms th { font-weight: 400; color: var(--soft); text-align: end; }
        .arms td { text-align: end; font-variant-numeric: tabular-nums; }
        .arms .words { text-align: start; }
        .arms th:first-child { position: sticky; inset-inline-start: 0; max-width: min(24em, 40vw); }
        .arms th[scope=row] { font-weight: 600; color: var(--ink); text-align: start; overflow-wrap: anywhere; }
        .why { color: var(--soft); font-size: .875rem; margin: .4rem 0; }
        section.turn { margin-block: 2.5rem; } section.turn > h2 { font-size: .875rem; color: var(--soft); margin: 0 0 .3rem; }
        .question { background: var(--user); border-radius: .9rem; padding: .6rem .9rem; margin-block-end: .75rem; }
        .question, .changed { white-space: pre-wrap; unicode-bidi: plaintext; overflow-wrap: anywhere; }
        .answer summary .who { color: var(--ink); font-weight: 600; }
        .verdict { border-radius: .4em; padding: 0 .4em; } .better { background: var(--came); } .worse { background: var(--went); }
        del { background: var(--went); } ins { background: var(--came); text-decoration: none; } del, ins { border-radius: .15em; }
        ins.instead { margin-inline-start: .2em; }
        """
}
