import Foundation
import OrderedJSON
import Synchronization
import TestSupport
import Testing

/// A replay that is killed with SIGKILL between the bytes of its answers, gone on with until it is whole, ends in the tree
/// of one that nobody disturbed.
@Suite(.serialized)
struct ReplayKilledTests {
    /// Counts the pieces that servers write and holds them up at one of them.
    private final class Pieces: Sendable {
        private struct State {
            var written = 0
            var stop: Int?
            /// Several answers come at once: the first that is there is told, and no other.
            var isTold = false
        }

        private let state = Mutex(State())
        let reached = Gate()

        func stop(after count: Int?) { state.withLock { $0 = State(written: 0, stop: count) } }

        /// - Returns: whether this is where the client is killed.
        func next() -> Bool {
            let (isThere, isFirst) = state.withLock { state in
                state.written += 1
                let isThere = state.stop.map { state.written > $0 } ?? false
                defer { if isThere { state.isTold = true } }
                return (isThere, isThere && !state.isTold)
            }
            if isFirst { reached.open() }
            return isThere
        }

        var written: Int { state.withLock { $0.written } }
    }

    @Test(.timeLimit(.minutes(5)), arguments: ["anchored", "chain"])
    func `killed at random points and gone on with, it is the tree of an undisturbed run`(mode: String) async throws {
        let pieces = Pieces()
        let three = try await ThreeUpstreams { exchange in
            try exchange.begin()
            for event in ThreeUpstreams.events(exchange) {
                // In two halves, so that it is killed within an event, too.
                let bytes = Array(event.utf8)
                for half in [bytes[..<(bytes.count / 2)], bytes[(bytes.count / 2)...]] {
                    if pieces.next() {
                        exchange.waitUntilClientLeaves()
                        return true
                    }
                    try exchange.write(Array(half))
                }
            }
            try exchange.end()
            return true
        }
        let home = three.home
        let thread = try await ReplayTests.onlyThread(home)
        let (base, undisturbed) = (home.folder + "/base.db", home.folder + "/undisturbed.db")
        #expect(try await home.diwan("backup", base).code == 0)
        #expect(try await home.diwan("backup", undisturbed).code == 0)
        pieces.stop(after: nil)
        let whole = try await home.end(
            home.start(["replay", thread, "--mode", mode, "--vault", undisturbed] + three.models))
        #expect(whole.code == 0, "\(whole.errors)")
        let expected = try await three.tree(thread, vault: undisturbed)
        let total = pieces.written
        var numbers = SeededNumbers(seed: mode == "chain" ? 11 : 12)
        var kills = 0
        for round in 0..<5 {
            let vault = home.folder + "/round\(round).db"
            try FileManager.default.copyItem(atPath: base, toPath: vault)
            var arguments = ["replay", thread, "--mode", mode, "--vault", vault] + three.models
            for _ in 0..<5 {
                // Each run has the rest to do: a fifth of all of it at most.
                pieces.stop(after: Int.random(in: 0..<(total / 6), using: &numbers))
                let running = try home.start(arguments)
                #expect(await pieces.reached.opened())
                running.signal(SIGKILL)
                #expect(await running.exitCode() == 137)
                kills += 1
                let listed = try await home.diwan("replays", "--json", "--vault", vault)
                let handle = try #require(try JSON(parsing: listed.line)["handle"]?.string)
                arguments = ["replay", "--resume", handle, "--vault", vault]
            }
            pieces.stop(after: nil)
            let ended = try await home.end(home.start(arguments))
            #expect(ended.code == 0, "\(ended.errors)")
            #expect(try await three.tree(thread, vault: vault) == expected, "round \(round)")
            let checked = try await home.diwan("doctor", "--vault", vault)
            #expect(checked.code == 0, "\(checked.output)")
        }
        #expect(kills == 25)
    }
}
