import OrderedJSON

/// Reads the chats that Open WebUI exports: an array, one object a chat, its messages in `history.messages` by their ids
/// or, as older versions wrote them, in `messages`.
///
/// The layout is that of open-webui/open-webui, `backend/open_webui/models/chats.py` and
/// `backend/open_webui/utils/middleware.py` (`serialize_content_blocks`), and of danny-avila/LibreChat,
/// `api/server/utils/import/__data__/openwebui-export.json`.
package struct OpenWebUIReader: ConversationReader {
    package static let format = ConversationFormat.openwebui

    package init() {}

    package static func recognize(_ source: any ImportSource) -> Recognition? {
        var best: Recognition?
        for entry in source.jsonEntries {
            let head = source.beginning(of: entry)
            if head.contains("\"childrenIds\":["), head.contains("\"history\":{") || head.contains("\"chat\":{") {
                return .certain
            }
            if head.contains("\"chat\":{"), head.contains("\"user_id\":") { return .certain }
            if head.contains("\"history\":{\"messages\":{") || head.contains("\"history\":{\"currentId\":") {
                best = .possible
            }
        }
        return best
    }

    package func read(_ source: any ImportSource, into sink: any ImportSink) async throws {
        var found = false
        for entry in source.jsonEntries {
            try await source.eachDocument(of: entry, sink: sink) { json in
                guard let object = json.object, json["chat"]?.object != nil || json["history"]?.object != nil else {
                    if source.entries.count == 1 {
                        sink.note(ImportNote(.lost, "conversation without messages in it", at: json["title"]?.string))
                    }
                    return
                }
                found = true
                let thread = OpenWebUIThread(object, sink: sink)
                try await sink.add(try await thread.conversation())
            }
        }
        guard found else {
            throw FormatError(
                .unknownFormat, "\(source.name) holds no Open WebUI export: use Export chats in its settings.")
        }
    }
}
