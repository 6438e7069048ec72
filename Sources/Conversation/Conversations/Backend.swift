/// What an upstream showed behind a model's name: the name it reports and the fingerprint of its configuration.
package struct BackendConfiguration: Sendable, Hashable {
    package let upstream: String
    /// The model's name as it is sent.
    package let model: String
    /// Nil where the upstream names none.
    package let modelReported: String?
    /// Nil where the upstream names none.
    package let systemFingerprint: String?
    package let firstAt: Timestamp
    package let lastAt: Timestamp
    package let calls: Int

    package init(
        upstream: String, model: String, modelReported: String?, systemFingerprint: String?, firstAt: Timestamp,
        lastAt: Timestamp, calls: Int
    ) {
        self.upstream = upstream
        self.model = model
        self.modelReported = modelReported
        self.systemFingerprint = systemFingerprint
        self.firstAt = firstAt
        self.lastAt = lastAt
        self.calls = calls
    }
}

/// That an upstream began to answer with something else under the same model's name.
package struct BackendChange: Sendable, Hashable {
    /// A named value that was not seen before, and the one it was seen after.
    package struct Value: Sendable, Hashable {
        package let before: String
        /// When the one before was first seen.
        package let since: Timestamp
        package let now: String
    }

    package let upstream: String
    package let model: String
    package let at: Timestamp
    package let modelReported: Value?
    package let systemFingerprint: Value?
}

/// All that an upstream showed behind one model's name, in the order in which it was first seen.
///
/// It is the same whatever the order in which it is told: two vaults that hold the same calls tell the same history.
package struct BackendHistory: Sendable, Hashable {
    package let upstream: String
    package let model: String
    package let configurations: [BackendConfiguration]
    /// Where a reported name or a fingerprint was seen for the first time and another one before. To say nothing is no
    /// change.
    package let changes: [BackendChange]

    /// - Parameter configurations: those of one upstream and model.
    package init(upstream: String, model: String, _ configurations: [BackendConfiguration]) {
        self.upstream = upstream
        self.model = model
        let ordered = configurations.sorted { $0.order < $1.order }
        self.configurations = ordered
        changes = ordered.indices.compactMap { index in
            let earlier = ordered[..<index]
            let now = ordered[index]
            let name = Self.change(to: now.modelReported, after: earlier, \.modelReported)
            let fingerprint = Self.change(to: now.systemFingerprint, after: earlier, \.systemFingerprint)
            guard name != nil || fingerprint != nil else { return nil }
            return BackendChange(
                upstream: upstream, model: model, at: now.firstAt, modelReported: name, systemFingerprint: fingerprint)
        }
    }

    /// The configurations that answered in turns with another: several machines behind one name.
    package var overlapping: Set<BackendConfiguration> {
        var found: Set<BackendConfiguration> = []
        for (index, one) in configurations.enumerated() {
            for other in configurations[..<index] where one.firstAt < other.lastAt && other.firstAt < one.lastAt {
                found.formUnion([one, other])
            }
        }
        return found
    }

    private static func change(
        to now: String?, after earlier: ArraySlice<BackendConfiguration>,
        _ value: KeyPath<BackendConfiguration, String?>
    ) -> BackendChange.Value? {
        guard let now, !earlier.contains(where: { $0[keyPath: value] == now }) else { return nil }
        let named = earlier.filter { $0[keyPath: value] != nil }
        guard let before = named.max(by: { ($0.lastAt, $0.firstAt) < ($1.lastAt, $1.firstAt) })?[keyPath: value],
            let since = named.first(where: { $0[keyPath: value] == before })?.firstAt
        else { return nil }
        return BackendChange.Value(before: before, since: since, now: now)
    }
}

extension BackendConfiguration {
    fileprivate var order: (Timestamp, String, String) { (firstAt, modelReported ?? "", systemFingerprint ?? "") }
}
