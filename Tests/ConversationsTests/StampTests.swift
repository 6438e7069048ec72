import Testing

@testable import Conversations

struct StampTests {
    @Test func `a reading is the moment it was made at`() {
        let moment = Timestamp(milliseconds: 1_763_900_000_123)
        #expect(HybridTime(at: moment).moment == moment)
        #expect(HybridTime(at: Timestamp(milliseconds: -5)).moment == Timestamp(milliseconds: 0))
    }

    @Test(arguments: [-315_360_000_000, 0, 315_360_000_000] as [Int64])
    func `what is written after something seen is later than it, however wrong the clock`(offset: Int64) {
        let seen = HybridTime(at: Timestamp(milliseconds: 1_763_900_000_000))
        let next = seen.next(at: Timestamp(milliseconds: 1_763_900_000_000 + offset))
        #expect(next > seen)
        #expect(offset <= 0 || next.moment == Timestamp(milliseconds: 1_763_900_000_000 + offset))
    }

    @Test func `what fills a millisecond goes on into the next`() {
        let moment = Timestamp(milliseconds: 1_000)
        var reading = HybridTime(at: moment)
        for _ in 0..<70_000 {
            let next = reading.next(at: moment)
            #expect(next > reading)
            reading = next
        }
        #expect(reading.moment == Timestamp(milliseconds: 1_001))
    }

    @Test func `of two writings at one time the log decides`() throws {
        let low = try #require(LogID(bytes: [UInt8](repeating: 1, count: 16)))
        let high = try #require(LogID(bytes: [UInt8](repeating: 2, count: 16)))
        let time = HybridTime(rawValue: 7)
        #expect(Stamp(time: time, log: low) < Stamp(time: time, log: high))
        #expect(Stamp(time: time, log: high) < Stamp(time: HybridTime(rawValue: 8), log: low))
    }
}
