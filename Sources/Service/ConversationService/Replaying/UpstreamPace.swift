/// How many questions may be under way at one upstream: as many as are wanted, half of it each time the upstream asks for
/// less, and slowly more again with each answer.
struct UpstreamPace {
    /// A pause where the upstream names none.
    static let usualPause: Duration = .seconds(1)
    /// An upstream that refuses so often with no answer in between is not asked any more.
    static let mostRefusals = 10

    private let most: Double
    private var room: Double
    private(set) var pausedUntil: ContinuousClock.Instant?
    var underWay = 0
    /// How many calls it refused since its last answer.
    private(set) var refusals = 0

    init(most: Int) {
        self.most = Double(most)
        room = Double(most)
    }

    var limit: Int { max(1, Int(room)) }

    func mayAsk(at now: ContinuousClock.Instant) -> Bool {
        underWay < limit && pausedUntil.map { $0 <= now } ?? true
    }

    mutating func answered() {
        refusals = 0
        room = min(most, room + 1 / room)
    }

    /// Several refusals of one crowd are one: it is halved once a pause.
    mutating func refused(wait: Duration?, at now: ContinuousClock.Instant) {
        let isPaused = pausedUntil.map { $0 > now } ?? false
        if !isPaused { room = max(1, room / 2) }
        pausedUntil = max(pausedUntil ?? now, now + (wait ?? Self.usualPause))
    }

    mutating func gaveUp() { refusals += 1 }
}
