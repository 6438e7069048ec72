import Foundation

/// `make bench`: the numbers the README claims, each beside what C with SQLite alone takes for the same work in the same
/// run. It prints and never judges: a benchmark that fails on a busy machine teaches people to ignore it.
@main
enum DiwanBench {
    static let usage = """
        usage: diwan-bench [--json] [--large] [--only NAME[,NAME…]] [--diwan BINARY] [--folder FOLDER]
          --json    the figures as one JSON document
          --large   appends to a store of 1,000,000 messages too (minutes, and some 3 GB), and searches one
          --only    of: \(Chapter.allCases.map(\.rawValue).joined(separator: " "))
                    (import-large, half an hour and 10 GB, only where it is named)
          --diwan   the release binary that is started (.build/release/diwan)
          --folder  where stores are made, and kept for the next run (.build/bench)
        """

    static func main() async {
        let options: Options
        do {
            options = try Options(Array(CommandLine.arguments.dropFirst()))
        } catch {
            print(usage)
            exit(64)
        }
        do {
            try FileManager.default.createDirectory(atPath: options.folder, withIntermediateDirectories: true)
            var report = Report()
            let words = SeededWords.chosen()
            for chapter in Chapter.allCases where options.chapters.contains(chapter) {
                note("\(chapter.rawValue) …")
                report.figures += try await chapter.measure(options, words)
            }
            report.words = words.description
            print(options.printsJSON ? report.json : report.table)
        } catch {
            note("diwan-bench: \(error)")
            exit(70)
        }
    }

    /// What is going on, for whoever waits; never among the figures.
    static func note(_ line: String) {
        FileHandle.standardError.write(Data((line + "\n").utf8))
    }
}

/// One group of figures.
enum Chapter: String, CaseIterable {
    case body
    case append
    case commits
    case `import`
    case importLarge = "import-large"
    case start
    case size
    case json
    case search
    case replay
    case service

    /// Those that are measured where none is named: one takes half an hour and 10 GB.
    static let usual = allCases.filter { $0 != .importLarge }

    func measure(_ options: Options, _ words: SeededWords) async throws -> [Figure] {
        let stores = Stores(folder: options.folder, words: words)
        return switch self {
        case .body: try await measureBodies(stores)
        case .append: try await measureAppends(stores, isLarge: options.isLarge)
        case .commits: try await measureCommits(stores)
        case .import: try await measureImport(stores)
        case .importLarge: try measureLargeImports(stores, diwan: options.diwan)
        case .start: try measureStarts(stores, diwan: options.diwan)
        case .size: try measureSize(stores)
        case .json: try measureJSON(words)
        case .search: try await measureSearch(stores, isLarge: options.isLarge)
        case .replay: try await measureReplay(stores, diwan: options.diwan)
        case .service: try measureService(stores, diwan: options.diwan)
        }
    }
}

/// What was asked for on the command line.
struct Options {
    var printsJSON = false
    var isLarge = false
    var chapters = Set(Chapter.usual)
    var diwan = ".build/release/diwan"
    var folder = ".build/bench"

    struct Unreadable: Error {}

    init(_ arguments: [String]) throws {
        var rest = arguments[...]
        func value() throws -> String {
            guard let value = rest.popFirst() else { throw Unreadable() }
            return value
        }
        while let argument = rest.popFirst() {
            switch argument {
            case "--json": printsJSON = true
            case "--large": isLarge = true
            case "--only":
                chapters = Set(
                    try value().split(separator: ",").map { name in
                        guard let chapter = Chapter(rawValue: String(name)) else { throw Unreadable() }
                        return chapter
                    })
            case "--diwan": diwan = try value()
            case "--folder": folder = try value()
            default: throw Unreadable()
            }
        }
    }
}
