import Conversations
import OrderedJSON

/// Reads Google Takeout's activity of Gemini, as JSON or as a page, and conversations with Gemini in Workspace.
///
/// The export is a list of what was done, not of conversations: where it names the conversation, what belongs together is
/// put together in the order of time; where it does not, every prompt and its answer are a thread. It says no model.
/// Answers are HTML there and become Markdown.
package struct GeminiReader: ConversationReader {
    package static let format = ConversationFormat.gemini

    package init() {}

    package static func recognize(_ source: any ImportSource) -> Recognition? {
        for entry in activityFiles(in: source).prefix(16) {
            guard let head = try? source.head(of: entry, upTo: 64 << 10) else { continue }
            let isOfGemini = namesGemini(entry.path) || namesGemini(String(decoding: head, as: UTF8.self))
            guard isOfGemini else { continue }
            if isPage(entry) ? head.contains("outer-cell") : isActivityList(head) { return .certain }
        }
        for entry in source.entries.lazy.filter(WorkspaceConversation.isOne).prefix(4) {
            if let head = try? source.head(of: entry, upTo: 64 << 10), head.contains("\"conversation_turns\"") {
                return .certain
            }
        }
        return nil
    }

    private static func isActivityList(_ head: [UInt8]) -> Bool {
        head.contains("\"safeHtmlItem\"")
            || head.contains("\"header\"") && head.contains("\"title\"") && head.contains("\"time\"")
    }

    /// The files that may be activity: their names are in the language of the account. A page beside a list of the same
    /// name is the same once more.
    private static func activityFiles(in source: any ImportSource) -> [ImportEntry] {
        source.entries.filter { entry in
            !entry.path.hasPrefix("__MACOSX/") && !WorkspaceConversation.isOne(entry)
                && (entry.plainName.hasSuffix(".json") || isPage(entry))
        }
    }

    private static func isPage(_ entry: ImportEntry) -> Bool {
        entry.plainName.hasSuffix(".html") || entry.plainName.hasSuffix(".htm")
    }

    /// The product's name is the same in every language; it was Bard once.
    private static func namesGemini(_ text: String) -> Bool {
        text.utf8.firstRange(of: "Gemini".utf8) != nil || text.utf8.firstRange(of: "Bard".utf8) != nil
    }

    // MARK: - Reading

    package func read(_ source: any ImportSource, into sink: any ImportSink) async throws {
        let entries = recognizedFiles(in: source, sink: sink)
        let files = AttachedFiles(source, sink: sink)
        var threads = GeminiThreads()
        for entry in entries {
            // What cannot be read is said the second time.
            try? await eachActivity(of: entry, in: source, sink: nil) { threads.expect($0) }
        }
        var failures: [UnreadableEntry] = []
        var conversationCount = 0
        for entry in entries {
            do {
                try await eachActivity(of: entry, in: source, sink: sink) { activity in
                    guard let activities = threads.add(activity),
                        let conversation = try await threads.conversation(of: activities, files: files, sink: sink)
                    else { return }
                    conversationCount += 1
                    try await sink.add(conversation)
                }
            } catch let failure as UnreadableEntry {
                sink.note(ImportNote(.lost, "file that cannot be read to its end", at: entry.path))
                failures.append(failure)
            }
        }
        for activities in threads.takeRest() {
            if let conversation = try await threads.conversation(of: activities, files: files, sink: sink) {
                conversationCount += 1
                try await sink.add(conversation)
            }
        }
        conversationCount += try await readWorkspace(source, into: sink)
        if source.entries.contains(where: { $0.path.utf8.firstRange(of: "NotebookLM".utf8) != nil }) {
            sink.note(ImportNote(.skipped, "NotebookLM: its notebooks are no conversations", at: source.name))
        }
        // With something read, the notes say what was not.
        if conversationCount == 0, let failure = failures.first { throw failure.reason }
    }

    private func recognizedFiles(in source: any ImportSource, sink: any ImportSink) -> [ImportEntry] {
        let candidates = Self.activityFiles(in: source)
        let paths = Set(candidates.map(\.path))
        return candidates.filter { entry in
            guard candidates.count > 1, let head = try? source.head(of: entry, upTo: 64 << 10) else { return true }
            guard Self.isPage(entry) else { return Self.isActivityList(head) }
            guard head.contains("outer-cell") else { return false }
            let stem = entry.path[..<(entry.path.lastIndex(of: ".") ?? entry.path.endIndex)]
            if paths.contains(stem + ".json") {
                sink.note(ImportNote(.skipped, "page of the activity that is read from its list", at: entry.path))
                return false
            }
            return true
        }
    }

    /// Hands over the activities of a file; with a sink, what is left out is noted, without one
    /// they are only counted and answers are left unread.
    private func eachActivity(
        of entry: ImportEntry, in source: any ImportSource, sink: (any ImportSink)?,
        _ body: (GeminiActivity) async throws -> Void
    ) async throws {
        let isAlone = source.entries.count == 1
        func isOfGemini(_ words: String) -> Bool {
            Self.namesGemini(words) || words.isEmpty && (isAlone || Self.namesGemini(entry.path))
        }
        func skipOther() {
            sink?.note(ImportNote(.skipped, "activity of another product of Google's", at: entry.path))
        }
        if Self.isPage(entry) {
            var page = GeminiActivityPage(try opened(entry, in: source))
            while let record = try next(&page, entry) {
                guard
                    let activity = GeminiActivityPage.activity(
                        in: record, path: entry.path, isOnlyCounted: sink == nil, isOfGemini: isOfGemini)
                else {
                    skipOther()
                    continue
                }
                try await body(activity)
            }
            if !page.isWhole { sink?.note(ImportNote(.lost, "page that is cut off", at: entry.path)) }
            return
        }
        try await source.eachElement(of: entry, under: "activities") { element in
            switch element {
            case .damaged(let reason, let number):
                sink?.note(
                    ImportNote(.lost, "activity that cannot be read: \(reason)", at: "\(entry.path), number \(number)"))
            case .json(let json):
                guard let object = json.object,
                    object.contains("title") || object.contains("safeHtmlItem") || object.contains("time")
                else {
                    sink?.note(ImportNote(.skipped, "entry that is no activity", at: entry.path))
                    return
                }
                let product = [object["header"], object["products"]].compactMap {
                    $0?.saysNothing == true ? nil : $0?.text()
                }
                guard isOfGemini(product.joined()) else {
                    skipOther()
                    return
                }
                try await body(GeminiActivity(object, path: entry.path, isOnlyCounted: sink == nil))
            }
        }
    }

    private func opened(_ entry: ImportEntry, in source: any ImportSource) throws -> any ByteStream {
        do { return try source.open(entry) } catch { throw UnreadableEntry(entry: entry, reason: error) }
    }

    private func next(_ page: inout GeminiActivityPage, _ entry: ImportEntry) throws -> [UInt8]? {
        do { return try page.next() } catch { throw UnreadableEntry(entry: entry, reason: error) }
    }

    /// - Returns: how many conversations there were.
    private func readWorkspace(_ source: any ImportSource, into sink: any ImportSink) async throws -> Int {
        var count = 0
        for entry in source.entries where WorkspaceConversation.isOne(entry) {
            guard let bytes = try? source.bytes(of: entry), let read = WorkspaceConversation(bytes, in: entry) else {
                sink.note(ImportNote(.lost, "conversation that cannot be read", at: entry.path))
                continue
            }
            guard let conversation = read.conversation(sink: sink) else { continue }
            count += 1
            try await sink.add(conversation)
        }
        return count
    }
}
