import Conversations
import Testing

struct BackendHistoryTests {
    /// What a line of calls shows, one a millisecond, counted as a ledger counts it.
    private func history(_ seen: [(reported: String?, fingerprint: String?)]) -> BackendHistory {
        var configurations: [BackendConfiguration] = []
        for (number, call) in seen.enumerated() {
            let time = Timestamp(milliseconds: Int64(number))
            let known = configurations.firstIndex {
                $0.modelReported == call.reported && $0.systemFingerprint == call.fingerprint
            }
            let before = known.map { configurations.remove(at: $0) }
            configurations.append(
                BackendConfiguration(
                    upstream: "u", model: "m", modelReported: call.reported, systemFingerprint: call.fingerprint,
                    firstAt: before?.firstAt ?? time, lastAt: time, calls: (before?.calls ?? 0) + 1))
        }
        return BackendHistory(upstream: "u", model: "m", configurations)
    }

    @Test(arguments: [1, 7, 19])
    func `a fingerprint that changes at a call is one change, there`(_ place: Int) {
        let history = history((0..<20).map { ("m-1", $0 < place ? "fp_a" : "fp_b") })
        #expect(history.changes.map(\.at.milliseconds) == [Int64(place)])
        #expect(history.changes[0].systemFingerprint?.before == "fp_a")
        #expect(history.changes[0].systemFingerprint?.since.milliseconds == 0)
        #expect(history.changes[0].systemFingerprint?.now == "fp_b")
        #expect(history.changes[0].modelReported == nil)
        #expect(history.overlapping.isEmpty)
    }

    @Test func `an alias that resolves to something else, fingerprint and all, is one change`() {
        let history = history([("m-1", "fp_a"), ("m-1", "fp_a"), ("m-2", "fp_b"), ("m-2", "fp_b")])
        #expect(history.changes.count == 1)
        #expect(history.changes[0].at.milliseconds == 2)
        #expect(history.changes[0].modelReported?.now == "m-2")
        #expect(history.changes[0].systemFingerprint?.now == "fp_b")
    }

    @Test func `to say nothing is no change, nor to say again what was said before`() {
        let history = history([
            ("m-1", nil), ("m-1", "fp_a"), ("m-1", nil), (nil, "fp_a"), (nil, nil), ("m-1", "fp_a"),
        ])
        #expect(history.changes.isEmpty)
    }

    @Test func `two configurations that answer in turns overlap, and are one change`() {
        let history = history((0..<10).map { ("m", $0 % 2 == 0 ? "fp_a" : "fp_b") })
        #expect(history.changes.count == 1)
        #expect(history.overlapping.count == 2)
    }

    @Test func `the order in which it is told makes no difference`() {
        let one = history((0..<30).map { ("m-\($0 / 10)", "fp_\($0 / 7)") })
        let other = BackendHistory(upstream: "u", model: "m", one.configurations.reversed())
        #expect(one == other)
    }
}
