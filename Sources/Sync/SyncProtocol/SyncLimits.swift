/// The sizes that both sides keep to; what is larger is refused before it is read.
package enum SyncLimits {
    /// One sealed record, as it lies in a log.
    package static let recordBytes = 1 << 20
    /// What a record's content may grow to when it is unpacked.
    package static let unpackedBytes = 16 << 20
    package static let recordsInBatch = 1_024
    /// One request or answer.
    package static let requestBytes = 4 << 20
    /// What a device asks for in one answer, unless it says otherwise.
    package static let answerBytes = 1 << 20
    package static let batchesInRequest = 256
    package static let logsInVector = 4_096
    package static let rosterEntries = 4_096
    package static let purgesInAnswer = 4_096
    package static let sequencesInPurge = 65_536
    package static let version: UInt32 = 1
}
