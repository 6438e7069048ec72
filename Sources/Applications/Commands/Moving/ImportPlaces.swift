import ConversationFormats
import Foundation

/// The places where other programs keep conversations on a machine.
struct ImportPlaces {
    /// What is there.
    struct Find: Equatable {
        let format: ConversationFormat
        let path: String
        let fileCount: Int
        let byteCount: Int
    }

    private let environment: [String: String]
    private let home: String

    init(environment: [String: String]) {
        self.environment = environment
        home = environment["HOME"] ?? NSHomeDirectory()
    }

    /// Everything that is found, the programs' own places first.
    func finds() -> [Find] {
        let programs = programPlaces.compactMap { format, path in find(at: path, as: format) }
        return programs + downloads()
    }

    private var configuration: String { environment["XDG_CONFIG_HOME"].flatMap(\.orNil) ?? home + "/.config" }

    private var programPlaces: [(ConversationFormat, String)] {
        let support = home + "/Library/Application Support"
        let llm = environment["LLM_USER_PATH"].flatMap(\.orNil).map { [$0] }
        let aichat = environment["AICHAT_CONFIG_DIR"].flatMap(\.orNil).map { [$0] }
        return (llm ?? [configuration + "/io.datasette.llm", support + "/io.datasette.llm"])
            .map { (.llm, $0 + "/logs.db") }
            + [
                (.claudeCode, (environment["CLAUDE_CONFIG_DIR"].flatMap(\.orNil) ?? home + "/.claude") + "/projects"),
                (.codex, (environment["CODEX_HOME"].flatMap(\.orNil) ?? home + "/.codex") + "/sessions"),
            ]
            + (aichat ?? [configuration + "/aichat", support + "/aichat"]).flatMap {
                [(.aichat, $0 + "/messages.md"), (.aichat, $0 + "/sessions")]
            }
    }

    /// What lies at a path, if it is in that format: a program that was never used leaves an empty place.
    private func find(at path: String, as format: ConversationFormat) -> Find? {
        guard let source = try? importSource(at: path), !source.entries.isEmpty,
            let reader = try? KnownReaders.reader(named: format.rawValue), reader.recognize(source) != nil
        else { return nil }
        return Find(source, format: format, path: path)
    }

    /// Exports that were downloaded: archives, and files named as exports name them.
    private func downloads() -> [Find] {
        let folder = environment["XDG_DOWNLOAD_DIR"].flatMap(\.orNil) ?? home + "/Downloads"
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
        let candidates = names.filter { name in
            let name = name.lowercased()
            return name.hasSuffix(".zip") || name.hasPrefix("conversations") && name.hasSuffix(".json")
        }
        return candidates.compactMap { name in
            let path = folder + "/" + name
            guard let source = try? importSource(at: path), let reader = try? KnownReaders.reader(for: source),
                [.chatgpt, .claude, .gemini].contains(reader.format)
            else { return nil }
            return Find(source, format: reader.format, path: path)
        }
    }
}

extension ImportPlaces.Find {
    fileprivate init(_ source: any ImportSource, format: ConversationFormat, path: String) {
        self.init(
            format: format, path: path, fileCount: source.entries.count,
            byteCount: source.entries.reduce(0) { $0 + $1.byteCount })
    }
}

extension String {
    /// Nil for an empty text: a variable that is set to nothing is not set.
    fileprivate var orNil: String? { isEmpty ? nil : self }
}
