import Foundation

/// A `data:` URL of base64, as documents and the wire hold attachments.
struct DataURL {
    let mediaType: String?
    let bytes: [UInt8]

    /// Nil where the text is no such URL.
    init?(_ text: String) {
        guard text.utf8.starts(with: "data:".utf8), let comma = text.utf8.firstIndex(of: UInt8(ascii: ",")) else {
            return nil
        }
        let head = text[text.utf8.index(text.startIndex, offsetBy: 5)..<comma]
        guard head.hasSuffix(";base64"),
            let data = Data(
                base64Encoded: String(text[text.utf8.index(after: comma)...]), options: .ignoreUnknownCharacters)
        else { return nil }
        let type = head.dropLast(";base64".count)
        mediaType = type.isEmpty ? nil : String(type)
        bytes = Array(data)
    }
}
