import CFloors
import ConversationStorage
import Conversations

/// How many durable operations a second: one caller that waits for each, and sixty-four that wait at the same time and
/// so share transactions. Each writes a question and its call.
func measureCommits(_ stores: Stores) async throws -> [Figure] {
    let (path, threads) = try stores.threads(
        "append-100000", lengths: Array(repeating: 10, count: 8_900) + [1_000, 10_000], lanes: 20, isIndexed: true)
    let vault = try Vault(file: try stores.copy(of: path, as: "append-ours"), for: .writing)
    let floor = try FloorStore(try stores.copy(of: path, as: "append-floor"))
    defer { vault.close() }
    var figures: [Figure] = []
    var next = 0
    for (together, operations) in [(1, 32), (64, 512)] {
        let first = next
        let rounds = 7
        next += rounds * operations
        func planned(_ round: Int) -> [(Turn, MessageID)] {
            (0..<operations).map { operation in
                let number = first + round * operations + operation
                return (Turn(threads[number].id, number: number, length: 10, words: stores.words), threads[number].tip)
            }
        }
        let pairs = try await Pairs.measured(
            rounds,
            ours: { round in
                let turns = planned(round)
                return try await Elapsed.of {
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        for caller in 0..<together {
                            group.addTask {
                                for index in stride(from: caller, to: turns.count, by: together) {
                                    try await turns[index].0.begin(in: vault, after: turns[index].1)
                                }
                            }
                        }
                        try await group.waitForAll()
                    }
                }
            },
            floor: { round in
                let turns = planned(round)
                return try Elapsed.ofSynchronous {
                    for batch in stride(from: 0, to: turns.count, by: together) {
                        try floor.execute("BEGIN IMMEDIATE")
                        for index in batch..<min(batch + together, turns.count) { try turns[index].0.begin(in: floor) }
                        try floor.execute("COMMIT")
                    }
                }
            })
        let perSecond = { (elapsed: Elapsed) in Double(operations) / elapsed.wall }
        figures.append(
            Figure(
                what: together == 1 ? "durable operations, one at a time" : "durable operations, \(together) callers",
                unit: "/s", ours: Spread(pairs.ours.map(perSecond)).median,
                floor: Spread(pairs.floor.map(perSecond)).median,
                ratio: Spread(zip(pairs.ours, pairs.floor).map { $0.wall / $1.wall }),
                processorRatio: Spread(zip(pairs.ours, pairs.floor).map { $0.processor / $1.processor }).median))
    }
    return figures
}
