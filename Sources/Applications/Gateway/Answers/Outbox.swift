import NIOCore
import Synchronization

/// What a stream has to say and its connection has not yet taken: a few kilobytes at most, then whoever fills it waits.
/// So a reader that is slow slows down whoever speaks to it, and what comes while a write is under way goes out in one.
final class Outbox: Sendable {
    /// The connection is gone.
    struct Closed: Error {}

    private enum Taken {
        case bytes(ByteBuffer)
        case end
    }

    private struct State {
        var bytes = ByteBuffer()
        var isEnded = false
        /// Whether all that was to be said has been put in.
        var isWhole = false
        var isClosed = false
        /// Whether anything was put in since this was last asked.
        var hasMoved = false
        var taker: CheckedContinuation<Void, Never>?
        var putter: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())
    private let byteLimit: Int

    init(byteLimit: Int = 64 << 10) { self.byteLimit = byteLimit }

    /// Puts bytes in, and waits while more than the limit is in it. One task puts.
    ///
    /// - Throws: ``Closed``, `CancellationError`.
    func put(_ bytes: some Sequence<UInt8>) async throws {
        let (taker, isFull): (CheckedContinuation<Void, Never>?, Bool) = try state.withLock { state in
            guard !state.isClosed else { throw Closed() }
            state.bytes.writeBytes(bytes)
            state.hasMoved = true
            defer { state.taker = nil }
            return (state.taker, state.bytes.readableBytes > byteLimit)
        }
        taker?.resume()
        guard isFull else { return }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let goesOn = state.withLock { state in
                    guard !state.isClosed, !Task.isCancelled, state.bytes.readableBytes > byteLimit else { return true }
                    state.putter = continuation
                    return false
                }
                if goesOn { continuation.resume() }
            }
        } onCancel: {
            state.withLock { state in
                defer { state.putter = nil }
                return state.putter
            }?.resume()
        }
        try Task.checkCancellation()
        if state.withLock({ $0.isClosed }) { throw Closed() }
    }

    /// Says that the stream is still there, where it has said nothing since this was last called.
    func ping() {
        let taker: CheckedContinuation<Void, Never>? = state.withLock { state in
            defer { state.hasMoved = false }
            guard !state.hasMoved, !state.isEnded, !state.isClosed, state.bytes.readableBytes == 0 else { return nil }
            state.bytes.writeString(": ping\n\n")
            defer { state.taker = nil }
            return state.taker
        }
        taker?.resume()
    }

    /// No more will be put in.
    ///
    /// - Parameter isWhole: whether that was all there was to say.
    func end(isWhole: Bool) {
        let taker: CheckedContinuation<Void, Never>? = state.withLock { state in
            state.isEnded = true
            state.isWhole = isWhole
            defer { state.taker = nil }
            return state.taker
        }
        taker?.resume()
    }

    /// Nothing will be taken out any more.
    func close() {
        let (taker, putter) = state.withLock { state in
            state.isClosed = true
            defer { (state.taker, state.putter) = (nil, nil) }
            return (state.taker, state.putter)
        }
        taker?.resume()
        putter?.resume()
    }

    /// Whether everything there was to say has been taken out.
    var isDone: Bool { state.withLock { $0.isWhole && !$0.isClosed && $0.bytes.readableBytes == 0 } }

    /// All that is in it, as soon as there is anything. One task takes.
    ///
    /// - Returns: nil once it has ended and is empty, or is closed.
    func take() async -> ByteBuffer? {
        while true {
            switch takeNow() {
            case .bytes(let bytes): return bytes
            case .end: return nil
            case nil: break
            }
            await withTaskCancellationHandler {
                await withCheckedContinuation { continuation in
                    let goesOn = state.withLock { state in
                        guard state.bytes.readableBytes == 0, !state.isEnded, !state.isClosed, !Task.isCancelled else {
                            return true
                        }
                        state.taker = continuation
                        return false
                    }
                    if goesOn { continuation.resume() }
                }
            } onCancel: {
                close()
            }
            if Task.isCancelled { return nil }
        }
    }

    private func takeNow() -> Taken? {
        let (taken, putter): (Taken?, CheckedContinuation<Void, Never>?) = state.withLock { state in
            if state.isClosed { return (.end, nil) }
            guard state.bytes.readableBytes > 0 else { return (state.isEnded ? .end : nil, nil) }
            let bytes = state.bytes
            state.bytes = ByteBuffer()
            defer { state.putter = nil }
            return (.bytes(bytes), state.putter)
        }
        putter?.resume()
        return taken
    }
}
