import ConversationService
import Conversations
import Foundation

/// Messages as a person reads them on a terminal, or as plain text in a pipe.
struct MessagePrinter {
    let console: Console
    let now: Timestamp

    func header(_ thread: ChatThread) {
        let title = TerminalText.sanitizedLine(thread.shownTitle)
        console.line(console.style.bold(TerminalText.isolated(title)))
        var facts = [thread.handle, "\(thread.messageCount.grouped) messages"]
        if thread.branchCount > 1 { facts.append("\(thread.branchCount) branches") }
        if let model = thread.model { facts.append(model) }
        facts += thread.tags.map { "#" + $0 }
        if thread.archivedAt != nil { facts.append("archived") }
        if thread.trashedAt != nil { facts.append("in the trash") }
        console.line(console.style.dim(TerminalText.sanitizedLine(facts.joined(separator: " · "))))
        if let instructions = thread.instructions {
            console.line(console.style.dim("system: " + TerminalText.sanitizedLine(instructions)))
        }
        console.line()
    }

    func show(_ placed: PlacedMessage, siblings: Int, model: String?) {
        let message = placed.message
        var head = [speaker(message.role), placed.address]
        if siblings > 1 { head.append("\(siblings) siblings") }
        if let model { head.append(TerminalText.sanitizedLine(model)) }
        head.append(RelativeDate.text(for: message.createdAt.date, now: now.date))
        head += placed.labels.map { "[" + TerminalText.sanitizedLine($0) + "]" }
        if message.status != .complete { head.append(message.status.rawValue) }
        let name = head.removeFirst()
        console.line(
            console.style.styled(name, message.role == .user ? [.bold, .cyan] : [.bold, .green])
                + console.style.dim("  " + head.joined(separator: " · ")))
        for part in message.parts { show(part) }
        console.line()
    }

    private func speaker(_ role: Role) -> String {
        switch role {
        case .user: "you"
        case .assistant: "model"
        default: TerminalText.sanitizedLine(role.name)
        }
    }

    private func show(_ part: MessagePart) {
        switch part {
        case .text(let text): words(text)
        case .refusal(let text): words(text)
        case .reasoning(let reasoning):
            if !reasoning.text.isEmpty { console.line(console.style.dim(TerminalText.sanitized(reasoning.text))) }
        case .toolCall(let call):
            console.line(
                console.style.dim(TerminalText.sanitizedLine("→ \(call.name) \(call.arguments)  (\(call.id))")))
        case .toolResult(let result):
            console.line(console.style.dim(TerminalText.sanitized("← \(result.output)  (\(result.callID))")))
        case .image(let media), .file(let media), .audio(let media):
            console.line(
                console.style.dim(
                    TerminalText.sanitizedLine("+ \(media.name ?? "attachment") (\(media.mediaType ?? "unknown kind"))")
                ))
        case .unknown:
            console.line(console.style.dim("(a part this version cannot show; it is kept: diwan show --json)"))
        }
    }

    private func words(_ text: String) {
        guard console.isTerminal else {
            console.line(text)
            return
        }
        var renderer = MarkdownRenderer(style: console.style, width: console.columns)
        let shown = renderer.append(text) + renderer.finish()
        console.write(shown.hasSuffix("\n") ? shown : shown + "\n")
    }
}
