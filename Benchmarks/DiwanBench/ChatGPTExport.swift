import Foundation
import OrderedJSON

/// A data export in ChatGPT's layout, made of the stores' words: conversations of two to forty messages of some 1,500
/// bytes, each array of them in one line as ChatGPT writes it.
struct ChatGPTExport {
    let words: SeededWords

    /// Writes conversations into one file until it is `byteCount` large, numbered from `first`.
    ///
    /// - Returns: how many, and how many messages they have.
    func write(
        to path: String, byteCount: Int, first: Int = 0
    ) throws -> (conversations: Int, messages: Int) {
        guard FileManager.default.createFile(atPath: path, contents: nil) else { throw CocoaError(.fileWriteUnknown) }
        let file = try FileHandle(forWritingTo: URL(filePath: path))
        defer { try? file.close() }
        var (conversations, messages, written) = (0, 0, 1)
        var waiting = Data("[".utf8)
        while written < byteCount {
            let (conversation, count) = conversation(first + conversations)
            if conversations > 0 { waiting.append(UInt8(ascii: ",")) }
            waiting += conversation.serialized()
            conversations += 1
            messages += count
            if waiting.count >= 1 << 20 {
                written += waiting.count
                try file.write(contentsOf: waiting)
                waiting.removeAll(keepingCapacity: true)
            }
        }
        waiting.append(UInt8(ascii: "]"))
        try file.write(contentsOf: waiting)
        return (conversations, messages)
    }

    private func conversation(_ number: Int) -> (json: JSON, messages: Int) {
        var numbers = SeededNumbers(seed: UInt64(number))
        let count = 2 + Int(numbers.next() % 39)
        let began = 1_600_000_000 + number * 60
        func id(_ position: Int) -> JSON { .string("\(number)-\(position)") }
        var mapping: JSONObject = [
            "\(number)-0": ["id": id(0), "message": nil, "parent": nil, "children": [id(1)]]
        ]
        for position in 1...count {
            let isAnswer = position.isMultiple(of: 2)
            let text = words.text(bytes: 500 + Int(numbers.next() % 2_000), number: number << 6 | position)
            let metadata: JSON = isAnswer ? ["model_slug": "gpt-4"] : [:]
            mapping.append(
                "\(number)-\(position)",
                [
                    "id": id(position), "parent": id(position - 1),
                    "children": position == count ? [] : [id(position + 1)],
                    "message": [
                        "id": id(position),
                        "author": ["role": .string(isAnswer ? "assistant" : "user"), "metadata": [:]],
                        "create_time": .double(Double(began + position) + 0.5), "update_time": nil,
                        "content": [
                            "content_type": "text", "parts": [.string(String(decoding: text, as: UTF8.self))],
                        ], "status": "finished_successfully", "end_turn": true, "weight": 1, "metadata": metadata,
                        "recipient": "all",
                    ],
                ])
        }
        let conversation: JSON = [
            "title": .string("Conversation \(number)"), "create_time": .int(began), "update_time": .int(began + count),
            "mapping": .object(mapping), "moderation_results": [], "current_node": id(count),
            "conversation_id": .string("conversation-\(number)"), "id": .string("conversation-\(number)"),
        ]
        return (conversation, count)
    }
}
