import Conversations
import OrderedJSON

/// One record of My Activity: a prompt and its answer, or something else that was done.
struct GeminiActivity {
    /// The file it was read from.
    let path: String
    /// Whether its answer is left unread, because activities are only being counted.
    private let isOnlyCounted: Bool
    /// The conversation it belongs to; nil in most exports.
    var conversationID: String?
    var time: Timestamp?
    /// The prompt behind a word for asking, in the language of the account; nil where it is missing.
    var title: String?
    /// The answer as Markdown; nil where the export has none.
    var answer: String?
    var promptFiles: [File] = []
    var answerFiles: [File] = []
    /// What else the record says.
    var notes: [String] = []
    var leftovers = JSONObject()
    /// What could not be read of it, in the words of a note.
    var damage: [ImportNote] = []

    /// A file that it names.
    struct File: Hashable {
        /// Its address: a file's name beside the record, or a URL.
        let address: String
        var name: String?
    }

    init(path: String, isOnlyCounted: Bool) {
        self.path = path
        self.isOnlyCounted = isOnlyCounted
    }

    /// The record in a `MyActivity.json`.
    init(_ json: JSONObject, path: String, isOnlyCounted: Bool) {
        self.init(path: path, isOnlyCounted: isOnlyCounted)
        title = json["title"]?.words
        time = Timestamp(exported: json["time"])
        if time == nil, json["time"]?.saysNothing == false {
            damage.append(ImportNote(.degraded, "date that cannot be read", at: title))
            leftovers["time"] = json["time"]
        }
        conversationID =
            (json["details"]?.array ?? []).lazy.compactMap { Self.conversationID(in: $0["url"]?.words) }.first
        readAnswer(json["safeHtmlItem"])
        readFiles(json)
        for member in json.leftovers(besides: Self.placedFields) { leftovers.append(member.key, member.value) }
    }

    private static let placedFields: Set<String> = [
        "header", "title", "titleUrl", "time", "products", "activityControls", "safeHtmlItem", "subtitles",
        "attachedFiles", "imageFile", "details",
    ]

    /// The id at the end of `https://gemini.google.com/app/…`.
    static func conversationID(in url: String?) -> String? {
        guard let url, let range = url.utf8.firstRange(of: "gemini.google.com/".utf8) else { return nil }
        let pieces = url[range.upperBound...].prefix { $0 != "?" && $0 != "#" }.split(separator: "/")
        guard pieces.count > 1, let id = pieces.last, pieces.dropLast().contains("app") || pieces.contains("gem") else {
            return nil
        }
        return String(id.hasPrefix("c_") ? id.dropFirst(2) : id)
    }

    // MARK: - The answer

    private mutating func readAnswer(_ items: JSON?) {
        guard !isOnlyCounted, let items = items?.array, !items.isEmpty else { return }
        var texts: [String] = []
        for item in items {
            guard let html = item["html"]?.string ?? item.string else {
                damage.append(ImportNote(.lost, "piece of an answer that cannot be read", at: title))
                continue
            }
            texts.append(readAnswer(HTMLNode.nodes(of: Array(html.utf8))))
        }
        answer = texts.filter { !$0.isEmpty }.joined(separator: "\n\n")
    }

    /// The Markdown of a piece of the answer, whose pictures are taken down.
    mutating func readAnswer(_ nodes: [HTMLNode]) -> String {
        if isOnlyCounted { return "" }
        for picture in nodes.flatMap({ $0.elements { $0.name == "img" } }) {
            guard let address = picture.attribute("src"), !address.isEmpty else { continue }
            answerFiles.append(File(address: address))
        }
        return MarkdownFromHTML.text(of: nodes)
    }

    // MARK: - Files

    private mutating func readFiles(_ json: JSONObject) {
        var addresses: [String] = []
        for file in json["attachedFiles"]?.array ?? [] {
            if let address = file.words ?? ["url", "fileName", "name"].lazy.compactMap({ file[$0]?.words }).first {
                addresses.append(address)
            }
        }
        if let picture = json["imageFile"]?.words { addresses.append(picture) }
        var names: [String: String] = [:]
        for subtitle in json["subtitles"]?.array ?? [] {
            let words = subtitle["name"]?.words ?? subtitle["value"]?.words
            if let url = subtitle["url"]?.words, !url.utf8.contains("://".utf8) {
                addresses.append(url)
                names[url] = words.map(Self.fileName)
            } else if let words {
                notes.append(words)
                if let url = subtitle["url"]?.words { notes.append(url) }
            }
        }
        var known: Set<String> = []
        promptFiles = addresses.filter { known.insert($0).inserted }.map { File(address: $0, name: names[$0]) }
    }

    /// The name in `-  quai.png`.
    static func fileName(in line: String) -> String {
        String(line.drop { $0 == "-" || $0 == "•" || $0.isWhitespace })
    }
}

extension String.UTF8View {
    fileprivate func contains(_ words: String.UTF8View) -> Bool { firstRange(of: words) != nil }
}
