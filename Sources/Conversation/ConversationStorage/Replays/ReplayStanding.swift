package import Conversations
import GRDB

/// How far a replay has come, and what it took.
package struct ReplayStanding: Sendable, Hashable {
    /// The questions that have an answer.
    package let answered: Int
    /// Those whose last call brought none.
    package let failed: Int
    package let total: Int
    /// What its calls took, as the upstreams counted: those asked again too.
    package let usages: [ModelUsage]

    /// What one call took, and of whom.
    package struct ModelUsage: Sendable, Hashable {
        package let upstream: String
        package let model: String
        package let usage: TokenUsage
    }

    /// Those that nobody has asked yet, or that are under way.
    package var open: Int { total - answered - failed }
}

extension Vault {
    /// How far a replay has come.
    package func standing(of replay: ReplayID) async throws(StorageError) -> ReplayStanding {
        try await read { database in
            let row = try database.replayRow(replay)
            let counts = try database.first(
                """
                SELECT count(*), coalesce(sum(call.status IN ('complete', 'incomplete')), 0),
                  coalesce(sum(call.status IN ('failed', 'interrupted', 'cancelled')), 0)
                FROM replay_arm JOIN replay_turn ON replay_turn.arm = replay_arm.id
                LEFT JOIN call ON call.id = replay_turn.call WHERE replay_arm.replay = ?
                """, .integer(row), value: { (Int($0.integer(0)), Int($0.integer(1)), Int($0.integer(2))) })
            let usages = try database.all(
                """
                SELECT upstream, model_requested, input_tokens, cached_tokens, output_tokens, reasoning_tokens FROM call
                WHERE replay = ? AND (input_tokens IS NOT NULL OR output_tokens IS NOT NULL)
                """, .integer(row),
                value: { row in
                    func count(_ column: Int32) -> Int? { row.integerOrNil(column).map { Int($0) } }
                    return ReplayStanding.ModelUsage(
                        upstream: row.text(0), model: row.text(1),
                        usage: TokenUsage(input: count(2), cached: count(3), output: count(4), reasoning: count(5)))
                })
            return ReplayStanding(
                answered: counts?.1 ?? 0, failed: counts?.2 ?? 0, total: counts?.0 ?? 0, usages: usages)
        }
    }
}
