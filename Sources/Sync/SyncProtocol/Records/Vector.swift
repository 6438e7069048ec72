package import Conversations
import FoundationEssentials

/// A place in a log, and the chain's hash there (its first sixteen bytes, which is all that is ever compared).
package struct LogPosition: Hashable, Sendable {
    package let sequence: UInt64
    package let hash: [UInt8]

    package init(sequence: UInt64, hash: [UInt8]) {
        self.sequence = sequence
        self.hash = hash
    }
}

/// How far each log is known.
package struct Vector: Hashable, Sendable {
    package var positions: [LogID: LogPosition]

    package init(_ positions: [LogID: LogPosition] = [:]) { self.positions = positions }

    package subscript(log: LogID) -> LogPosition? {
        get { positions[log] }
        set { positions[log] = newValue }
    }

    /// In the order of their names, so that one vector has one spelling.
    package var wire: [WirePosition] {
        positions.sorted { $0.key.bytes.lexicographicallyPrecedes($1.key.bytes) }.map { WirePosition($0.key, $0.value) }
    }

    /// A vector that another machine says.
    ///
    /// - Throws: `malformed` where a log is named twice or a name is none, `tooLarge` where it names too many.
    package init(_ wire: [WirePosition]) throws(SyncError) {
        guard wire.count <= SyncLimits.logsInVector else {
            throw SyncError(.tooLarge, "another machine named more logs than the protocol allows.")
        }
        positions = [:]
        for position in wire {
            let (log, place) = try position.parsed()
            guard positions.updateValue(place, forKey: log) == nil else { throw .cutShort }
        }
    }
}

extension WirePosition {
    package init(_ log: LogID, _ position: LogPosition) {
        self.init()
        self.log = Data(log.bytes)
        sequence = position.sequence
        hash = Data(position.hash)
    }

    /// The log and the place in it. Only a log that nothing is known of stands at 0, without a hash.
    package func parsed() throws(SyncError) -> (LogID, LogPosition) {
        guard let log = LogID(bytes: log), hash.count == (sequence == 0 ? 0 : 16), sequence < 1 << 62 else {
            throw .cutShort
        }
        return (log, LogPosition(sequence: sequence, hash: Array(hash)))
    }
}
