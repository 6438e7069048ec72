import OrderedJSON

/// The marks that ChatGPT leaves in its words where its page shows a source, an entity or nothing: characters for private
/// use (U+E200…U+E204) around a reference that only the message's metadata explains.
///
/// A mark is replaced by what the metadata says stands for it; one that nothing explains stays. Marks of printable
/// characters (`【1†source】`) stay as well: they are words.
struct ChatGPTCitations {
    private struct Mark {
        let bytes: [UInt8]
        let replacement: [UInt8]
        let start: Int
    }

    private let marks: [Mark]

    init(_ references: JSON?) {
        marks = (references?.array ?? []).compactMap(Self.mark).sorted { $0.start < $1.start }
    }

    private static func mark(_ reference: JSON) -> Mark? {
        guard let text = reference["matched_text"]?.words, text.unicodeScalars.contains(where: \.isCitationMark),
            let replacement = replacement(for: reference)
        else { return nil }
        return Mark(
            bytes: Array(text.utf8), replacement: Array(replacement.utf8),
            start: reference["start_idx"]?.int ?? reference["start_ix"]?.int ?? 0)
    }

    /// What stands for a reference: its alternative text, links to its sources, or nothing where it is hidden. Nil where
    /// that is not known.
    private static func replacement(for reference: JSON) -> String? {
        if let words = reference["alt"]?.words ?? reference["prompt_text"]?.words { return words }
        let links = (reference["items"]?.array ?? [reference]).compactMap { item in
            item["url"]?.words.map { "[\(item["attribution"]?.words ?? item["title"]?.words ?? $0)](\($0))" }
        }
        if !links.isEmpty { return "(\(links.joined(separator: ", ")))" }
        if reference["type"]?.string == "hidden" || reference["alt"]?.string != nil { return "" }
        return nil
    }

    /// `text` with every mark replaced that is explained.
    func resolved(in text: String) -> String {
        guard !marks.isEmpty, text.unicodeScalars.contains(where: \.isCitationMark) else { return text }
        var rest = Array(text.utf8)[...]
        var resolved: [UInt8] = []
        for mark in marks {
            guard let range = rest.firstRange(of: mark.bytes) else { continue }
            resolved += rest[..<range.lowerBound]
            resolved += mark.replacement
            rest = rest[range.upperBound...]
        }
        resolved += rest
        return String(decoding: resolved, as: UTF8.self)
    }
}

extension Unicode.Scalar {
    fileprivate var isCitationMark: Bool { (0xE200...0xE204).contains(value) }
}
