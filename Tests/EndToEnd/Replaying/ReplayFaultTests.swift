import Foundation
import OrderedJSON
import Synchronization
import TestSupport
import Testing

/// Replays at upstreams that fail: what passes is asked again, what does not ends its arm and no other.
@Suite(.serialized)
struct ReplayFaultTests {
    static let soon = [("Content-Type", "application/json"), ("retry-after-ms", "1")]

    @Test(arguments: ["anchored", "chain"])
    func `with a fifth of the answers refused, failed or cut it ends in the same tree`(mode: String) async throws {
        let sound = try await ThreeUpstreams()
        let first = try await ReplayTests.onlyThread(sound.home)
        let undisturbed = try await sound.home.end(
            sound.home.start(["replay", first, "--mode", mode] + sound.models))
        #expect(undisturbed.code == 0, "\(undisturbed.errors)")
        let faults = Mutex((numbers: SeededNumbers(seed: 4), count: 0))
        let three = try await ThreeUpstreams { exchange in
            let fault = faults.withLock { faults -> Int? in
                guard Int.random(in: 0..<5, using: &faults.numbers) == 0 else { return nil }
                faults.count += 1
                return faults.count % 3
            }
            switch fault {
            case 0: try exchange.respond(status: 429, headers: Self.soon, body: #"{"error":{"message":"slower"}}"#)
            case 1: try exchange.respond(status: 500, headers: Self.soon, body: #"{"error":{"message":"oh"}}"#)
            case 2:
                let events = ThreeUpstreams.events(exchange)
                try exchange.begin()
                for event in events.dropLast(events.count / 2) { try exchange.write(event) }
                exchange.close()
            default: return false
            }
            return true
        }
        let thread = try await ReplayTests.onlyThread(three.home)
        let replayed = try await three.home.end(
            three.home.start(["replay", thread, "--mode", mode] + three.models), within: .seconds(120))
        #expect(replayed.code == 0, "\(replayed.errors)")
        #expect(faults.withLock { $0.count } >= 6)
        #expect(try await three.tree(thread) == sound.tree(first))
        try await three.home.expectSound()
    }

    @Test func `an upstream that takes two at once is slowed down for and not failed at`() async throws {
        let underWay = Mutex((now: 0, most: 0, refused: 0))
        let third = Gate()
        let three = try await ThreeUpstreams { exchange in
            let isTaken = underWay.withLock { state in
                guard state.now < 2 else {
                    state.refused += 1
                    return false
                }
                state.now += 1
                state.most = max(state.most, state.now)
                return true
            }
            guard isTaken else {
                third.openForAll()
                try exchange.respond(status: 429, headers: Self.soon, body: #"{"error":{"message":"slower"}}"#)
                return true
            }
            // The first two take as long as it takes a third to come.
            third.wait()
            defer { underWay.withLock { $0.now -= 1 } }
            try exchange.stream(ThreeUpstreams.events(exchange))
            return true
        }
        let thread = try await ReplayTests.onlyThread(three.home)
        let replayed = try await three.replay(thread, "-m", "three/gamma", "-n", "3", "--json")
        #expect(replayed.code == 0, "\(replayed.errors)")
        #expect(try replayed.json["answered"] == 60)
        #expect(underWay.withLock { $0.refused } > 0)
    }

    @Test func `a refusal ends its arm with its reason, the others go on, and what failed is asked again`() async throws
    {
        let isMended = Mutex(false)
        let three = try await ThreeUpstreams(turns: 3) { exchange in
            guard exchange.request.json["model"] == "beta", !isMended.withLock({ $0 }) else { return false }
            try exchange.respond(status: 401, body: #"{"error":{"code":"invalid_token","message":"no"}}"#)
            return true
        }
        let thread = try await ReplayTests.onlyThread(three.home)
        let ended = try await three.home.end(three.home.start(["replay", thread, "--json"] + three.models))
        #expect(ended.code == 77, "\(ended.errors)")
        let arms = try ended.json["arms"]?.array ?? []
        #expect(arms.map { $0["status"]?.string } == ["complete", "failed", "complete"])
        #expect(arms[1]["note"]?.string?.contains("refused the key") == true)
        let handle = try ended.json["handle"]?.string ?? ""
        #expect(ended.errors.contains("diwan replay --resume \(handle)"))
        isMended.withLock { $0 = true }
        let whole = try await three.replay("--resume", handle, "--json")
        #expect(whole.code == 0, "\(whole.errors)")
        #expect(try whole.json["answered"] == 9)
        #expect(three.servers[0].requests.count == 3)
        try await three.home.expectSound()
    }

    @Test func `Ctrl-C stops it, says what is kept and how to go on`() async throws {
        let arrived = Gate()
        let isOver = Gate()
        let isStopped = Mutex(true)
        let three = try await ThreeUpstreams(turns: 3) { exchange in
            guard isStopped.withLock({ $0 }), ThreeUpstreams.events(exchange)[2] != "", exchange.index > 0 else {
                return false
            }
            arrived.open()
            exchange.waitUntilClientLeaves()
            return true
        }
        defer { isOver.openForAll() }
        let thread = try await ReplayTests.onlyThread(three.home)
        let running = try three.home.start(["replay", thread, "-m", "three/gamma", "--parallel", "1"])
        #expect(await arrived.opened())
        running.signal(SIGINT)
        let ended = try await three.home.end(running)
        #expect(ended.code == 130, "\(ended.errors)")
        #expect(ended.errors.contains("1 of 3 answers are kept"), "\(ended.errors)")
        let handle = try #require(ended.errors.firstMatch(of: /--resume (\w+)/)).1
        isStopped.withLock { $0 = false }
        let whole = try await three.replay("--resume", String(handle), "--json")
        #expect(whole.code == 0, "\(whole.errors)")
        #expect(try whole.json["answered"] == 3)
    }
}
