/// What a record is. A kind that this version does not know is kept, handed on, and read after an upgrade.
package struct RecordKind: RawRepresentable, Hashable, Sendable {
    package let rawValue: UInt32
    package init(rawValue: UInt32) { self.rawValue = rawValue }

    package static let message = RecordKind(rawValue: 1)
    package static let call = RecordKind(rawValue: 2)
    package static let register = RecordKind(rawValue: 3)
    package static let blob = RecordKind(rawValue: 4)
    package static let republish = RecordKind(rawValue: 5)
    package static let purge = RecordKind(rawValue: 6)
}
