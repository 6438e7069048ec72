import ConversationFormats
import ConversationService
import ConversationStorage
import Foundation
import HTTPTypes
import OrderedJSON

/// Conversations from another program's file, which is the body of the request.
enum ImportEndpoint {
    static let routes = [
        Route(.post, "/diwan/v1/import") { request in
            try request.needsSightOfAll("what an import brings was begun elsewhere")
            guard !request.body.isEmpty else {
                throw APIError(status: 400, code: "empty_body", "the request has no body. Send the file.")
            }
            let isRehearsal = try request.query.flag("dry_run")
            let wantsAttachments = try !request.query.flag("no_attachments")
            return try await UploadedFile.with(request.body, named: request.query["name"]) { file in
                let source = try importSource(at: file.path)
                let reader =
                    try request.query["format"].map(KnownReaders.reader(named:)) ?? KnownReaders.reader(for: source)
                let importer = Importer(source, reader: reader, wantsAttachments: wantsAttachments)
                let (vault, now) = (request.service.vault, request.service.now)
                if isRehearsal {
                    let report = try await importer.run(into: ImportRehearsal(vault), now: now())
                    return .json(report.json(noted: nil, of: file.name))
                }
                let (report, record) = try await importer.run(into: vault, from: file.name, now: now)
                return .json(report.json(noted: record, of: file.name))
            }
        }
    ]
}

/// A request's body as a file that is there for as long as it is read: readers go back and forth in it.
private struct UploadedFile {
    let name: String
    let path: String

    /// - Parameter name: what the caller calls it. Of a path only the end is taken, and only what a name may hold.
    static func with(
        _ bytes: [UInt8], named name: String?, _ read: (UploadedFile) async throws -> GatewayAnswer
    ) async throws -> GatewayAnswer {
        let last = name?.split(separator: "/").last.map(String.init) ?? ""
        let kept = last.unicodeScalars.filter {
            $0.properties.isAlphabetic || $0.properties.numericType != nil || "._- ".unicodeScalars.contains($0)
        }
        let fit = String(String.UnicodeScalarView(kept.prefix(60)))
        let file = fit.allSatisfy { $0 == "." || $0 == " " } ? "upload" : fit
        let folder = NSTemporaryDirectory() + "diwan-import-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = folder + "/" + file
        guard
            FileManager.default.createFile(
                atPath: path, contents: Data(bytes), attributes: [.posixPermissions: 0o600])
        else {
            throw FormatError(.cannotWrite, "there is no room for the file. Nothing was changed.")
        }
        do {
            return try await read(UploadedFile(name: file, path: path))
        } catch let error as FormatError {
            // Where it lies here is nothing to the caller.
            throw FormatError(error.code, error.message.replacingOccurrences(of: folder + "/", with: ""))
        }
    }
}
