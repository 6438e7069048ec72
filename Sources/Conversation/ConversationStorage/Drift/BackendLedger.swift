import Conversations
import GRDB

/// What one call, or several that are alike, showed of who answered.
struct SeenBackend: Hashable {
    let upstream: String
    let modelSent: String
    let modelReported: String
    let systemFingerprint: String

    /// Nil where the answer named neither.
    init?(upstream: String, modelSent: String, modelReported: String?, systemFingerprint: String?) {
        guard modelReported != nil || systemFingerprint != nil else { return nil }
        self.upstream = upstream
        self.modelSent = modelSent
        self.modelReported = modelReported ?? ""
        self.systemFingerprint = systemFingerprint ?? ""
    }
}

extension Database {
    /// Counts a call of ours that has ended in the ledger of backends, in the transaction that ends it.
    ///
    /// Nearly every call shows what the one before did, so nearly always this is one UPDATE. What is new and a change is
    /// left to be told; what is new and the first of its kind is no news.
    func count(_ seen: SeenBackend, at time: Timestamp) throws {
        guard try !widen(seen, from: time, to: time, calls: 1) else { return }
        let row = try insert(seen, from: time, to: time, calls: 1, toldAt: time)
        let history = try backendHistories(ofUpstream: seen.upstream, model: seen.modelSent).first
        if history?.changes.contains(where: { $0.at == time }) == true {
            try run("UPDATE backend SET told_ms = NULL WHERE id = ?", .integer(row))
        }
    }

    /// Counts calls that come from another vault. In whatever order calls come, the ledger is the same in the end. What
    /// they show was noticed where they were made.
    func count(_ seen: SeenBackend, from first: Timestamp, to last: Timestamp, calls: Int) throws {
        guard try !widen(seen, from: first, to: last, calls: calls) else { return }
        _ = try insert(seen, from: first, to: last, calls: calls, toldAt: first)
    }

    private func widen(_ seen: SeenBackend, from first: Timestamp, to last: Timestamp, calls: Int) throws -> Bool {
        try run(
            """
            UPDATE backend SET first_ms = min(first_ms, ?), last_ms = max(last_ms, ?), calls = calls + ?
            WHERE upstream = ? AND model_sent = ? AND model_reported = ? AND system_fingerprint = ?
            """,
            .integer(first.milliseconds), .integer(last.milliseconds), .integer(Int64(calls)), .text(seen.upstream),
            .text(seen.modelSent), .text(seen.modelReported), .text(seen.systemFingerprint))
        return changesCount == 1
    }

    private func insert(
        _ seen: SeenBackend, from first: Timestamp, to last: Timestamp, calls: Int, toldAt: Timestamp
    ) throws -> Int64 {
        try insert(
            """
            INSERT INTO backend (upstream, model_sent, model_reported, system_fingerprint, first_ms, last_ms, calls, told_ms)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """,
            .text(seen.upstream), .text(seen.modelSent), .text(seen.modelReported), .text(seen.systemFingerprint),
            .integer(first.milliseconds), .integer(last.milliseconds), .integer(Int64(calls)),
            .integer(toldAt.milliseconds))
    }

    /// Brings the ledger to hold at least what the calls show. What it holds beyond them stays: those calls were erased.
    func fillBackendLedger() throws {
        try run(
            """
            INSERT INTO backend (upstream, model_sent, model_reported, system_fingerprint, first_ms, last_ms, calls, told_ms)
            \(Self.shownBackends)
            ON CONFLICT DO UPDATE SET first_ms = min(first_ms, excluded.first_ms),
              last_ms = max(last_ms, excluded.last_ms), calls = max(calls, excluded.calls)
            """)
    }

    /// The ledger as the calls give it. A call without a plan is another program's, or stands for one that is counted.
    static var shownBackends: String {
        """
        SELECT upstream, model_sent, coalesce(model_reported, '') AS reported,
          coalesce(system_fingerprint, '') AS fingerprint, min(finished_ms) AS first, max(finished_ms) AS last,
          count(*) AS calls, min(finished_ms)
        FROM call WHERE dialect <> '' AND plan <> 'null' AND finished_ms IS NOT NULL
          AND (model_reported IS NOT NULL OR system_fingerprint IS NOT NULL)
        GROUP BY 1, 2, 3, 4
        """
    }
}
