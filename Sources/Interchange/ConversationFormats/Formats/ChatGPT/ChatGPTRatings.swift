import OrderedJSON

/// What a person thought of answers: thumbs up or down, and why. An export has them in a file of their own, by the
/// messages' ids.
final class ChatGPTRatings {
    static let fileName = "message_feedback.json"

    /// A list that is longer than this is no list of what one person clicked.
    private static let byteLimit = 64 << 20

    private var ratings: [String: JSON] = [:]
    /// The files that could not be read.
    private var unread: [String] = []

    init(_ source: any ImportSource) {
        for entry in source.entries where entry.plainName == Self.fileName && entry.byteCount > 2 {
            guard entry.byteCount <= Self.byteLimit, let bytes = try? source.bytes(of: entry),
                let list = (try? JSON(parsing: bytes))?.array
            else {
                unread.append(entry.path)
                continue
            }
            for case .object(let rating) in list {
                // The older name first: with it, `id` is the rating's own.
                guard let id = rating["message_id"]?.words ?? rating["id"]?.words else { continue }
                ratings[id] = .object(rating.leftovers(besides: ["message_id", "id", "conversation_id", "user_id"]))
            }
        }
    }

    /// What was thought of a message; once.
    func take(of message: String) -> JSON? { ratings.removeValue(forKey: message) }

    /// Says what has come to nothing.
    func noteThoseLeft(sink: any ImportSink) {
        for path in unread {
            sink.note(ImportNote(.skipped, "ratings of answers, in a form not known here", at: path))
        }
        for _ in ratings { sink.note(ImportNote(.skipped, "rating of a message that is not in the export")) }
    }
}
