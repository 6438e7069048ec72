import Foundation
import SyncProtocol
import Testing

/// `DIWAN_SYNC_SEED=N swift test --filter SyncSimulation.SeedTests` runs one seed again; `DIWAN_SYNC_SEEDS=N` runs so many.
@Suite struct SeedTests {
    /// How many; CI runs them all.
    static let count: UInt64 = 1_000

    static var seeds: Range<UInt64> {
        if let text = ProcessInfo.processInfo.environment["DIWAN_SYNC_SEED"], let seed = UInt64(text) {
            return seed..<seed + 1
        }
        if let text = ProcessInfo.processInfo.environment["DIWAN_SYNC_SEEDS"], let count = UInt64(text) {
            return 0..<count
        }
        return 0..<count
    }

    @Test func `whatever goes wrong, devices come to the same state and lose nothing`() throws {
        var lies = 0
        for seed in Self.seeds {
            let liar = seed % 4 == 3
            var broken: [String]
            do {
                var schedule = try FaultySchedule(seed: seed, liar: liar)
                try schedule.run()
                broken = Oracle.check(schedule.world, isHonest: !liar)
                lies += schedule.lies
            } catch {
                broken = ["it threw: \(error)"]
            }
            for line in broken {
                let command = "DIWAN_SYNC_SEED=\(seed) swift test --filter SyncSimulation.SeedTests"
                Issue.record("\(line). Again: \(command)")
            }
        }
        if Self.seeds.count > 1 { #expect(lies > 0) }
    }
}
