import CFloors
import ConversationStorage
import Conversations
import ModelWire

/// The body of a request that sends a whole thread, from its rows to its bytes, beside C that scans and escapes the same
/// rows of the same file.
func measureBodies(_ stores: Stores) async throws -> [Figure] {
    var figures: [Figure] = []
    for (length, works) in [(10, 200), (1_000, 10), (10_000, 1)] {
        let (path, threads) = try stores.threads(
            "body-\(length)", lengths: Array(repeating: length, count: 21), lanes: 21, isIndexed: false)
        let vault = try Vault(file: path, for: .writing)
        let floor = try FloorStore(path)
        guard try await ourBody(of: threads[0], in: vault).contains(floorBody(of: threads[0], in: floor)) else {
            throw FloorStore.Failure(description: "the floor writes other bytes than we do")
        }
        let pairs = try await Pairs.measured(
            15,
            ours: { round in
                try await Elapsed.of {
                    for work in 0..<works { _ = try await ourBody(of: threads[(round + work) % 21], in: vault) }
                }
            },
            floor: { round in
                try Elapsed.ofSynchronous {
                    for work in 0..<works { _ = try floorBody(of: threads[(round + work) % 21], in: floor) }
                }
            })
        var figure = pairs.figure(
            "body of a \(named(length))-message thread", unit: length > 100 ? "ms" : "µs",
            scale: length > 100 ? 1e3 : 1e6, works: works, goal: .ratio(1.5))
        figure.goalIsOfProcessor = true
        figures.append(figure)
        vault.close()
        floor.close()
        if length > 10, floor_evict(path) == 0 { figures.append(try await coldBody(path, threads)) }
    }
    return figures
}

/// The same by a process that has just begun, of a file of which nothing is in memory: opening it is part of the work.
private func coldBody(_ path: String, _ threads: [FilledThread]) async throws -> Figure {
    let pairs = try await Pairs.measured(
        9,
        ours: { round in
            _ = floor_evict(path)
            return try await Elapsed.of {
                let vault = try Vault(file: path, for: .writing)
                _ = try await ourBody(of: threads[round % 21], in: vault)
                vault.close()
            }
        },
        floor: { round in
            _ = floor_evict(path)
            return try Elapsed.ofSynchronous {
                let floor = try FloorStore(path)
                _ = try floorBody(of: threads[round % 21], in: floor)
                floor.close()
            }
        })
    return pairs.figure(
        "the same of \(named(threads[0].messageCount)), nothing in memory", unit: "ms", scale: 1e3, goal: .ratio(1.5))
}

private func ourBody(of thread: FilledThread, in vault: Vault) async throws -> [UInt8] {
    var writer = try await vault.write(
        pathTo: thread.tip, sending: [0...(thread.messageCount - 1)],
        into: RequestWriter(
            dialect: .acedata, model: "model", instructions: nil, parameters: CallParameters(), storesAtUpstream: false,
            keepsReasoning: false))
    return writer.finish()
}

private func floorBody(of thread: FilledThread, in floor: FloorStore) throws -> [UInt8] {
    var body = floor_bytes()
    defer { floor_free_bytes(&body) }
    try floor.check(floor_body(floor.store, thread.tip.bytes, &body))
    return Array(UnsafeBufferPointer(start: body.bytes, count: body.count))
}

/// 10000 as 10,000.
func named(_ count: Int) -> String {
    count < 1_000 ? "\(count)" : "\(count / 1_000),\(String(count % 1_000 + 1_000).dropFirst())"
}
