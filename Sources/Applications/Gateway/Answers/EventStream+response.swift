import Hummingbird
import NIOCore

extension EventStream {
    /// A response's body that is what a writer writes. The writer's task is cancelled when the client leaves.
    ///
    /// - Parameters:
    ///   - client: tells when it leaves.
    ///   - silence: how long nothing may be said before a comment is; nil where none may be.
    ///   - write: writes the events.
    ///   - ended: called once when the stream is over, whichever way.
    static func body(
        for client: ClientPresence, silence: Duration?, write: @escaping @Sendable (EventStream) async throws -> Void,
        ended: @escaping @Sendable () -> Void
    ) -> ResponseBody {
        ResponseBody { writer in
            defer { ended() }
            let outbox = Outbox()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    do {
                        try await write(EventStream(outbox: outbox))
                        outbox.end(isWhole: true)
                    } catch {
                        outbox.end(isWhole: false)
                    }
                }
                group.addTask {
                    await client.left()
                    outbox.close()
                }
                group.addTask {
                    while !Task.isCancelled, let silence {
                        try? await Task.sleep(for: silence)
                        outbox.ping()
                    }
                }
                defer {
                    outbox.close()
                    group.cancelAll()
                }
                while let bytes = await outbox.take() { try await writer.write(bytes) }
                // A stream that is cut must not look whole: the connection is closed in the middle of it.
                guard outbox.isDone else { throw Outbox.Closed() }
            }
            try await writer.finish(nil)
        }
    }
}
