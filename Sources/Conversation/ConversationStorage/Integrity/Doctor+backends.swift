import GRDB

extension Doctor {
    /// The ledger of backends holds every call that showed one; after an erasure it holds more.
    mutating func examineBackends() throws {
        try database.each(
            """
            SELECT shown.upstream, shown.model_sent, backend.id IS NULL FROM (\(Database.shownBackends)) AS shown
            LEFT JOIN backend ON backend.upstream = shown.upstream AND backend.model_sent = shown.model_sent
              AND backend.model_reported = shown.reported AND backend.system_fingerprint = shown.fingerprint
            WHERE backend.id IS NULL OR backend.calls < shown.calls OR backend.first_ms > shown.first
              OR backend.last_ms < shown.last
            """
        ) { row in
            found(
                .backendLedger, "backend", "\(row.text(0))/\(row.text(1))",
                row.integer(2) == 1
                    ? "calls show what the ledger does not hold" : "the ledger holds less than the calls show")
        }
    }
}
