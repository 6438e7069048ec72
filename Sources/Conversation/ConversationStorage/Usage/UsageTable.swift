import Conversations
import GRDB

/// Calls on their way into sums. Names are numbers here, so that a call costs a few comparisons and no text.
struct UsageTable {
    private struct Key: Hashable {
        /// A day's, a thread's or a name's number, by what is being added up.
        var group: Int64
        var name: Int
        var isLongInput: Bool
        var isEstimated: Bool
    }

    private struct Name {
        let upstream: String
        let model: String
        let longInputAbove: Int
        private let upstreamBytes: [UInt8]
        private let modelBytes: [UInt8]

        init(upstream: String, model: String, longInputAbove: Int) {
            self.upstream = upstream
            self.model = model
            self.longInputAbove = longInputAbove
            (upstreamBytes, modelBytes) = (Array(upstream.utf8), Array(model.utf8))
        }

        func stands(in row: ExactRow, upstream: Int32, model: Int32) -> Bool {
            row.withBytes(model) { $0.count == modelBytes.count && $0.elementsEqual(modelBytes) }
                && row.withBytes(upstream) { $0.count == upstreamBytes.count && $0.elementsEqual(upstreamBytes) }
        }
    }

    let question: UsageQuestion
    /// The rows of calls whose tokens nobody counted.
    var uncounted: [Int64] = []

    private var names: [Name] = []
    /// The number of a name by what ``hash(_:_:_:)`` makes of it.
    private var numbers: [UInt64: Int] = [:]
    private var days: [String: Int64] = [:]
    private var quarters: [Int64: Int64] = [:]
    private var lastQuarter: (quarter: Int64, day: Int64) = (.min, 0)
    private var places: [Key: Int] = [:]
    private var lastPlace: (key: Key, place: Int)?
    private var tokens: [UsedTokens] = []

    init(_ question: UsageQuestion) {
        self.question = question
    }

    /// The number of the upstream and model that stand in a row.
    mutating func name(_ row: ExactRow, upstream: Int32, model: Int32) -> Int {
        let hash = Self.hash(row, upstream, model)
        if let number = numbers[hash], names[number].stands(in: row, upstream: upstream, model: model) { return number }
        // Unlike names of one hash: whoever came first is found by it.
        if let known = names.firstIndex(where: { $0.stands(in: row, upstream: upstream, model: model) }) {
            return known
        }
        let (upstream, model) = (row.text(upstream), row.text(model))
        names.append(
            Name(upstream: upstream, model: model, longInputAbove: question.longInputAbove(upstream, model) ?? .max))
        if numbers[hash] == nil { numbers[hash] = names.count - 1 }
        return names.count - 1
    }

    /// FNV-1a of two columns: a vault may hold many names, and each call has one.
    private static func hash(_ row: ExactRow, _ first: Int32, _ second: Int32) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        func add(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        row.withBytes(first) { for byte in $0 { add(byte) } }
        add(0xff)
        row.withBytes(second) { for byte in $0 { add(byte) } }
        return hash
    }

    /// Adds a call.
    mutating func add(
        _ usage: TokenUsage, at milliseconds: Int64, thread: Int64, isImported: Bool, name: Int, isEstimated: Bool
    ) {
        if let from = question.from, milliseconds < from.milliseconds { return }
        if let upTo = question.upTo, milliseconds >= upTo.milliseconds { return }
        let group: Int64 =
            switch question.grouping {
            case .day: day(of: milliseconds)
            case .model, .upstream: 0
            case .thread, .tag: thread
            case .program: thread << 1 | (isImported ? 1 : 0)
            }
        let key = Key(
            group: group, name: name, isLongInput: (usage.input ?? 0) > names[name].longInputAbove,
            isEstimated: isEstimated)
        let place: Int
        if let last = lastPlace, last.key == key {
            place = last.place
        } else if let known = places[key] {
            place = known
        } else {
            place = tokens.count
            tokens.append(UsedTokens())
            places[key] = place
        }
        lastPlace = (key, place)
        tokens[place].add(usage)
    }

    private mutating func day(of milliseconds: Int64) -> Int64 {
        let quarter = milliseconds / 900_000
        if lastQuarter.quarter == quarter { return lastQuarter.day }
        if let day = quarters[quarter] {
            lastQuarter = (quarter, day)
            return day
        }
        let name = question.day(Timestamp(milliseconds: milliseconds))
        let day = days[name] ?? Int64(days.count)
        days[name] = day
        quarters[quarter] = day
        lastQuarter = (quarter, day)
        return day
    }

    /// The sums, with their groups' names.
    func sums(_ database: Database) throws -> [UsageSum] {
        let groups = try groupNames(database)
        struct Group: Hashable {
            var group: String
            var key: Key
        }
        var sums: [Group: UsageSum] = [:]
        for (key, place) in places {
            let name = names[key.name]
            for group in groups(key.group, name.upstream, name.model) {
                // Threads of one program or tag become one group here.
                var alike = key
                alike.group = 0
                sums[
                    Group(group: group, key: alike),
                    default: UsageSum(
                        group: group, upstream: name.upstream, model: name.model, isLongInput: key.isLongInput,
                        isEstimated: key.isEstimated)
                ].tokens += tokens[place]
            }
        }
        return Array(sums.values)
    }

    /// The sums of every call, each once, whatever groups it is in.
    func totals() -> [UsageSum] {
        var sums: [Key: UsageSum] = [:]
        for (key, place) in places {
            var alike = key
            alike.group = 0
            let name = names[key.name]
            sums[
                alike,
                default: UsageSum(
                    group: name.model, upstream: name.upstream, model: name.model, isLongInput: key.isLongInput,
                    isEstimated: key.isEstimated)
            ].tokens += tokens[place]
        }
        return Array(sums.values)
    }

    /// What says which groups a key's calls are in.
    private func groupNames(
        _ database: Database
    ) throws -> (_ group: Int64, _ upstream: String, _ model: String) -> [String] {
        switch question.grouping {
        case .day:
            let names = Dictionary(uniqueKeysWithValues: days.map { ($1, $0) })
            return { group, _, _ in [names[group] ?? ""] }
        case .model: return { _, _, model in [model] }
        case .upstream: return { _, upstream, _ in [upstream] }
        case .thread:
            var ids: [Int64: String] = [:]
            try database.each("SELECT id, uid FROM thread") { row in
                ids[row.integer(0)] = ThreadID(bytes: row.blob(1))?.description
            }
            return { group, _, _ in [ids[group] ?? ""] }
        case .tag:
            var tags: [Int64: [String]] = [:]
            try database.each("SELECT thread, name FROM tag") { row in
                tags[row.integer(0), default: []].append(row.text(1))
            }
            return { group, _, _ in tags[group] ?? [""] }
        case .program:
            var programs: [Int64: String] = [:]
            var formats: [Int64: String] = [:]
            try database.each(
                "SELECT id, json_extract(origin, '$.program'), json_extract(origin, '$.format') FROM thread WHERE origin IS NOT NULL"
            ) { row in
                programs[row.integer(0)] = row.textOrNil(1)
                formats[row.integer(0)] = row.textOrNil(2)
            }
            // A thread that was brought from another program and gone on with here has calls of both.
            return { group, upstream, _ in
                let thread = group >> 1
                return [group & 1 == 1 ? formats[thread] ?? upstream : programs[thread] ?? "diwan"]
            }
        }
    }
}
