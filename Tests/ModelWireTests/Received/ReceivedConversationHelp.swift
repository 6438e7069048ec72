import Conversations
import Foundation
import ModelWire
import OrderedJSON
import Testing

extension ReceivedRequest {
    init(_ json: String, _ dialect: Dialect) throws(RequestFault) {
        try self.init(body: Array(json.utf8), dialect: dialect)
    }

    init(_ json: JSON, _ dialect: Dialect) throws(RequestFault) {
        try self.init(body: json.serialized(), dialect: dialect)
    }
}

extension ReceivedItem {
    var message: Said? {
        guard case .message(let role, let parts) = self else { return nil }
        var said = Said(role)
        said.parts = parts
        return said
    }

    /// With the bytes that came in the request where a vault would have them: under their digest.
    var kept: Said? {
        guard var said = message else { return nil }
        said.parts = said.parts.map { part in
            switch part {
            case .image(let media): .image(media.kept)
            case .file(let media): .file(media.kept)
            case .audio(let media): .audio(media.kept)
            default: part
            }
        }
        return said
    }
}

extension MessageMedia {
    fileprivate var kept: MessageMedia {
        guard case .url(let url) = source, url.hasPrefix("data:"), let comma = url.firstIndex(of: ","),
            let bytes = Data(base64Encoded: String(url[url.index(after: comma)...]))
        else { return self }
        var copy = self
        copy.source = .blob(BlobDigest(of: Array(bytes)))
        return copy
    }
}

extension [Said] {
    /// The lineage of each message of a path.
    var lineages: [Lineage] {
        var lineages: [Lineage] = []
        for message in self {
            lineages.append(
                Lineage(parent: lineages.last ?? .beginning, role: message.role, parts: message.parts))
        }
        return lineages
    }
}

/// The fault that reading a body ends in; nil where it is read.
func refusal(_ json: String, _ dialect: Dialect, limits: RequestLimits = RequestLimits()) -> RequestFault? {
    do {
        _ = try ReceivedRequest(body: Array(json.utf8), dialect: dialect, limits: limits)
        return nil
    } catch {
        return error
    }
}
