@preconcurrency import Dispatch
import Foundation
import Synchronization

/// Ctrl-C: the first one ends what is under way and keeps what there is; a second one ends the program at once.
///
/// Until there is something to keep, Ctrl-C does what it does to any program: most commands never listen for it, and to
/// listen takes two threads.
final class Interruption: Sendable {
    private struct State {
        var source: (any DispatchSourceSignal)?
        var onInterrupt: (@Sendable () -> Void)?
        var count = 0
    }

    private let state = Mutex(State())

    private func listen() {
        state.withLock { state in
            guard state.source == nil else { return }
            // The source sees the signal only if its usual effect is off.
            signal(SIGINT, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: SIGINT, queue: DispatchQueue(label: "interruption"))
            source.setEventHandler { [weak self] in self?.interrupt() }
            source.resume()
            state.source = source
        }
    }

    private func interrupt() {
        let (times, action) = state.withLock { state in
            state.count += 1
            return (state.count, state.onInterrupt)
        }
        if times > 1 || action == nil { _exit(130) }
        action?()
    }

    /// Whether the person has asked for an end.
    var hasHappened: Bool { state.withLock { $0.count > 0 } }

    /// Runs work that Ctrl-C cancels.
    func cancelling<Value: Sendable>(_ work: @escaping @Sendable () async throws -> Value) async throws -> Value {
        listen()
        // Under the lock: a Ctrl-C that comes as soon as there is something to keep finds whom to tell.
        let task = state.withLock { state in
            let task = Task { try await work() }
            state.count = 0
            state.onInterrupt = { task.cancel() }
            return task
        }
        defer { state.withLock { $0.onInterrupt = nil } }
        return try await task.value
    }
}
