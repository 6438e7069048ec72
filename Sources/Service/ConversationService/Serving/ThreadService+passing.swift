package import Conversations
package import ModelUpstream
import ModelWire

extension ThreadService {
    /// Asks a question of which nothing is kept: no word of it, nor of its answer, is written.
    ///
    /// - Parameter received: called with the pieces of the answer as they come; the next ones are not read before it
    ///   returns.
    package func pass(
        _ question: Question, attachments: some BlobReader,
        received: @escaping @Sendable ([[UInt8]]) async throws -> Void
    ) async throws(ServiceError) -> ClientOutcome {
        let body: [UInt8]
        if let given = question.body {
            body = given
        } else {
            body = try await dryRun(question, attachments: attachments)
        }
        do {
            return try await client.call(
                question.upstream, key: question.key, body: body, choices: question.parameters.choices ?? 1,
                receive: { pieces in try await received(pieces.map(\.payload)) })
        } catch let error as UpstreamError {
            throw .upstream(error, savedAs: nil)
        } catch {
            throw .upstream(UpstreamError(.cancelled, "stopped: whoever asked has gone."), savedAs: nil)
        }
    }
}
