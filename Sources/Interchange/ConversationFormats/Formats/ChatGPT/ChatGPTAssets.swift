import Conversations
import OrderedJSON

/// The pictures, recordings and documents of a ChatGPT export, found by the pointers that messages hold.
///
/// A pointer is `sediment://file_…` or, in older exports, `file-service://file-…`. The file begins with that id; where it
/// lies and what follows has changed: `file-…-photo.png` at the top, `dalle-generations/file-…-….webp`,
/// `user-…/file_…-….png`, `file_….dat` with the name it had in a list beside it.
struct ChatGPTAssets {
    /// The list of the names that files in newer exports had.
    static let indexName = "conversation_asset_file_names.json"

    private let files: AttachedFiles
    private let source: any ImportSource
    private let names: [String: String]

    init(_ source: any ImportSource, sink: any ImportSink) {
        self.source = source
        files = AttachedFiles(source, sink: sink)
        names = Self.names(in: source)
    }

    private static func names(in source: any ImportSource) -> [String: String] {
        guard let entry = source.entries.first(where: { $0.plainName == indexName }),
            let bytes = try? source.bytes(of: entry), let object = (try? JSON(parsing: bytes))?.object
        else { return [:] }
        let pairs = object.compactMap { member in
            member.value.words.map { (member.key, String($0.split(separator: "/").last ?? $0[...])) }
        }
        return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
    }

    /// The id inside a pointer: `file_2` of `sediment://file_2` and of `sediment://f00d#file_2#p_0.png`.
    static func id(in pointer: String) -> String {
        var rest = pointer[...]
        if let scheme = pointer.utf8.firstRange(of: "://".utf8) { rest = pointer[scheme.upperBound...] }
        let pieces = rest.split(separator: "#")
        return String(pieces.first { $0.hasPrefix("file_") || $0.hasPrefix("file-") } ?? pieces.first ?? rest)
    }

    /// The part for what a pointer, or an attachment's id, names.
    func part(
        _ pointer: String, attachment: JSONObject?, otherwise kind: AttachedKind, at place: String?
    ) async throws -> MessagePart {
        let id = Self.id(in: pointer)
        let entry = files.entry(beginningWith: id)
        let name = attachment?["name"]?.words ?? entry.flatMap { names[$0.path] ?? names[$0.fileName] }
        return try await files.part(
            entry, id: id, name: name,
            mediaType: attachment?["mime_type"]?.words ?? attachment?["mimeType"]?.words, otherwise: kind, at: place)
    }

    /// The files that look like attachments and that nothing has named.
    var unnamed: [ImportEntry] {
        source.entries.filter { entry in
            let name = entry.plainName
            return (name.hasPrefix("file-") || name.hasPrefix("file_")) && !files.namedPaths.contains(entry.path)
        }
    }
}
