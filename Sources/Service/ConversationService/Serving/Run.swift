package import ConversationStorage
import Conversations
import ModelUpstream
import Synchronization

/// An answer that is on its way in this process.
///
/// It belongs to the process, not to whoever asked: a reader that goes away takes nothing with it, and any number of them
/// may follow, each from where it likes and as slowly as it likes. What a slow one has not taken yet is in the vault's
/// journal, not in memory.
package final class Run: Sendable {
    /// The call as it was written down, before anything came of it.
    package let begun: CallInContext

    private struct State {
        /// The newest pieces, and the number of the first of them.
        var window: [[UInt8]] = []
        var first = 0
        var windowBytes = 0
        var outcome: Result<AnsweredQuestion, ServiceError>?
        var followers: [Int: AsyncStream<Void>.Continuation] = [:]
        var nextFollower = 0
        var task: Task<Void, Never>?
    }

    /// How much of an answer is held in memory for those who follow it, in bytes.
    private static let windowLimit = 64 << 10

    private let vault: Vault
    private let state = Mutex(State())

    init(_ begun: CallInContext, vault: Vault) {
        self.begun = begun
        self.vault = vault
    }

    /// Pieces of the answer from one number on, as they came and come; ends with the answer.
    package func pieces(from sequence: Int = 0) -> AsyncThrowingStream<[[UInt8]], any Error> {
        let (signals, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let number = state.withLock { state in
            defer { state.nextFollower += 1 }
            state.followers[state.nextFollower] = continuation
            return state.nextFollower
        }
        continuation.yield()
        let cursor = Cursor(next: sequence, signals: signals.makeAsyncIterator())
        return AsyncThrowingStream { [self] in
            guard let taken = try await take(cursor) else {
                _ = state.withLock { $0.followers.removeValue(forKey: number) }
                return nil
            }
            return taken
        }
    }

    /// Returns when the first of it has come, or it has come to its end with an answer.
    ///
    /// - Throws: why there is no answer.
    package func begun() async throws {
        for try await _ in pieces() { return }
        _ = try await outcome()
    }

    /// What came of it, when it has.
    package func outcome() async throws(ServiceError) -> AnsweredQuestion {
        let (signals, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let number = state.withLock { state in
            defer { state.nextFollower += 1 }
            state.followers[state.nextFollower] = continuation
            return state.nextFollower
        }
        defer { _ = state.withLock { $0.followers.removeValue(forKey: number) } }
        continuation.yield()
        for await _ in signals {
            if let outcome = state.withLock({ $0.outcome }) { return try outcome.get() }
        }
        throw .upstream(UpstreamError(.cancelled, "stopped waiting; the answer is still on its way."), savedAs: nil)
    }

    /// Whether it has come to its end.
    package var isOver: Bool { state.withLock { $0.outcome != nil } }

    /// Ends it; what has arrived is kept as interrupted.
    package func stop() { state.withLock { $0.task }?.cancel() }

    func hold(_ task: Task<Void, Never>) { state.withLock { $0.task = task } }

    func receive(_ pieces: [[UInt8]], from sequence: Int) {
        state.withLock { state in
            // A request that was sent again begins anew.
            if sequence < state.first + state.window.count { (state.window, state.windowBytes) = ([], 0) }
            if state.window.isEmpty { state.first = sequence }
            state.window += pieces
            state.windowBytes += pieces.reduce(0) { $0 + $1.count }
            while state.windowBytes > Self.windowLimit, state.window.count > 1 {
                state.windowBytes -= state.window.removeFirst().count
                state.first += 1
            }
            for follower in state.followers.values { follower.yield() }
        }
    }

    func end(_ outcome: Result<AnsweredQuestion, ServiceError>) {
        state.withLock { state in
            state.outcome = outcome
            state.task = nil
            for follower in state.followers.values { follower.yield() }
        }
    }

    /// The next pieces that this follower has not had; nil at the end.
    private func take(_ cursor: Cursor) async throws -> [[UInt8]]? {
        while true {
            let (pieces, isBehind, isOver) = state.withLock { state -> ([[UInt8]], Bool, Bool) in
                if cursor.next < state.first { return ([], true, state.outcome != nil) }
                return (Array(state.window.dropFirst(cursor.next - state.first)), false, state.outcome != nil)
            }
            if !pieces.isEmpty {
                cursor.next += pieces.count
                return pieces
            }
            if isBehind {
                let stored = try await vault.events(of: begun.call.id, from: cursor.next, limit: 64)
                if !stored.isEmpty {
                    cursor.next = stored[stored.count - 1].sequence + 1
                    return stored.map(\.payload)
                }
            }
            if isOver { return nil }
            guard await cursor.wait() else { throw CancellationError() }
        }
    }
}

/// How far one follower has come. Used by one task at a time.
private final class Cursor: @unchecked Sendable /* an AsyncThrowingStream asks for one element after the other */ {
    var next: Int
    private var signals: AsyncStream<Void>.Iterator

    init(next: Int, signals: AsyncStream<Void>.Iterator) {
        self.next = next
        self.signals = signals
    }

    /// Waits until something has come; false where nobody waits any more.
    func wait() async -> Bool { await signals.next() != nil }
}
