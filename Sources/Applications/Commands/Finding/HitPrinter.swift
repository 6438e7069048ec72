import ConversationService
import ConversationStorage
import Conversations
import Foundation

/// What a search found, as a person reads it: threads with their best messages.
struct HitPrinter {
    let console: Console
    let now: Timestamp

    func show(_ page: SearchPage, _ service: ThreadService) async throws {
        let addresses = try await HitAddresses(of: page.hits, service)
        for hits in page.hits.grouped(by: \.threadID) { show(hits, addresses) }
        if page.hits.isEmpty { console.note("Nothing found for: \(TerminalText.sanitizedLine(page.understood))") }
        if page.isRelaxed {
            console.note("Too little held everything asked for, so what holds the most of it follows.")
        }
        if let ranked = page.ranked {
            console.note("\(page.matched) or more match; the newest \(ranked) were ranked. All by date: --sort date")
        }
        if page.explanation.omittedTerms > 0 {
            console.note("The query is too long: its last \(page.explanation.omittedTerms) words were left out.")
        }
    }

    /// The messages of one thread, under its title.
    private func show(_ hits: [SearchHit], _ addresses: HitAddresses) {
        guard let first = hits.first else { return }
        let title = hits.first { $0.messageID == nil }.map(marked)
        let named =
            title
            ?? first.threadTitle.map {
                TerminalText.isolated(TerminalText.truncated(TerminalText.sanitizedLine($0), to: 80))
            }
        console.line(console.style.bold(first.threadHandle) + "  " + (named ?? console.style.dim("untitled")))
        for hit in hits where hit.messageID != nil {
            let facts = facts(hit).map { TerminalText.sanitizedLine($0) }.joined(separator: " · ")
            console.line("  " + console.style.bold(addresses[hit]) + "  " + console.style.dim(facts))
            console.line("    " + marked(hit))
        }
    }

    private func facts(_ hit: SearchHit) -> [String] {
        let speaker: String? = hit.role.map { $0 == .user ? "you" : $0 == .assistant ? "model" : $0.name }
        return [hit.model ?? speaker, RelativeDate.text(for: hit.createdAt.date, now: now.date)].compactMap { $0 }
            + (hit.alsoOn > 0 ? ["+\(hit.alsoOn) answers"] : [])
    }

    /// The snippet with what was asked for in bold.
    private func marked(_ hit: SearchHit) -> String {
        let bytes = Array(hit.snippet.utf8)
        var text = ""
        var position = 0
        func piece(_ range: Range<Int>) -> String {
            TerminalText.sanitizedLine(String(decoding: bytes[range], as: UTF8.self))
        }
        for mark in hit.marks where mark.lowerBound >= position && mark.upperBound <= bytes.count {
            text += piece(position..<mark.lowerBound) + console.style.styled(piece(mark), [.bold, .yellow])
            position = mark.upperBound
        }
        return text + piece(position..<bytes.count)
    }
}
