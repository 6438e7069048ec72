import Foundation
import Testing

/// The table of who may import whom. SwiftPM does not enforce the direction of imports (an undeclared import of a module
/// that is reachable all the same builds), so this reads every file's imports against it.
struct ImportTable {
    struct Room {
        let folder: String
        let ours: Set<String>
        let theirs: Set<String>
    }

    /// From the bottom of the page to its top: nobody imports what stands below them in this list.
    static let rooms: [(name: String, room: Room)] = [
        ("OrderedJSON", Room(folder: "Sources/System/OrderedJSON", ours: [], theirs: [])),
        ("WordDiff", Room(folder: "Sources/System/WordDiff", ours: [], theirs: [])),
        ("MarkdownText", Room(folder: "Sources/System/MarkdownText", ours: [], theirs: [])),
        ("DiwanSchema", Room(folder: "migrations", ours: [], theirs: [])),
        (
            "Conversations",
            Room(
                folder: "Sources/Conversation/Conversations", ours: ["OrderedJSON"],
                theirs: ["FoundationEssentials", "Crypto"])
        ),
        (
            "ConversationStorage",
            Room(
                folder: "Sources/Conversation/ConversationStorage",
                ours: ["Conversations", "DiwanSchema", "OrderedJSON", "CLibzstd"],
                theirs: ["GRDB", "GRDBSQLite", "Crypto"])
        ),
        ("HTTPTransport", Room(folder: "Sources/Upstream/HTTPTransport", ours: ["CLibcurl"], theirs: ["Logging"])),
        (
            "ModelWire",
            Room(
                folder: "Sources/Upstream/ModelWire", ours: ["Conversations", "OrderedJSON"],
                theirs: ["FoundationEssentials"])
        ),
        (
            "ModelUpstream",
            Room(
                folder: "Sources/Upstream/ModelUpstream",
                ours: ["Conversations", "ModelWire", "HTTPTransport", "OrderedJSON"], theirs: ["Logging"])
        ),
        (
            "ConversationService",
            Room(
                folder: "Sources/Service/ConversationService",
                ours: [
                    "Conversations", "ConversationStorage", "ModelWire", "ModelUpstream", "OrderedJSON", "WordDiff",
                ],
                theirs: ["Logging", "Crypto"])
        ),
        (
            "ConversationFormats",
            Room(
                folder: "Sources/Interchange/ConversationFormats",
                ours: [
                    "Conversations", "ConversationStorage", "ConversationService", "MarkdownText", "OrderedJSON",
                    "CLibzip",
                ],
                theirs: ["GRDB", "Yams"])  // to read other programs' SQLite files, and aichat's sessions
        ),
        (
            "SyncProtocol",
            Room(
                folder: "Sources/Sync/SyncProtocol", ours: ["Conversations", "CLibzstd"],
                theirs: ["FoundationEssentials", "Crypto", "SwiftProtobuf"])
        ),
        (
            "Gateway",
            Room(
                folder: "Sources/Applications/Gateway",
                ours: [
                    "ConversationFormats", "ConversationService", "ConversationStorage", "ModelUpstream", "ModelWire",
                    "Conversations", "OrderedJSON",
                ],
                theirs: [
                    "Hummingbird", "HummingbirdCore", "NIOCore", "NIOHTTPTypes", "HTTPTypes", "Logging",
                    "ServiceLifecycle", "UnixSignals",
                ])
        ),
        (
            "Commands",
            Room(
                folder: "Sources/Applications/Commands",
                ours: [
                    "Gateway", "ConversationFormats", "ConversationService", "ConversationStorage", "Conversations",
                    "ModelUpstream", "ModelWire", "HTTPTransport", "MarkdownText", "OrderedJSON", "WordDiff",
                    "CLibedit",
                ], theirs: ["ArgumentParser", "ArgumentParserToolInfo", "TOMLKit", "Logging"])
        ),
        ("diwan", Room(folder: "Sources/Applications/diwan", ours: ["Commands"], theirs: [])),
    ]

