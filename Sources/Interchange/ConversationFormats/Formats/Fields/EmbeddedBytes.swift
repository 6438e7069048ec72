import Conversations

/// Bytes that stand in a text: base64, or a data URL with its media type.
struct EmbeddedBytes {
    let mediaType: String?
    let bytes: [UInt8]

    /// The bytes of `data:image/png;base64,…`; nil for every other text.
    init?(dataURL text: String) {
        guard text.utf8.prefix(5).elementsEqual("data:".utf8), let comma = text.utf8.firstIndex(of: UInt8(ascii: ","))
        else { return nil }
        let header = text[text.utf8.index(text.startIndex, offsetBy: 5)..<comma].split(separator: ";")
        guard header.last == "base64", let bytes = Self.bytes(base64: text[text.utf8.index(after: comma)...].utf8)
        else { return nil }
        mediaType = header.count > 1 ? String(header[0]) : nil
        self.bytes = bytes
    }

    /// The bytes of a base64 text (RFC 4648, both alphabets, with or without its padding); nil where it is none.
    init?(base64 text: String) {
        guard let bytes = Self.bytes(base64: text[...].utf8) else { return nil }
        mediaType = nil
        self.bytes = bytes
    }

    private static func bytes(base64 text: Substring.UTF8View) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count * 3 / 4)
        var bits: UInt32 = 0
        var count = 0
        var hasEnded = false
        for unit in text {
            if unit == 0x0A || unit == 0x0D { continue }
            if unit == UInt8(ascii: "=") {
                hasEnded = true
                continue
            }
            guard !hasEnded, let value = sextet(unit) else { return nil }
            bits = bits << 6 | UInt32(value)
            count += 1
            if count == 4 {
                bytes += [UInt8(bits >> 16 & 0xFF), UInt8(bits >> 8 & 0xFF), UInt8(bits & 0xFF)]
                bits = 0
                count = 0
            }
        }
        switch count {
        case 0: break
        case 2: bytes.append(UInt8(bits >> 4 & 0xFF))
        case 3: bytes += [UInt8(bits >> 10 & 0xFF), UInt8(bits >> 2 & 0xFF)]
        default: return nil
        }
        return bytes
    }

    private static func sextet(_ unit: UInt8) -> UInt8? {
        switch unit {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): unit - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): unit - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): unit - UInt8(ascii: "0") + 52
        case UInt8(ascii: "+"), UInt8(ascii: "-"): 62
        case UInt8(ascii: "/"), UInt8(ascii: "_"): 63
        default: nil
        }
    }
}

extension ImportSink {
    /// A part for bytes that stand in the file, or at an address: bytes go to the vault, addresses stay addresses.
    ///
    /// What neither is nor may be kept stays a name: `fileID`.
    func mediaPart(
        url: String, mediaType: String? = nil, name: String? = nil, detail: String? = nil,
        otherwise kind: AttachedKind = .file
    ) async throws -> MessagePart {
        guard let embedded = EmbeddedBytes(dataURL: url) else {
            let source: MessageMedia.Source = url.contains("://") ? .url(url) : .fileID(url)
            return kind.part(MessageMedia(source: source, mediaType: mediaType, name: name, detail: detail))
        }
        return try await mediaPart(
            bytes: embedded.bytes, mediaType: embedded.mediaType ?? mediaType, name: name, detail: detail,
            otherwise: kind)
    }

    /// A part for bytes at hand.
    func mediaPart(
        bytes: [UInt8], mediaType: String?, name: String? = nil, detail: String? = nil,
        otherwise kind: AttachedKind = .file
    ) async throws -> MessagePart {
        let source: MessageMedia.Source =
            wantsAttachments
            ? .blob(try await keep(bytes, mediaType: mediaType)) : .fileID("sha256:\(BlobDigest(of: bytes))")
        return kind.part(MessageMedia(source: source, mediaType: mediaType, name: name, detail: detail))
    }
}
