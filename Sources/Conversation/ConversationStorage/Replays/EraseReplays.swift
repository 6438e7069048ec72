import Conversations
import GRDB

extension Database {
    /// Takes what points at messages that are about to be erased out of the replays: a turn goes with its question, an arm
    /// whose path ends there ends before.
    func cutReplays(from first: MessagePlace, to last: MessagePlace) throws {
        let range = (SQLValue.integer(first.row), SQLValue.integer(last.row))
        try run("UPDATE replay_turn SET original = NULL WHERE original BETWEEN ? AND ?", range.0, range.1)
        try run("DELETE FROM replay_turn WHERE question BETWEEN ? AND ?", range.0, range.1)
        guard let parent = try parent(of: first) else {
            try forgetArms(where: "origin BETWEEN ? AND ?", range.0, range.1)
            return
        }
        try run(
            "UPDATE replay_arm SET origin = ? WHERE origin BETWEEN ? AND ?", .integer(parent.row), range.0, range.1)
    }

    /// Takes the arms of a thread that is about to be erased away.
    func forgetReplays(ofThread thread: Int64) throws {
        try forgetArms(where: "thread = ?", .integer(thread))
    }

    /// A replay without arms goes with the last of them.
    private func forgetArms(where condition: String, _ values: SQLValue...) throws {
        var arms: [(row: Int64, replay: Int64)] = []
        try step("SELECT id, replay FROM replay_arm WHERE \(condition)", values) {
            arms.append(($0.integer(0), $0.integer(1)))
        }
        for arm in arms {
            try run("DELETE FROM replay_turn WHERE arm = ?", .integer(arm.row))
            try run("DELETE FROM replay_arm WHERE id = ?", .integer(arm.row))
        }
        for replay in Set(arms.map(\.replay)) {
            let isLeft = try first(
                "SELECT 1 FROM replay_arm WHERE replay = ? LIMIT 1", .integer(replay), value: { _ in true })
            guard isLeft == nil else { continue }
            try run("UPDATE call SET replay = NULL WHERE replay = ?", .integer(replay))
            try run("DELETE FROM replay WHERE id = ?", .integer(replay))
        }
    }
}
