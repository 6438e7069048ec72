package import Conversations
import GRDB

extension Vault {
    /// What upstreams showed behind models' names, by upstream and model.
    ///
    /// - Parameter model: only of this name, as it is sent.
    package func backendHistories(ofModel model: String? = nil) async throws(StorageError) -> [BackendHistory] {
        try await read { database in try database.backendHistories(model: model) }
    }

    /// Changes that nobody has been told of yet.
    package func untoldBackendChanges() async throws(StorageError) -> [BackendChange] {
        try await read { try $0.untoldBackendChanges() }
    }

    /// Notes that a person is being told of a change.
    ///
    /// - Returns: false where another process has told it already.
    package func noteTold(_ change: BackendChange, at time: Timestamp) async throws(StorageError) -> Bool {
        try await write(surviving: .process) { database in
            try database.run(
                """
                UPDATE backend SET told_ms = ? WHERE told_ms IS NULL AND upstream = ? AND model_sent = ? AND first_ms = ?
                """,
                .integer(time.milliseconds), .text(change.upstream), .text(change.model),
                .integer(change.at.milliseconds))
            return database.changesCount > 0
        }
    }
}

extension Database {
    func untoldBackendChanges() throws -> [BackendChange] {
        var changes: [BackendChange] = []
        for (upstream, model, first) in try all(
            "SELECT upstream, model_sent, first_ms FROM backend WHERE told_ms IS NULL ORDER BY first_ms",
            value: { ($0.text(0), $0.text(1), Timestamp(milliseconds: $0.integer(2))) })
        {
            changes += try backendHistories(ofUpstream: upstream, model: model)
                .flatMap(\.changes).filter { $0.at == first && !changes.contains($0) }
        }
        return changes
    }

    func backendHistories(ofUpstream upstream: String? = nil, model: String? = nil) throws -> [BackendHistory] {
        let configurations = try all(
            """
            SELECT upstream, model_sent, nullif(model_reported, ''), nullif(system_fingerprint, ''), first_ms, last_ms, calls
            FROM backend WHERE (?1 IS NULL OR upstream = ?1) AND (?2 IS NULL OR model_sent = ?2)
            ORDER BY upstream, model_sent
            """, .text(upstream), .text(model),
            value: { row in
                BackendConfiguration(
                    upstream: row.text(0), model: row.text(1), modelReported: row.textOrNil(2),
                    systemFingerprint: row.textOrNil(3), firstAt: Timestamp(milliseconds: row.integer(4)),
                    lastAt: Timestamp(milliseconds: row.integer(5)), calls: Int(row.integer(6)))
            })
        var histories: [BackendHistory] = []
        var rest = configurations[...]
        while let first = rest.first {
            let own = rest.prefix { $0.upstream == first.upstream && $0.model == first.model }
            rest = rest.dropFirst(own.count)
            histories.append(BackendHistory(upstream: first.upstream, model: first.model, Array(own)))
        }
        return histories
    }
}
