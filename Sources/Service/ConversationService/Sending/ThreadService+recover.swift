import ConversationStorage
package import Conversations
import ModelUpstream
import ModelWire

extension ThreadService {
    /// Turns what processes that are gone had received into messages, marked `interrupted`.
    ///
    /// - Returns: the calls it ended. Another process that does the same at the same time takes the others.
    @discardableResult
    package func recoverInterrupted() async throws(ServiceError) -> [CallID] {
        var recovered: [CallID] = []
        let lost = try await stored { () async throws(StorageError) in
            try await vault.callsUnderWay().filter { !$0.isAlive }
        }
        for lost in lost {
            var isQuestion = true
            do {
                let call = try await vault.call(lost.id)
                // A summary that was on its way is asked for again when it is needed: nobody waits for it.
                isQuestion = call.plan?.summarises != true
                var stream = AnswerStream(choicesAsked: call.parameters.choices ?? 1)
                let events = try await vault.events(of: lost.id)
                for event in events { _ = stream.receive(event.payload) }
                let answer = stream.eventCount > 0 ? stream.answer() : nil
                let failure: UpstreamError? =
                    answer.map { stream.isFinished || $0.status != .interrupted } ?? false
                    ? nil
                    : UpstreamError(
                        .cutOff,
                        events.isEmpty
                            ? "the process that asked was ended before any of the answer came."
                            : "the process that was receiving the answer was ended.")
                _ = try await finish(
                    call, answer, failure, wasAsked: false,
                    keepsEvents: call.asked?.keepsEvents ?? false)
                if isQuestion { recovered.append(lost.id) }
            } catch let error as ServiceError {
                switch error {
                case .upstream: if isQuestion { recovered.append(lost.id) }
                case .storage(let error) where error.code == .callIsOver: break
                default: throw error
                }
            } catch let error as StorageError {
                if error.code != .callIsOver { throw .storage(error) }
            } catch {
                throw .usage("\(error)")
            }
        }
        return recovered
    }
}
