/// What devices write into: a log that only its device appends to.
package enum DeviceLog {}

/// Names a device's log, and with it one installation of Diwan.
package typealias LogID = Identifier<DeviceLog>

/// When and by whom a register was last written: of two writings the one with the later stamp holds, on every device.
package struct Stamp: Hashable, Comparable, Sendable {
    package let time: HybridTime
    /// Decides between two writings of the same time.
    package let log: LogID

    package init(time: HybridTime, log: LogID) {
        self.time = time
        self.log = log
    }

    package static func < (left: Stamp, right: Stamp) -> Bool {
        left.time == right.time ? left.log.bytes.lexicographicallyPrecedes(right.log.bytes) : left.time < right.time
    }
}
