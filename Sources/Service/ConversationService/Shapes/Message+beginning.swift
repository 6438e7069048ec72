package import Conversations

extension Message {
    /// What a message begins with, on one line: its words, or what it holds instead.
    package var beginning: String {
        let words = parts.text.prefix(600).split(whereSeparator: \.isWhitespace).joined(separator: " ")
        if !words.isEmpty { return words }
        for part in parts {
            switch part {
            case .refusal(let text): return String(text.prefix(600))
            case .toolCall(let call): return "→ \(call.name) \(call.arguments.prefix(300))"
            case .toolResult(let result): return "← \(result.output.prefix(600))"
            case .image(let media), .file(let media), .audio(let media): return "+ \(media.name ?? "attachment")"
            default: continue
            }
        }
        return "(no words)"
    }
}
