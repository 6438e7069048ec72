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
        if let date = page.lookedBackTo {
            console.note(
                "Looked back to \(Self.day(date)) only. For what is older: before:\(Self.day(date, after: 1))")
        }
        if page.explanation.omittedTerms > 0 {
            console.note("The query is too long: its last \(page.explanation.omittedTerms) words were left out.")
        }
    }

    /// A day as a query takes it; `before:` leaves out the day it names.
    private static func day(_ time: Timestamp, after days: Int = 0) -> String {
        let date = Calendar(identifier: .gregorian).date(byAdding: .day, value: days, to: time.date) ?? time.date
        let day = Calendar(identifier: .gregorian).dateComponents([.year, .month, .day], from: date)
        let parts = [(day.year, 4), (day.month, 2), (day.day, 2)].map { number, digits in
            let text = String(number ?? 0)
            return String(repeating: "0", count: max(0, digits - text.count)) + text
        }
        return parts.joined(separator: "-")
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
            + (hit.alsoOn > 0 ? ["+\(hit.alsoOn) \(hit.alsoOn == 1 ? "answer" : "answers")"] : [])
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
