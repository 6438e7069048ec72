import ConversationStorage
package import Conversations
import Foundation

extension ThreadService {
    /// The parts with the bytes that came inside them (`data:` URLs, RFC 2397) kept in the vault as blobs.
    package func keepingMedia(of parts: [MessagePart]) async throws(ServiceError) -> [MessagePart] {
        var kept: [MessagePart] = []
        for part in parts {
            switch part {
            case .image(let media): kept.append(.image(try await keeping(media)))
            case .file(let media): kept.append(.file(try await keeping(media)))
            case .audio(let media): kept.append(.audio(try await keeping(media)))
            default: kept.append(part)
            }
        }
        return kept
    }

    private func keeping(_ media: MessageMedia) async throws(ServiceError) -> MessageMedia {
        guard case .url(let url) = media.source, url.hasPrefix("data:"), let comma = url.firstIndex(of: ",") else {
            return media
        }
        let head = url[url.index(url.startIndex, offsetBy: 5)..<comma]
        guard head.hasSuffix(";base64"), let data = Data(base64Encoded: String(url[url.index(after: comma)...])) else {
            return media
        }
        var blob = media
        blob.mediaType = media.mediaType ?? head.split(separator: ";").first.map(String.init)
        let type = blob.mediaType
        blob.source = .blob(
            try await stored { () async throws(StorageError) in try await vault.keep(Array(data), mediaType: type) })
        return blob
    }
}
