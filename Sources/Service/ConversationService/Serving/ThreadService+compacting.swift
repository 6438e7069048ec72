package import Conversations
import ModelUpstream
import ModelWire
import OrderedJSON

extension ThreadService {
    /// Asks a model for a summary of some messages, and keeps nothing of it.
    ///
    /// - Returns: the summary under its heading, and how many tokens it took.
    package func compacted(
        _ messages: [(role: Role, parts: [MessagePart])], by target: CallTarget
    ) async throws(ServiceError) -> (text: String, usage: TokenUsage) {
        var transcript = TranscriptWriter()
        for message in messages {
            do {
                try transcript.append(role: message.role, parts: message.parts, origin: nil, blobs: ReadBlobs())
            } catch {
                throw .usage("a message cannot be read: \(error)")
            }
        }
        let question = Question(
            place: .newThread(tags: [], title: nil), messages: [(.user, [.text(transcript.text)])],
            upstream: target.upstream, key: target.key, model: target.model, instructions: Self.summaryPrompt,
            parameters: CallParameters(streams: true), context: .full)
        let outcome = try await pass(question, attachments: ReadBlobs()) { _ in }
        let summary = outcome.answer.choices.first?.parts.text ?? ""
        guard outcome.failure == nil, summary.contains(where: { !$0.isWhitespace }) else {
            throw .upstream(
                outcome.failure ?? UpstreamError(.failed, "\(target.model) wrote no whole summary."), savedAs: nil)
        }
        return ("\(Self.summaryHeading)\n\(summary)", outcome.answer.usage)
    }

    /// How many tokens a request is thought to have: nobody but the model's own server can count them.
    package func estimatedTokens(
        _ messages: [(role: Role, parts: [MessagePart])], instructions: String?, tools: Int
    ) -> Int {
        messages.reduce(ContextPlanner.estimatedTokens(bytes: (instructions?.utf8.count ?? 0) + tools)) {
            sum, message in
            sum
                + ContextPlanner.estimatedTokens(
                    bytes: message.parts.isPlainText
                        ? message.parts.text.utf8.count : message.parts.storedJSON.serialized().count)
        }
    }
}
