import ConversationFormats
import Foundation
import OrderedJSON

/// `import` alone: what conversations there are on this machine, and whether to bring them in.
struct ImportOffer {
    let context: CommandContext
    /// Whether the person has said yes in advance.
    let isAgreed: Bool

    /// The paths that are to be imported. Where nobody can be asked, none: the commands that would are printed.
    func chosen() throws -> [String] {
        let console = context.console
        let finds = ImportPlaces(environment: context.environment).finds()
        guard !finds.isEmpty else {
            console.note(
                "No conversations of other programs were found in the usual places. Name a file: diwan import FILE. Formats: diwan help formats"
            )
            return []
        }
        if isAgreed { return finds.map(\.path) }
        guard !console.printsJSON else {
            for find in finds { console.json(find.json) }
            return []
        }
        guard console.inputIsTerminal, console.errorsAreOnTerminal, console.isTerminal else {
            for find in finds { console.line("diwan import \(Self.quoted(find.path))") }
            return []
        }
        console.line("Found on this machine:")
        for find in finds {
            console.line(
                "  " + TerminalText.padded(find.format.rawValue, to: 13)
                    + TerminalText.padded(find.amount, to: 24) + shown(find.path))
        }
        console.errorPiece("Import \(finds.count == 1 ? "it" : "all of them")? Nothing there is changed. [y/N] ")
        let answer = readLine()?.trimmingCharacters(in: .whitespaces).lowercased()
        if answer == nil { console.error("") }
        if answer == "y" || answer == "yes" { return finds.map(\.path) }
        console.note("One alone: diwan import \(Self.quoted(finds[0].path))")
        return []
    }

    private func shown(_ path: String) -> String {
        let home = context.environment["HOME"] ?? ""
        let line = TerminalText.sanitizedLine(path)
        return !home.isEmpty && line.hasPrefix(home + "/") ? "~" + line.dropFirst(home.count) : line
    }

    /// A path as a shell takes it.
    private static func quoted(_ path: String) -> String {
        let plain = path.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: "-"),
                UInt8(ascii: "_"):
                true
            default: false
            }
        }
        return plain ? path : "'" + path.replacing("'", with: "'\\''") + "'"
    }
}

extension ImportPlaces.Find {
    fileprivate var amount: String {
        fileCount == 1 ? ByteCount.text(byteCount) : "\(fileCount) files, \(ByteCount.text(byteCount))"
    }

    fileprivate var json: JSON {
        [
            "object": "import_place", "format": .string(format.rawValue), "path": .string(path),
            "files": .int(fileCount), "bytes": .int(byteCount),
        ]
    }
}
