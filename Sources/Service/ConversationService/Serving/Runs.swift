import ConversationStorage
package import Conversations
import ModelUpstream
import Synchronization

/// The answers that are on their way in this process.
package final class Runs: Sendable {
    private let runs = Mutex<[CallID: Run]>([:])

    package init() {}

    /// How many there are.
    package var count: Int { runs.withLock { $0.count } }

    /// The run of a call, while it is on its way here.
    package func run(of call: CallID) -> Run? { runs.withLock { $0[call] } }

    /// Writes a question down and begins to ask it. It goes on whoever waits for it.
    package func begin(
        _ question: Question, isBackground: Bool, by service: ThreadService
    ) async throws(ServiceError) -> Run {
        let begun = try await service.begin(question, isBackground: isBackground)
        let call = begun.call
        let run = Run(begun, vault: service.vault)
        runs.withLock { $0[call.id] = run }
        run.hold(
            Task {
                var outcome: Result<AnsweredQuestion, ServiceError>
                do throws(ServiceError) {
                    outcome = .success(
                        try await service.run(
                            call, upstream: question.upstream, key: question.key, keepsEvents: question.keepsEvents,
                            body: question.body
                        ) { event in
                            if case .received(let pieces, let sequence) = event { run.receive(pieces, from: sequence) }
                        })
                } catch {
                    outcome = .failure(error)
                }
                run.end(outcome)
                _ = runs.withLock { $0.removeValue(forKey: call.id) }
            })
        return run
    }

    /// Waits until every run has come to its end, and stops those that have not when the time is over.
    package func finish(within grace: Duration) async {
        let all = runs.withLock { Array($0.values) }
        let stop = Task {
            try await Task.sleep(for: grace)
            for run in all { run.stop() }
        }
        for run in all { _ = try? await run.outcome() }
        stop.cancel()
    }
}
