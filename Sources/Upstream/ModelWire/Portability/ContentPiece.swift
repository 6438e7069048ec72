import Conversations
import OrderedJSON

/// A part of a message in the form in which a target takes it.
enum ContentPiece {
    case words(String)
    /// A refusal where it keeps its own kind.
    case refusal(String)
    case image(MessageMedia)
    case file(MessageMedia)
    case audio(MessageMedia)
    /// Content as a user's program wrote it.
    case asItCame(JSON)

    var words: String? { if case .words(let text) = self { text } else { nil } }
}

extension RequestWriter {
    /// The parts that can be said, as the target takes them. An answer is words only.
    mutating func pieces(of parts: [MessagePart], role: Role, isOwn: Bool) -> [ContentPiece] {
        let isAnswer = role == .assistant
        var pieces: [ContentPiece] = []
        for part in parts {
            switch part {
            case .text(let text): pieces.append(.words(text))
            case .refusal(let text):
                let keepsKind = dialect == .responses && portability.treatment(.refusal) == .kept
                pieces.append(keepsKind ? .refusal(text) : .words(text))
            case .image(let media), .file(let media), .audio(let media):
                if isAnswer {
                    _ = portability.treatment(isOwn ? .ownAnswerMedia : .foreignAnswerMedia)
                    continue
                }
                pieces.append(piece(of: part, media, role))
            case .unknown(let json):
                if isAnswer {
                    _ = portability.treatment(isOwn ? .ownHostedPiece : .foreignHostedPiece)
                    continue
                }
                if let piece = piece(ofUnknown: json, role) { pieces.append(piece) }
            case .toolCall, .toolResult, .reasoning:
                continue
            }
        }
        return pieces
    }

    /// A picture, a file or a recording, or words that name it. The first rule that has something to say counts.
    private mutating func piece(of part: MessagePart, _ media: MessageMedia, _ role: Role) -> ContentPiece {
        if case .fileID = media.source, !keepsFileIDs, portability.treatment(.foreignFileID) == .named {
            return .words("[\(media.name ?? "a file"), which is not here]")
        }
        var kinds: [PortabilityKind]
        let what: String
        let piece: ContentPiece
        switch part {
        case .image:
            (what, piece, kinds) = ("a picture", .image(media), [.image])
            if media.isElsewhere { kinds.append(.imageByURL) }
        case .audio:
            (what, piece, kinds) = ("a recording", .audio(media), [.recording])
            if media.isInVault == false { kinds.append(.recordingElsewhere) }
            if !["wav", "mp3"].contains(Self.audioFormat(mediaType: media.mediaType)) {
                kinds.append(.recordingInOtherFormat)
            }
        default:
            (what, piece, kinds) = ("a file", .file(media), [.file])
            if media.isElsewhere { kinds.append(.fileByURL) }
            if media.isNoDocument { kinds.append(.mediaAsFile) }
        }
        if role == .system { kinds.append(.systemMedia) }
        for kind in kinds where portability.treatment(kind) == .named { return .words(media.naming(what)) }
        return piece
    }

    /// What an upstream made of its own is no input; what a user sent is handed on as it came, if it is a piece of content
    /// that the dialect has a place for: another program's own pieces are not.
    private mutating func piece(ofUnknown json: JSON, _ role: Role) -> ContentPiece? {
        guard let type = json["type"]?.string else {
            return portability.leavesOut(.untypedPart) ? nil : .asItCame(json)
        }
        if let listed = PortabilityRule.contentTypes(of: dialect), !listed.contains(type),
            portability.leavesOut(.unlistedPart)
        {
            return nil
        }
        let kind: PortabilityKind? =
            switch type {
            case "text", "input_text": nil
            case _ where role == .system: .systemMedia
            case "image_url", "input_image": .image
            case "file", "input_file": .file
            case "input_audio": .recording
            default: nil
            }
        if let kind, portability.treatment(kind) == .named {
            return .words(kind == .image ? "[a picture, not shown here]" : "[a file, not shown here]")
        }
        return .asItCame(json)
    }
}

extension MessageMedia {
    /// Whether it is at an address that somebody would have to fetch.
    fileprivate var isElsewhere: Bool {
        if case .url(let url) = source { !url.utf8.starts(with: "data:".utf8) } else { false }
    }

    fileprivate var isInVault: Bool { if case .blob = source { true } else { false } }

    /// Whether its type, or where nobody said one its name, is a recording's, a film's or a picture's.
    fileprivate var isNoDocument: Bool {
        if let type = mediaType { return ["audio", "video", "image"].contains(type.prefix { $0 != "/" }) }
        var name = self.name ?? ""
        if isElsewhere, case .url(let url) = source { name = String(url.prefix { $0 != "?" && $0 != "#" }) }
        let endings = ["mp3", "wav", "m4a", "ogg", "flac", "mp4", "mov", "webm", "png", "jpg", "jpeg", "gif", "webp"]
        return name.split(separator: ".").last.map { endings.contains($0.lowercased()) } ?? false
    }

    /// Words that stand for it, with its address where it has one.
    fileprivate func naming(_ what: String) -> String {
        if case .url(let url) = source, isElsewhere { return "[\(name ?? what), not shown here: \(url)]" }
        return "[\(name ?? what), not shown here]"
    }
}
