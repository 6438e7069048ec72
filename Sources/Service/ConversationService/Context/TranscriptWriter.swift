import Conversations

/// Writes the messages of a path as one text that a model can read about, rather than take part in.
struct TranscriptWriter: InputWriter, Sendable {
    private(set) var text = ""

    mutating func append(role: Role, text words: UnsafeBufferPointer<UInt8>) {
        append(role, String(decoding: words, as: UTF8.self))
    }

    mutating func append(role: Role, parts: [MessagePart], origin: MessageOrigin?, blobs: any BlobReader) throws {
        let pieces = parts.compactMap { part -> String? in
            switch part {
            case .text(let text), .refusal(let text): text
            case .toolCall(let call): "[calls \(call.name) \(call.arguments)]"
            case .toolResult(let result): "[\(result.output)]"
            case .image(let media), .file(let media), .audio(let media): "[\(media.name ?? "an attachment")]"
            case .reasoning, .unknown: nil
            }
        }
        append(role, pieces.joined(separator: "\n"))
    }

    private mutating func append(_ role: Role, _ words: String) {
        if words.isEmpty { return }
        if !text.isEmpty { text += "\n\n" }
        text += "\(role.name): \(words)"
    }
}
