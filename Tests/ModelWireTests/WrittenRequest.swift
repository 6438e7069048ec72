import Conversations
import ModelWire
import OrderedJSON

/// Blobs of a test, by digest.
struct HeldBlobs: BlobReader {
    struct Missing: Error {}

    var blobs: [BlobDigest: [UInt8]] = [:]

    /// Keeps bytes under a digest that is this byte 32 times.
    mutating func hold(_ bytes: [UInt8], under byte: UInt8) throws -> BlobDigest {
        guard let digest = BlobDigest(bytes: [UInt8](repeating: byte, count: 32)) else { throw Missing() }
        blobs[digest] = bytes
        return digest
    }

    func bytes(of digest: BlobDigest) throws -> [UInt8] {
        guard let bytes = blobs[digest] else { throw Missing() }
        return bytes
    }
}

/// A message to be written.
struct Said {
    var role: Role
    var parts: [MessagePart]

    init(_ role: Role, _ parts: MessagePart...) {
        self.role = role
        self.parts = parts
    }

    static func user(_ text: String) -> Said { Said(.user, .text(text)) }
    static func assistant(_ text: String) -> Said { Said(.assistant, .text(text)) }
}

extension RequestWriter {
    /// The body of a request; a message of one text goes the way of plain text, as storage sends it.
    static func body(
        _ dialect: Dialect, _ messages: [Said] = [.user("Hi")], model: String = "m", instructions: String? = nil,
        parameters: CallParameters = CallParameters(), storesAtUpstream: Bool = false, keepsReasoning: Bool = false,
        keepsFileIDs: Bool = true, continues: Bool = false, blobs: HeldBlobs = HeldBlobs()
    ) throws -> String {
        var writer = RequestWriter(
            dialect: dialect, model: model, instructions: instructions, parameters: parameters,
            storesAtUpstream: storesAtUpstream, keepsReasoning: keepsReasoning, keepsFileIDs: keepsFileIDs)
        for message in messages {
            if message.parts.count == 1, case .text(var text) = message.parts[0] {
                text.withUTF8 { writer.append(role: message.role, text: $0) }
            } else {
                try writer.append(role: message.role, parts: message.parts, origin: nil, blobs: blobs)
            }
        }
        if continues { writer.appendContinuation() }
        return writer.finish().text
    }
}
