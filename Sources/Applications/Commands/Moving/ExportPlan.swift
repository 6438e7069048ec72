import ConversationFormats
import Foundation

/// Where an export goes and in which format: what a person said, and what follows from it.
struct ExportPlan: Equatable, Sendable {
    enum Place: Equatable, Sendable {
        case standardOutput
        case file(String)
        /// A folder that gets a document a thread.
        case folder(String)
    }

    let format: ConversationFormat
    let place: Place
    /// Whether ShareGPT's conversations stand in one array: in a `.json` file.
    let asArray: Bool

    /// - Parameters:
    ///   - selects: whether the person said which threads.
    ///   - isTerminal: whether standard output is looked at by a person.
    init(format name: String?, output: String?, isTerminal: Bool, selects: Bool) throws {
        guard selects || output != nil || !isTerminal else {
            throw CommandFailure.usage(
                "say which threads, or where to: diwan export k3f9, diwan export --all, diwan export -o all.jsonl")
        }
        let path = output.map { ($0 as NSString).expandingTildeInPath }
        let isFolder = output.map { $0.hasSuffix("/") || Self.isFolder($0) } ?? false
        let ending = path.map { ($0 as NSString).pathExtension.lowercased() } ?? ""
        if let name {
            guard let format = KnownWriters.formats.first(where: { $0.rawValue == name }) else {
                throw CommandFailure.usage(
                    "no such format to write: \(name). There are \(KnownWriters.formats.map(\.rawValue).joined(separator: ", "))."
                )
            }
            self.format = format
        } else if isFolder {
            format = .markdown
        } else if path == nil {
            format = .diwan
        } else {
            switch ending {
            case "jsonl", "ndjson": format = .diwan
            case "md", "markdown": format = .markdown
            case "html", "htm": format = .html
            default:
                throw CommandFailure.usage(
                    "\(output ?? "") does not tell the format: end it in .jsonl, .md or .html, or give --format NAME")
            }
        }
        asArray = ending == "json"
        switch path {
        case nil: place = .standardOutput
        case .some(let path) where isFolder:
            guard format.isOfDocuments else {
                throw CommandFailure.usage("\(format.rawValue) is one file, not a folder: -o FILE.jsonl")
            }
            place = .folder(path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path)
        case .some(let path): place = .file(path)
        }
    }

    /// What is there when the export was stopped.
    var afterInterruption: String {
        switch place {
        case .standardOutput: "What was written so far is not whole."
        case .file(let path): "\(path) is as it was."
        case .folder(let path): "The documents that are in \(path) are whole."
        }
    }

    private static func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }
}
