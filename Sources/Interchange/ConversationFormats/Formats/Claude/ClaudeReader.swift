import Conversations
import OrderedJSON

/// Reads Claude's data export: `conversations.json` alone, in a folder or in a ZIP archive, and single conversations as
/// claude.ai's own interface gives them and browser extensions save them.
///
/// Every branch is read. What was pasted or attached as text is among a message's words, under the name of its file. The
/// documents of a project become a thread of their own, for the export seldom says which conversations saw them; its
/// instructions become those of the conversations that name it.
package struct ClaudeReader: ConversationReader {
    package static let format = ConversationFormat.claude

    package init() {}

    package static func recognize(_ source: any ImportSource) -> Recognition? {
        var best: Recognition?
        for entry in candidates(in: source).prefix(16) {
            guard let head = try? source.head(of: entry, upTo: 64 << 10) else { continue }
            if head.contains("\"chat_messages\"") { return .certain }
            let looksLikeOne = head.contains("\"uuid\"") && head.contains("\"account\"")
            if looksLikeOne || isEmptyExport(head, in: source) { best = .possible }
        }
        return best
    }

    private static func isEmptyExport(_ head: [UInt8], in source: any ImportSource) -> Bool {
        head.count < 8 && source.entries.contains { $0.plainName == "users.json" }
    }

    /// The JSON files that may hold conversations, in the order of their names.
    private static func candidates(in source: any ImportSource) -> [ImportEntry] {
        let json = source.entries.filter { entry in
            let name = entry.plainName
            return (name.hasSuffix(".json") || name.hasSuffix(".jsonl")) && !isProject(entry) && !isSideFile(name)
                && !entry.path.hasPrefix("__MACOSX/")
        }
        let named = json.filter { $0.plainName.hasPrefix("conversations") }
        return (named.isEmpty ? json : named).sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    }

    private static func isSideFile(_ name: String) -> Bool {
        name == "users.json" || name == "memories.json" || name.hasPrefix("manifest")
    }

    /// Projects are one list or, in newer exports, a file each.
    private static func isProject(_ entry: ImportEntry) -> Bool {
        entry.plainName.hasSuffix(".json")
            && (entry.plainName.hasPrefix("projects")
                || entry.path.split(separator: "/").dropLast().contains("projects"))
    }

    package func read(_ source: any ImportSource, into sink: any ImportSink) async throws {
        let projects = try await readProjects(of: source, into: sink)
        let files = AttachedFiles(source, sink: sink)
        var failures: [UnreadableEntry] = []
        var conversationCount = 0
        for entry in Self.candidates(in: source) {
            do {
                try await source.eachElement(of: entry, under: "conversations") { element in
                    switch element {
                    case .damaged(let reason, let number):
                        sink.note(
                            ImportNote(
                                .lost, "conversation that cannot be read: \(reason)",
                                at: "\(entry.path), number \(number)"))
                    case .json(let json):
                        guard let read = ClaudeConversation(json, in: entry, sink: sink) else { return }
                        conversationCount += 1
                        guard let conversation = try await read.read(projects, files: files, sink: sink) else { return }
                        try await sink.add(conversation)
                    }
                }
            } catch let failure as UnreadableEntry {
                sink.note(ImportNote(.lost, "file that cannot be read to its end", at: entry.path))
                failures.append(failure)
            }
        }
        for entry in source.entries where entry.plainName == "memories.json" && entry.byteCount > 16 {
            sink.note(
                ImportNote(.skipped, "what Claude remembered of its person: it is no conversation", at: entry.path))
        }
        // With something read, the notes say what was not.
        if conversationCount == 0, let failure = failures.first { throw failure.reason }
    }

    /// Reads the projects, hands over their documents as threads, and gives the projects by their ids.
    private func readProjects(
        of source: any ImportSource, into sink: any ImportSink
    ) async throws -> [String: ClaudeProject] {
        var projects: [String: ClaudeProject] = [:]
        for entry in source.entries where Self.isProject(entry) {
            do {
                try await source.eachElement(of: entry, under: "projects") { element in
                    guard case .json(let json) = element, let project = ClaudeProject(json) else {
                        sink.note(ImportNote(.lost, "project that cannot be read", at: entry.path))
                        return
                    }
                    projects[project.id] = project
                    if let thread = project.documents {
                        sink.note(
                            ImportNote(
                                .degraded, "documents of a project, kept as a thread of their own", at: project.name))
                        try await sink.add(thread)
                    }
                }
            } catch is UnreadableEntry {
                sink.note(ImportNote(.lost, "file that cannot be read to its end", at: entry.path))
            }
        }
        return projects
    }
}
