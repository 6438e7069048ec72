package import Conversations
import GRDB

extension Vault {
    /// Writes down what a judge said of two answers. An earlier judgement of theirs stays.
    ///
    /// - Throws: ``StorageError/Code/notFound`` where one of the answers was erased meanwhile.
    package func keep(_ judgement: Judgement) async throws(StorageError) {
        try await write { database in
            func place(of id: MessageID) throws -> MessagePlace {
                guard let place = try database.place(of: id) else {
                    throw StorageError(.notFound, "there is no message \(id) any more.")
                }
                return place
            }
            try database.run(
                """
                INSERT INTO judgement (original, candidate, shown_first, verdict, reason, upstream, model, call, created_ms)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                .integer(try place(of: judgement.originalID).row), .integer(try place(of: judgement.candidateID).row),
                .text(judgement.shownFirst.rawValue), .text(judgement.verdict.rawValue), .text(judgement.reason),
                .text(judgement.upstream), .text(judgement.model),
                .integer(try judgement.callID.map { try database.callRow($0) }),
                .integer(judgement.createdAt.milliseconds))
        }
    }

    /// What judges said of these answers beside others, in the order in which they said it.
    package func judgements(of candidates: [MessageID]) async throws(StorageError) -> [Judgement] {
        try await read { database in
            var found: [(row: Int64, judgement: Judgement)] = []
            for candidate in candidates {
                guard let place = try database.place(of: candidate) else { continue }
                try database.each(
                    """
                    SELECT judgement.id, original.uid, shown_first, verdict, reason, judgement.upstream, judgement.model,
                      call.uid, judgement.created_ms
                    FROM judgement JOIN message AS original ON original.id = judgement.original
                    LEFT JOIN call ON call.id = judgement.call WHERE judgement.candidate = ?
                    """, .integer(place.row)
                ) { row in
                    guard let original = MessageID(bytes: row.blob(1)),
                        let shownFirst = Judgement.Side(rawValue: row.text(2)),
                        let verdict = Judgement.Verdict(rawValue: row.text(3))
                    else { return }
                    found.append(
                        (
                            row.integer(0),
                            Judgement(
                                originalID: original, candidateID: candidate, shownFirst: shownFirst, verdict: verdict,
                                reason: row.textOrNil(4), upstream: row.text(5), model: row.text(6),
                                callID: row.blobOrNil(7).flatMap { CallID(bytes: $0) },
                                createdAt: Timestamp(milliseconds: row.integer(8)))
                        ))
                }
            }
            return found.sorted { $0.row < $1.row }.map(\.judgement)
        }
    }
}
