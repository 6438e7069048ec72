import Conversations
import GRDB
import OrderedJSON

extension Doctor {
    /// Replays: readable, and all that an arm names of its own thread.
    mutating func examineReplays() throws {
        try database.each("SELECT uid, settings FROM replay") { row in
            guard let id = ReplayID(bytes: row.blob(0)), (try? JSON(parsing: row.text(1)))?.object == nil else {
                return
            }
            found(.replay, "replay", id.description, "its settings cannot be read")
        }
        try database.each(
            """
            SELECT DISTINCT replay.uid, replay_arm.label FROM replay_arm JOIN replay ON replay.id = replay_arm.replay
            LEFT JOIN replay_turn ON replay_turn.arm = replay_arm.id LEFT JOIN call ON call.id = replay_turn.call
            WHERE (SELECT thread FROM strand WHERE id = origin >> 24) IS NOT replay_arm.thread
              OR (SELECT thread FROM strand WHERE id = replay_turn.question >> 24) <> replay_arm.thread
              OR (SELECT thread FROM strand WHERE id = original >> 24) <> replay_arm.thread
              OR call.thread <> replay_arm.thread
            """
        ) { row in
            guard let id = ReplayID(bytes: row.blob(0)) else { return }
            found(.replay, "replay", id.description, "its arm \(row.text(1)) names what is another thread's")
        }
        try database.each(
            """
            SELECT call.uid FROM replay_turn JOIN replay_arm ON replay_arm.id = replay_turn.arm
            JOIN call ON call.id = replay_turn.call WHERE call.replay IS NOT replay_arm.replay
            """
        ) { row in
            guard let id = CallID(bytes: row.blob(0)) else { return }
            found(.replay, "call", id.description, "it asks a replay's question and was made for another, or for none")
        }
    }
}
