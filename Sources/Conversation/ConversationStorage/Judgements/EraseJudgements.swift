import Conversations
import GRDB

extension Database {
    /// Takes away what was judged of messages that are about to be erased.
    ///
    /// - Returns: the questions in which a judge was shown them: copies of their words, which have to go too.
    func forgetJudgements(from first: MessagePlace, to last: MessagePlace) throws -> [MessageID] {
        let condition = "judgement.original BETWEEN ?1 AND ?2 OR judgement.candidate BETWEEN ?1 AND ?2"
        let range = (SQLValue.integer(first.row), SQLValue.integer(last.row))
        let questions = try all(
            """
            SELECT DISTINCT message.uid FROM judgement JOIN call ON call.id = judgement.call
            JOIN message ON message.id = call.question WHERE \(condition)
            """, range.0, range.1, value: { MessageID(bytes: $0.blob(0)) })
        try run("DELETE FROM judgement WHERE \(condition)", range.0, range.1)
        return questions.compactMap { $0 }
    }

    /// Takes a judge's words out of what it judged by a call that is about to be erased; its verdict is no word of
    /// anyone's and stays.
    func forgetReasons(ofCall call: Int64) throws {
        try run("UPDATE judgement SET call = NULL, reason = NULL WHERE call = ?", .integer(call))
    }
}
