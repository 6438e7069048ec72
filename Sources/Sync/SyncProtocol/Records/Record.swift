package import Conversations
import FoundationEssentials
import SwiftProtobuf

/// A record, opened: what its device wrote, in the bytes it wrote.
///
/// ``encoded`` is what travels and what is kept. It is made once, by the device that writes; whoever hands the record on hands
/// on these bytes, so kinds and fields that a version does not know pass through it unchanged.
package struct Record: Hashable, Sendable {
    package let kind: RecordKind
    package let time: HybridTime
    /// The uid of what it is about; of a blob its SHA-256.
    package let entity: [UInt8]
    package let content: Content
    package let encoded: [UInt8]

    /// What a record says, by its kind.
    package enum Content: Hashable, Sendable {
        case message(WireMessagePayload)
        case call(WireCallPayload)
        case register(WireRegisterPayload)
        case blob(WireBlobPayload)
        case republish(WireRepublishPayload)
        case purge(WirePurgePayload)
        /// The payload's bytes, of a kind that this version does not know.
        case unknown([UInt8])
    }

    /// A record to write.
    package init(
        at time: HybridTime, about entity: [UInt8], _ content: Content, ofUnknownKind kind: UInt32 = 0
    )
        throws(SyncError)
    {
        var wire = WireRecord()
        wire.time = time.rawValue
        wire.entity = Data(entity)
        do {
            switch content {
            case .message(let payload): (wire.kind, wire.payload) = (1, try payload.serializedBytes())
            case .call(let payload): (wire.kind, wire.payload) = (2, try payload.serializedBytes())
            case .register(let payload): (wire.kind, wire.payload) = (3, try payload.serializedBytes())
            case .blob(let payload): (wire.kind, wire.payload) = (4, try payload.serializedBytes())
            case .republish(let payload): (wire.kind, wire.payload) = (5, try payload.serializedBytes())
            case .purge(let payload): (wire.kind, wire.payload) = (6, try payload.serializedBytes())
            case .unknown(let payload): (wire.kind, wire.payload) = (kind, Data(payload))
            }
            self.kind = RecordKind(rawValue: wire.kind)
            self.time = time
            self.entity = entity
            self.content = content
            encoded = try wire.serializedBytes()
        } catch {
            throw SyncError(.malformed, "a record could not be written down. What it says stays on this machine.")
        }
    }

    /// A record as its device wrote it.
    ///
    /// - Throws: `malformed` where the bytes are no record, or not of the kind they say.
    package init(encoded: [UInt8]) throws(SyncError) {
        guard encoded.count <= SyncLimits.unpackedBytes, let wire = try? WireRecord(serializedBytes: encoded) else {
            throw .cutShort
        }
        kind = RecordKind(rawValue: wire.kind)
        time = HybridTime(rawValue: wire.time)
        entity = Array(wire.entity)
        self.encoded = encoded
        do {
            switch kind {
            case .message: content = .message(try WireMessagePayload(serializedBytes: wire.payload))
            case .call: content = .call(try WireCallPayload(serializedBytes: wire.payload))
            case .register: content = .register(try WireRegisterPayload(serializedBytes: wire.payload))
            case .blob: content = .blob(try WireBlobPayload(serializedBytes: wire.payload))
            case .republish: content = .republish(try WireRepublishPayload(serializedBytes: wire.payload))
            case .purge: content = .purge(try WirePurgePayload(serializedBytes: wire.payload))
            default: content = .unknown(Array(wire.payload))
            }
        } catch { throw .cutShort }
        let bytesOfEntity = kind == .blob ? 32 : 16
        guard (1...6).contains(kind.rawValue) == false || entity.count == bytesOfEntity else { throw .cutShort }
    }
}
