import ConversationFormats
import ConversationService
import ConversationStorage
import Conversations
import Foundation
import HTTPTypes
import OrderedJSON

/// Threads in a format of others, or in Diwan's own, written as they are read.
struct ExportEndpoint: Sendable {
    var routes: [Route] { [Route(.get, "/diwan/v1/export", answer: export)] }

    private func export(_ request: GatewayRequest) async throws -> GatewayAnswer {
        let name = request.query["format"] ?? ConversationFormat.diwan.rawValue
        guard let format = KnownWriters.formats.first(where: { $0.rawValue == name }) else {
            let known = KnownWriters.formats.map(\.rawValue).joined(separator: ", ")
            throw APIError.invalid("format", "format must be one of \(known).")
        }
        var options = KnownWriters.Options(exportedAt: request.service.now())
        options.includesBranches = try request.query.flag("branches")
        let threads = try await selected(request, format, &options)
        guard !format.isOfDocuments || threads.count == 1 else {
            throw APIError.invalid("thread", "\(name) is one document a thread: name one thread.")
        }
        let (vault, settled) = (request.service.vault, options)
        var answer = GatewayAnswer()
        answer.fields[.contentType] = format.contentType
        answer.fields[.contentDisposition] = "attachment; filename=\"diwan.\(format.fileEnding)\""
        answer.fields[.xContentTypeOptions] = "nosniff"
        answer.body = .document { stream in
            let sink = StreamedExport(vault: vault, stream: stream)
            var writer = KnownWriters.writer(of: format, settled)
            try await writer.begin(sink)
            for id in threads {
                guard let (record, _) = try await vault.exported(id, in: format) else { continue }
                try await writer.write(record, to: sink)
            }
            try await writer.end(sink)
        }
        return answer
    }

    /// The threads that are named, or found, or have changed, or all; of those the caller may know of.
    private func selected(
        _ request: GatewayRequest, _ format: ConversationFormat, _ options: inout KnownWriters.Options
    ) async throws -> [ThreadID] {
        let (query, vault) = (request.query, request.service.vault)
        let names = query.all("thread")
        guard [!names.isEmpty, query["query"] != nil, query["since"] != nil].count(where: { $0 }) <= 1 else {
            throw APIError.invalid("thread", "say thread, query or since: one of them.")
        }
        var threads: [ThreadID] = []
        if !names.isEmpty {
            for name in names {
                let id = try await request.findThread(name).id
                if !threads.contains(id) { threads.append(id) }
            }
            return threads
        }
        if let words = query["query"] {
            threads = try await vault.threads(
                matching: SearchQuery(words, now: request.service.now(), calendar: .current))
        } else {
            if let since = query["since"] {
                guard let cursor = ChangeCursor(since) else {
                    throw APIError.invalid("since", "since is the cursor that an earlier export ended with.")
                }
                options.since = cursor
            }
            let changed = try await vault.threadIDs(changedSince: options.since)
            threads = changed.threads
            // How far the vault has come, and what was erased from it, is for whoever may see all of it.
            if request.caller.seesAll, format == .diwan {
                options.cursor = changed.cursor
                options.purged = try await vault.purgedIDs()
            }
        }
        var seen: [ThreadID] = []
        for id in threads {
            let thread = try await vault.thread(id)
            let goesOut = format == .diwan && request.caller.seesAll || thread.trashedAt == nil
            if goesOut, request.mayKnow(thread) { seen.append(id) }
        }
        return seen
    }
}

/// Takes what a writer writes to whoever reads it. Documents hold their attachments.
private final class StreamedExport: ExportSink {
    private let vault: Vault
    private let stream: EventStream

    init(vault: Vault, stream: EventStream) {
        self.vault = vault
        self.stream = stream
    }

    func write(_ bytes: [UInt8]) async throws { try await stream.send(lines: bytes) }

    func attachment(_ digest: BlobDigest) async throws -> ExportedAttachment? {
        try await vault.blob(digest).map {
            ExportedAttachment(digest: digest, mediaType: $0.mediaType, bytes: $0.bytes)
        }
    }

    func place(_ attachment: ExportedAttachment) -> String? { nil }

    func leaveOut(_ what: String, count: Int) {}
}

extension ConversationFormat {
    fileprivate var contentType: String {
        switch self {
        case .markdown: "text/markdown; charset=utf-8"
        case .html: "text/html; charset=utf-8"
        default: "application/jsonl; charset=utf-8"
        }
    }

    fileprivate var fileEnding: String {
        switch self {
        case .markdown: "md"
        case .html: "html"
        default: "jsonl"
        }
    }
}
