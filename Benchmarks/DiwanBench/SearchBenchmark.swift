import CFloors
import ConversationStorage
import Conversations
import Foundation
import OrderedJSON

/// The two hundred queries of `queries.txt`, each once a round in a running process, by processor time; beside them what
/// FTS5 alone takes to rank the same rows by the same words. (Its queries are cut into words by unicode61, so that it finds
/// little of those in Chinese.)
func measureSearch(_ stores: Stores, isLarge: Bool) async throws -> [Figure] {
    let (path, messageCount) = try await stores.searchable(rounds: isLarge ? 4 : 1)
    let vault = try Vault(file: path, for: .reading)
    defer { vault.close() }
    let floor = try FloorStore(path)
    defer { floor.close() }
    let now = Timestamp(milliseconds: Stores.beginning)
    var ours: [[Double]] = []
    var theirs: [Double] = []
    for round in 0..<5 {
        var times: [Double] = []
        for query in try SearchQueries.all() {
            var page: SearchPage?
            let elapsed = try await Elapsed.of {
                let query = SearchQuery(query, now: now, calendar: Calendar(identifier: .gregorian))
                page = try await vault.search(query, limit: 20, now: now)
            }
            times.append(elapsed.processor * 1_000)
            guard round == 0, let expression = page?.explanation.expressions.first else { continue }
            theirs.append(
                try Elapsed.ofSynchronous {
                    var found: Int64 = 0
                    try floor.check(floor_search(floor.store, expression, 20, &found))
                }.processor * 1_000)
        }
        // The first round reads the file.
        if round > 0 { ours.append(times.sorted()) }
    }
    theirs.sort()
    let what = "search \(messageCount / 1_000)k messages, CPU"
    func figure(_ name: String, _ share: Double, goal: Double) -> Figure {
        func at(_ sorted: [Double]) -> Double { sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))] }
        return Figure(
            what: "\(what), \(name)", unit: "ms", ours: Spread(ours.map(at)).median, floor: at(theirs),
            goal: .atMost(goal))
    }
    let index = try floor.number("SELECT sum(pgsize) FROM dbstat WHERE name LIKE 'message_search%'")
    let whole = try floor.number("SELECT sum(pgsize) FROM dbstat")
    return [
        figure("half of the queries within", 0.5, goal: 0.5), figure("95 in 100 within", 0.95, goal: 5),
        figure("all within", 1, goal: 25),
        Figure(what: "  the index, a message", unit: "bytes", ours: Double(index) / Double(messageCount)),
        Figure(what: "  the whole file, a message", unit: "bytes", ours: Double(whole) / Double(messageCount)),
    ]
}

/// The queries that are measured, and whose plans a test looks at.
enum SearchQueries {
    static func all() throws -> [String] {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "../queries.txt")
        return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map(String.init)
            .filter { !$0.hasPrefix("# ") }
    }
}

extension Stores {
    /// The chats and, where they are at hand, Chinese ones among them, several times with other words here and there, over
    /// five years; brought in and indexed as an import is.
    func searchable(rounds: Int) async throws -> (path: String, messageCount: Int) {
        let path = path("search-\(rounds)")
        let chats = words.chats + SeededWords.chineseChats()
        let messageCount = chats.map(\.count).reduce(0, +) * rounds
        guard !FileManager.default.fileExists(atPath: path) else { return (path, messageCount) }
        DiwanBench.note("  making \(path) …")
        let unfinished = path + ".unfinished"
        for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: unfinished + suffix) }
        let vault = try Vault(file: unfinished, for: .writing)
        var numbers = SeededNumbers(seed: 7)
        let other = words.chats.prefix(2_000).joined().flatMap { $0.split(separator: " ") }
        let order = chats.indices.shuffled(using: &numbers)
        for round in 0..<rounds {
            for start in stride(from: 0, to: order.count, by: 500) {
                let records = order[start..<min(start + 500, order.count)].enumerated().map { offset, chat in
                    let number = round * order.count + start + offset
                    let age = Int64(rounds * order.count - number) * (157_000_000_000 / Int64(rounds * order.count))
                    return record(
                        number, at: Self.beginning - age,
                        saying: chats[chat].map { round == 0 ? $0 : $0.varied(with: other, &numbers) })
                }
                _ = try await vault.adopt(records)
            }
        }
        vault.close()
        try FileManager.default.moveItem(atPath: unfinished, toPath: path)
        return (path, messageCount)
    }

    private func record(_ number: Int, at time: Int64, saying texts: [String]) -> ThreadRecord {
        let messages = texts.enumerated().map { position, text in
            MessageRecord(
                id: MessageID(at: time, thread: number, position: position),
                parentID: position == 0 ? nil : MessageID(at: time, thread: number, position: position - 1),
                role: position.isMultiple(of: 2) ? .user : .assistant, parts: [.text(text)],
                createdAt: Timestamp(milliseconds: time + Int64(position) * 20_000))
        }
        return ThreadRecord(
            id: ThreadID(at: time, thread: number, position: 1 << 23), title: String(texts[0].prefix(60)),
            titleIsGiven: false, tags: number.isMultiple(of: 40) ? ["travel"] : [], tipID: messages.last?.id,
            createdAt: Timestamp(milliseconds: time), activeAt: Timestamp(milliseconds: time), messages: messages)
    }
}

extension String {
    /// The same with one word in twelve another.
    fileprivate func varied(with words: [Substring], _ numbers: inout SeededNumbers) -> String {
        guard utf8.contains(0x20) else { return self }
        return split(separator: " ").map { word in
            Int.random(in: 0..<12, using: &numbers) == 0 ? words.randomElement(using: &numbers) ?? word : word
        }.joined(separator: " ")
    }
}

extension SeededWords {
    /// KdConv's dialogues on films, music and travel, where the test data is at hand.
    fileprivate static func chineseChats() -> [[String]] {
        guard let folder = ProcessInfo.processInfo.environment["DIWAN_TEST_DATA"] else { return [] }
        return ["film", "music", "travel"].flatMap { name in ["dev", "test"].map { "\(name)/\($0)" } }.flatMap { name in
            let file = "\(folder)/kdconv-zh/\(name).json"
            guard let bytes = FileManager.default.contents(atPath: file),
                let chats = (try? JSON(parsing: [UInt8](bytes)))?.array
            else { return [[String]]() }
            return chats.map { ($0["messages"]?.array ?? []).compactMap { $0["message"]?.string } }.filter {
                !$0.isEmpty
            }
        }
    }
}
