import ConversationService
import OrderedJSON

extension ListedSetting {
    /// What `config --json` prints of a setting.
    var json: JSON {
        .object([
            "object": "setting", "id": .string(name), "name": .string(name), "value": .optional(value),
            "source": .string(sourceKind), "from": .optional(sourcePlace),
        ])
    }

    /// The value on a terminal: where nothing is set, what is done then.
    var shownValue: String {
        if let value { return TerminalText.sanitizedLine(value) }
        switch name {
        case "upstream": return "(the first usable one)"
        case "model": return "(the upstream's own)"
        default: return "(not set)"
        }
    }

    /// Where it came from, on a terminal: the file by its name alone, since its whole path is a setting of its own.
    var shownSource: String {
        guard case .file(let file, let line) = source else { return source.description }
        let name = file.split(separator: "/").last.map(String.init) ?? file
        return name + (line.map { ":\($0)" } ?? "")
    }

    private var sourceKind: String {
        switch source {
        case .flag: "flag"
        case .environment: "environment"
        case .file: "file"
        case .standard: "default"
        }
    }

    private var sourcePlace: String? { if case .standard = source { nil } else { source.description } }
}
