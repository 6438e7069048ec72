/// A reading of a hybrid logical clock (Kulkarni et al., 2014): a moment in milliseconds above a counter of what was written
/// within it, in one number that orders both.
///
/// A reading is later than every reading its writer had seen, however wrong its own clock is; where clocks are right it is
/// also the time of day.
package struct HybridTime: Hashable, Comparable, Sendable {
    /// 48 bits of milliseconds since 1970-01-01T00:00:00Z, then 16 bits that count.
    package let rawValue: UInt64

    package init(rawValue: UInt64) { self.rawValue = rawValue }

    /// The first reading of a moment. What lies before 1970 or after the year 10889 is held at these ends.
    package init(at moment: Timestamp) {
        rawValue = UInt64(min(max(0, moment.milliseconds), 1 << 48 - 1)) << 16
    }

    /// The millisecond it says.
    package var moment: Timestamp { Timestamp(milliseconds: Int64(rawValue >> 16)) }

    /// The reading to write at a moment for someone who has seen this one: the moment's own, or the next after this one
    /// where that is later.
    package func next(at moment: Timestamp) -> HybridTime {
        let own = HybridTime(at: moment)
        return own > self ? own : HybridTime(rawValue: rawValue == .max ? rawValue : rawValue + 1)
    }

    package static func < (left: HybridTime, right: HybridTime) -> Bool { left.rawValue < right.rawValue }
}
