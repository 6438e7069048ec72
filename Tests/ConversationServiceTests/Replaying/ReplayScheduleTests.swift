import Testing

@testable import ConversationService

/// What is asked when: no clock runs here, moments are given.
@Suite struct ReplayScheduleTests {
    private let start = ContinuousClock.now

    /// The schedule under test, where an expectation may change it.
    private final class Schedule {
        private var value: ReplaySchedule

        init(_ value: ReplaySchedule) { self.value = value }

        var paces: [String: UpstreamPace] { value.paces }
        func attempts(of turn: ReplaySchedule.Turn) -> Int { value.attempts(of: turn) }
        func next(at now: ContinuousClock.Instant) -> ReplaySchedule.Next { value.next(at: now) }
        func answered(_ turn: ReplaySchedule.Turn) { value.answered(turn) }
        func endArm(of turn: ReplaySchedule.Turn) -> Bool { value.endArm(of: turn) }
        func again(_ turn: ReplaySchedule.Turn, after wait: Duration, at now: ContinuousClock.Instant) {
            value.again(turn, after: wait, at: now)
        }
        func slowDown(_ upstream: String, wait: Duration, at now: ContinuousClock.Instant) -> Int {
            value.slowDown(upstream, wait: wait, at: now)
        }
    }

    private func schedule(_ arms: [(String, Int)], isChain: Bool = false, parallel: Int = 8) -> Schedule {
        Schedule(
            ReplaySchedule(
                arms: arms.map { ReplaySchedule.Arm(upstream: $0.0, open: Array(0..<$0.1)) }, isChain: isChain,
                parallel: parallel))
    }

    /// Everything that may begin at a moment.
    private func begun(_ schedule: Schedule, at now: ContinuousClock.Instant) -> [ReplaySchedule.Turn] {
        var turns: [ReplaySchedule.Turn] = []
        while case .ask(let turn) = schedule.next(at: now) { turns.append(turn) }
        return turns
    }

    @Test func `anchored questions are asked at once up to the limit, a chain's one after the other`() {
        let anchored = schedule([("one", 20)])
        #expect(begun(anchored, at: start).count == 8)
        #expect(anchored.next(at: start) == .wait(until: nil))
        let chain = schedule([("one", 20), ("one", 20), ("two", 20)], isChain: true)
        let first = begun(chain, at: start)
        #expect(Set(first.map(\.arm)) == [0, 1, 2] && first.allSatisfy { $0.turn == 0 })
        chain.answered(first[0])
        #expect(begun(chain, at: start) == [ReplaySchedule.Turn(arm: first[0].arm, turn: 1)])
    }

    @Test func `it is over when every question has its answer, and not before`() {
        let schedule = schedule([("one", 2), ("two", 1)])
        let turns = begun(schedule, at: start)
        for turn in turns {
            #expect(schedule.next(at: start) == .wait(until: nil))
            schedule.answered(turn)
        }
        #expect(schedule.next(at: start) == .over)
    }

    @Test func `upstreams take turns`() {
        let schedule = schedule([("one", 20), ("two", 20), ("three", 20)], parallel: 6)
        let arms = begun(schedule, at: start).map(\.arm)
        #expect(arms == [0, 1, 2, 0, 1, 2])
    }

    @Test func `a refusal halves what is asked there, waits as long as it says, and leaves others alone`() {
        let schedule = schedule([("one", 40), ("two", 40)], parallel: 16)
        var turns = begun(schedule, at: start)
        #expect(schedule.slowDown("one", wait: .seconds(30), at: start) == 8)
        // One crowd's refusals are one.
        #expect(schedule.slowDown("one", wait: .seconds(20), at: start) == 8)
        for turn in turns where turn.arm == 0 { schedule.again(turn, after: .seconds(1), at: start) }
        #expect(begun(schedule, at: start + .seconds(2)).allSatisfy { $0.arm == 1 })
        turns = begun(schedule, at: start + .seconds(30))
        #expect(turns.allSatisfy { $0.arm == 0 })
        #expect(schedule.paces["one"]?.underWay ?? 0 <= 8)
    }

    @Test func `answers make room again, slowly`() {
        var pace = UpstreamPace(most: 8)
        pace.refused(wait: .zero, at: start)
        #expect(pace.limit == 4)
        for _ in 0..<4 { pace.answered() }
        #expect(pace.limit == 4)
        for _ in 0..<40 { pace.answered() }
        #expect(pace.limit == 8)
        for step in 0..<10 { pace.refused(wait: .zero, at: start + .seconds(step)) }
        #expect(pace.limit == 1)
    }

    @Test func `nothing more of an arm that ended is asked, and what was under way may end`() {
        let schedule = schedule([("one", 10), ("two", 1)], parallel: 3)
        let turns = begun(schedule, at: start)
        let (first, others) = (turns.first { $0.arm == 0 }!, turns.filter { $0.arm == 0 }.dropFirst())
        #expect(schedule.endArm(of: first))
        for turn in others {
            schedule.again(turn, after: .zero, at: start)
            #expect(!schedule.endArm(of: turn))
        }
        #expect(schedule.next(at: start + .seconds(9)) == .wait(until: nil))
        schedule.answered(turns.first { $0.arm == 1 }!)
        #expect(schedule.next(at: start + .seconds(9)) == .over)
    }

    @Test func `a question that is asked again waits for its moment`() {
        let schedule = schedule([("one", 1)])
        let turn = begun(schedule, at: start)[0]
        schedule.again(turn, after: .seconds(3), at: start)
        #expect(schedule.next(at: start) == .wait(until: start + .seconds(3)))
        #expect(schedule.next(at: start + .seconds(3)) == .ask(turn))
        #expect(schedule.attempts(of: turn) == 1)
    }
}
