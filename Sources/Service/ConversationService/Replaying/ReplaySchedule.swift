/// Which question of a replay is asked next. It does no work itself: it is told what ended and how, and says what begins.
///
/// The questions of an anchored arm wait for nothing; those of a chain wait for the one before.
struct ReplaySchedule {
    /// A question, by its arm's and its own place.
    struct Turn: Hashable, Sendable {
        let arm: Int
        let turn: Int
    }

    /// What of an arm is to be asked, in order.
    struct Arm {
        let upstream: String
        var open: [Int]
    }

    enum Next: Equatable {
        case ask(Turn)
        /// Nothing can begin before something ends, or before that moment.
        case wait(until: ContinuousClock.Instant?)
        case over
    }

    private let isChain: Bool
    private let parallel: Int
    private(set) var arms: [Arm]
    private(set) var paces: [String: UpstreamPace] = [:]
    /// In the order in which they are asked, by upstream.
    private var ready: [String: [Turn]] = [:]
    private var delayed: [(until: ContinuousClock.Instant, turn: Turn)] = []
    private var attempts: [Turn: Int] = [:]
    private var underWay: Set<Turn> = []
    private var endedArms: Set<Int> = []
    private var isHalted = false
    /// Upstreams take turns.
    private var upstreams: [String] = []

    init(arms: [Arm], isChain: Bool, parallel: Int) {
        self.arms = arms
        self.isChain = isChain
        self.parallel = max(1, parallel)
        for (index, arm) in arms.enumerated() {
            if paces[arm.upstream] == nil {
                paces[arm.upstream] = UpstreamPace(most: self.parallel)
                upstreams.append(arm.upstream)
            }
            let turns = isChain ? Array(arm.open.prefix(1)) : arm.open
            ready[arm.upstream, default: []] += turns.map { Turn(arm: index, turn: $0) }
        }
        // Asked from the end of the list.
        for upstream in upstreams { ready[upstream]?.reverse() }
    }

    /// How often a question was asked in vain.
    func attempts(of turn: Turn) -> Int { attempts[turn] ?? 0 }

    mutating func next(at now: ContinuousClock.Instant) -> Next {
        for (index, (until, turn)) in delayed.enumerated().reversed() where until <= now {
            delayed.remove(at: index)
            ready[arms[turn.arm].upstream, default: []].append(turn)
        }
        if underWay.count < parallel {
            for (index, upstream) in upstreams.enumerated() where paces[upstream]?.mayAsk(at: now) == true {
                guard let turn = ready[upstream]?.popLast() else { continue }
                upstreams.append(upstreams.remove(at: index))
                underWay.insert(turn)
                paces[upstream]?.underWay += 1
                return .ask(turn)
            }
        }
        let isWaiting = !delayed.isEmpty || ready.values.contains { !$0.isEmpty }
        if underWay.isEmpty, !isWaiting { return .over }
        guard underWay.count < parallel else { return .wait(until: nil) }
        let pauses = upstreams.filter { ready[$0]?.isEmpty == false }.compactMap { paces[$0]?.pausedUntil }
        return .wait(until: (delayed.map(\.until) + pauses).filter { $0 > now }.min())
    }

    /// The question has its answer.
    mutating func answered(_ turn: Turn) {
        leave(turn)
        let upstream = arms[turn.arm].upstream
        paces[upstream]?.answered()
        arms[turn.arm].open.removeAll { $0 == turn.turn }
        if isChain, !isHalted, let next = arms[turn.arm].open.first {
            ready[upstream, default: []].append(Turn(arm: turn.arm, turn: next))
        }
    }

    /// The question is asked again, after a while.
    mutating func again(_ turn: Turn, after wait: Duration, at now: ContinuousClock.Instant) {
        leave(turn)
        attempts[turn, default: 0] += 1
        guard !isHalted, !endedArms.contains(turn.arm) else { return }
        delayed.append((now + wait, turn))
    }

    /// Nothing more of this arm is asked; what is under way comes to its end.
    ///
    /// - Returns: false where it had ended already.
    mutating func endArm(of turn: Turn) -> Bool {
        leave(turn)
        guard endedArms.insert(turn.arm).inserted else { return false }
        ready[arms[turn.arm].upstream]?.removeAll { $0.arm == turn.arm }
        delayed.removeAll { $0.turn.arm == turn.arm }
        return true
    }

    /// Nothing more is asked of anyone.
    mutating func halt() {
        isHalted = true
        ready = [:]
        delayed = []
    }

    /// The question is given back unasked.
    mutating func leave(_ turn: Turn) {
        if underWay.remove(turn) != nil { paces[arms[turn.arm].upstream]?.underWay -= 1 }
    }

    /// The upstream asked for less.
    ///
    /// - Returns: how many may be under way there now.
    mutating func slowDown(_ upstream: String, wait: Duration?, at now: ContinuousClock.Instant) -> Int {
        paces[upstream]?.refused(wait: wait, at: now)
        return paces[upstream]?.limit ?? 1
    }

    /// Notes that a call ended with a refusal.
    ///
    /// - Returns: whether the upstream has refused so often that it is not asked any more.
    mutating func gaveUp(_ upstream: String) -> Bool {
        paces[upstream]?.gaveUp()
        return (paces[upstream]?.refusals ?? 0) >= UpstreamPace.mostRefusals
    }
}
