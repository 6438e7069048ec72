/// The path of a request, taken apart.
///
/// Every path of the API is served under `/v1/`, under `/openai/`, under both and bare, with a slash at its end or
/// without; ids and names may be percent-encoded.
struct RequestPath: Sendable, Hashable {
    /// The decoded segments, without the prefix.
    let segments: [String]
    /// Whether it came under `/openai/` without `/v1/`, where one path answers in its own way.
    let isDocumentedPrefix: Bool

    /// - Parameter target: the request's target as it came, with its query.
    /// - Returns: nil for what is no path of ours: one that tries to climb, has bytes that no path has, or is no path.
    init?(_ target: String) {
        let path = target.prefix { $0 != "?" && $0 != "#" }
        guard path.first == "/", path.utf8.count <= 4096 else { return nil }
        var segments: [String] = []
        var raw = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        while raw.last == "" { raw.removeLast() }
        for segment in raw {
            guard let segment = PercentEncoding.decode(segment), !segment.isEmpty, segment != ".", segment != "..",
                !segment.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F })
            else { return nil }
            segments.append(segment)
        }
        var isDocumentedPrefix = false
        if segments.first == "openai" {
            segments.removeFirst()
            isDocumentedPrefix = true
        }
        if segments.first == "v1" {
            segments.removeFirst()
            isDocumentedPrefix = false
        }
        self.segments = segments
        self.isDocumentedPrefix = isDocumentedPrefix
    }
}

enum PercentEncoding {
    /// - Returns: nil where it is no encoding of text.
    static func decode(_ text: some StringProtocol) -> String? {
        guard text.utf8.contains(UInt8(ascii: "%")) else { return String(text) }
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(digit), let low = rest.popFirst().flatMap(digit) else {
                return nil
            }
            bytes.append(high << 4 | low)
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x41 + 10
        case 0x61...0x66: byte - 0x61 + 10
        default: nil
        }
    }
}