    /// The toolchain's own modules, which anyone may import, but for the rooms that keep to FoundationEssentials.
    static let toolchain: Set<String> = [
        "Swift", "Foundation", "FoundationEssentials", "Glibc", "Darwin", "Dispatch", "Synchronization",
    ]
    static let withoutFoundation: Set<String> = [
        "Conversations", "ModelWire", "OrderedJSON", "WordDiff", "MarkdownText", "SyncProtocol",
    ]

    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Every Swift file below a folder, with the modules it imports.
    static func imports(in folder: String) throws -> [(file: String, modules: [String])] {
        let folder = root.appending(path: folder)
        let files =
            FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)?
            .compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" } ?? []
        return try files.map { file in
            let lines = try String(contentsOf: file, encoding: .utf8).split(whereSeparator: \.isNewline)
            return (
                file.path.replacingOccurrences(of: root.path + "/", with: ""),
                lines.compactMap { line -> String? in
                    let words = line.split(separator: " ").map(String.init)
                    // Inside a text of several lines the word is indented; an import never is.
                    guard line.first?.isWhitespace == false, let index = words.firstIndex(of: "import"),
                        index + 1 < words.count,
                        words[..<index].allSatisfy({
                            $0.hasPrefix("@")
                                || ["package", "public", "internal", "private", "fileprivate"].contains($0)
                        })
                    else { return nil }
                    let named = ["struct", "class", "enum", "func", "protocol", "typealias", "var", "let"]
                    let module = named.contains(words[index + 1]) ? words[index + 2] : words[index + 1]
                    return String(module.split(separator: ".")[0])
                }
            )
        }
    }
}

@Suite struct ImportTableTests {
    @Test(arguments: ImportTable.rooms.map(\.name))
    func `a room imports only what the table allows`(name: String) throws {
        let room = try #require(ImportTable.rooms.first { $0.name == name }).room
        let files = try ImportTable.imports(in: room.folder)
        try #require(!files.isEmpty, "\(room.folder) holds no Swift file")
        var allowed = room.ours.union(room.theirs).union(ImportTable.toolchain)
        if ImportTable.withoutFoundation.contains(name) { allowed.remove("Foundation") }
        for (file, modules) in files {
            // What protoc wrote falls back on Foundation where the toolchain has no FoundationEssentials.
            let allowed = file.hasSuffix(".pb.swift") ? allowed.union(["Foundation"]) : allowed
            for module in modules where !allowed.contains(module) {
                Issue.record("\(file) imports \(module), which the table does not allow in \(name)")
            }
        }
    }

    @Test func `imports point down the page`() {
        let order = ImportTable.rooms.map(\.name)
        for (index, (name, room)) in ImportTable.rooms.enumerated() {
            for imported in room.ours {
                guard let place = order.firstIndex(of: imported) else { continue }
                #expect(place < index, "\(name) stands below \(imported), which it imports")
            }
        }
    }

    @Test func `every folder of sources is in the table`() throws {
        let known = ImportTable.rooms.map(\.room.folder) + ["Sources/System/EmbedSQL"]
        for (file, _) in try ImportTable.imports(in: "Sources") {
            #expect(known.contains { file.hasPrefix($0 + "/") }, "\(file) lies in no room of the table")
        }
    }

    @Test func `GRDB and curl stay behind their walls`() throws {
        for (file, modules) in try ImportTable.imports(in: "Sources") {
            if modules.contains("GRDB") {
                #expect(
                    file.hasPrefix("Sources/Conversation/ConversationStorage/")
                        || file.hasPrefix("Sources/Interchange/ConversationFormats/"))
            }
            if modules.contains("CLibzip") { #expect(file.hasPrefix("Sources/Interchange/ConversationFormats/")) }
            if modules.contains("CLibcurl") { #expect(file.hasPrefix("Sources/Upstream/HTTPTransport/")) }
            if modules.contains("Hummingbird") { #expect(file.hasPrefix("Sources/Applications/Gateway/")) }
            if modules.contains("ArgumentParser") { #expect(file.hasPrefix("Sources/Applications/Commands/")) }
        }
    }

    @Test func `no signature of storage or the gateway shows a library's types`() throws {
        for (file, _) in try ImportTable.imports(in: "Sources/Conversation/ConversationStorage") {
            let text = try String(contentsOf: ImportTable.root.appending(path: file), encoding: .utf8)
            #expect(!text.contains("package import GRDB"), "\(file) shows GRDB to others")
        }
        for (file, _) in try ImportTable.imports(in: "Sources/Applications/Gateway") {
            let text = try String(contentsOf: ImportTable.root.appending(path: file), encoding: .utf8)
            for module in ["Hummingbird", "HummingbirdCore", "NIOCore", "HTTPTypes", "ServiceLifecycle"] {
                #expect(!text.contains("package import \(module)\n"), "\(file) shows \(module) to others")
            }
        }
    }

    @Test func `a migration that has landed is numbered without gaps`() throws {
        let folder = ImportTable.root.appending(path: "migrations/store")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        for (index, name) in names.enumerated() {
            let number = String(repeating: "0", count: 4 - String(index + 1).count) + String(index + 1)
            #expect(name.hasPrefix(number + "_") && name.hasSuffix(".sql"), "\(name) is not number \(number)")
        }
    }
}
