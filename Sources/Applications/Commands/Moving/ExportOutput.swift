import ConversationFormats
import ConversationStorage
import Conversations
import Foundation

/// A file that comes into its place whole, or not at all; or standard output.
final class ExportOutput {
    private let path: String?
    private let temporary: String
    private let console: Console
    private var descriptor: Int32 = -1
    private var buffer: [UInt8] = []

    /// Begins a file that only its owner may read, beside its place; or, without a path, standard output.
    init(path: String?, console: Console) throws(FormatError) {
        self.path = path.map { Self.resolved($0) }
        self.console = console
        temporary = (self.path ?? "") + ".new-\(getpid())"
        guard path != nil else { return }
        unlink(temporary)
        descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure() }
    }

    /// What was not put into its place is no file.
    deinit {
        guard descriptor >= 0 else { return }
        close(descriptor)
        unlink(temporary)
    }

    func write(_ bytes: [UInt8]) throws(FormatError) {
        buffer += bytes
        if buffer.count >= 1 << 16 { try flush() }
    }

    /// Puts the file into its place, and onto the disk.
    func commit() throws(FormatError) {
        try flush()
        guard let path else { return }
        guard fsync(descriptor) == 0, rename(temporary, path) == 0 else { throw failure() }
        close(descriptor)
        descriptor = -1
        let folder = open((path as NSString).deletingLastPathComponent.ifEmpty("."), O_RDONLY | O_CLOEXEC)
        guard folder >= 0 else { return }
        fsync(folder)
        close(folder)
    }

    private func flush() throws(FormatError) {
        defer { buffer.removeAll(keepingCapacity: true) }
        guard path != nil else {
            console.write(bytes: buffer)
            guard let error = console.outputError else { return }
            errno = error
            throw failure()
        }
        var rest = buffer[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { throw failure() }
            rest = rest.dropFirst(written)
        }
    }

    private func failure() -> FormatError {
        let reason = errno == ENOSPC ? "the disk is full" : String(cString: strerror(errno)).lowercased()
        let remains = path == nil ? "What was written of it is not whole." : "It is as it was."
        return FormatError(.cannotWrite, "\(path ?? "standard output") cannot be written: \(reason). \(remains)")
    }

    /// A link stays one: what it leads to is replaced.
    private static func resolved(_ path: String) -> String {
        guard let resolved = realpath(path, nil) else { return path }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}

extension String {
    fileprivate func ifEmpty(_ other: String) -> String { isEmpty ? other : self }
}

/// Gives a writer the vault's attachments and takes what it writes to its file.
final class VaultExportSink: ExportSink {
    private let vault: Vault
    /// Where attachments go beside the documents; nil where documents hold them.
    private let folder: String?
    private let console: Console
    /// The file that is being written.
    var output: ExportOutput?
    private(set) var leftOut = ExportCounts()
    private var placed: Set<BlobDigest> = []

    init(vault: Vault, folder: String?, console: Console) {
        self.vault = vault
        self.folder = folder
        self.console = console
    }

    func write(_ bytes: [UInt8]) throws { try output?.write(bytes) }

    func attachment(_ digest: BlobDigest) async throws -> ExportedAttachment? {
        try await vault.blob(digest).map {
            ExportedAttachment(digest: digest, mediaType: $0.mediaType, bytes: $0.bytes)
        }
    }

    func place(_ attachment: ExportedAttachment) throws -> String? {
        guard let folder else { return nil }
        let name = "\(attachment.digest.description.prefix(24))\(Self.ending(of: attachment.mediaType))"
        if placed.insert(attachment.digest).inserted {
            try ExportFolder.make(folder + "/attachments")
            let file = try ExportOutput(path: "\(folder)/attachments/\(name)", console: console)
            try file.write(attachment.bytes)
            try file.commit()
        }
        return "attachments/\(name)"
    }

    func leaveOut(_ what: String, count: Int) { leftOut.add(what, count) }

    private static func ending(of mediaType: String?) -> String {
        let endings = [
            "image/png": ".png", "image/jpeg": ".jpg", "image/gif": ".gif", "image/webp": ".webp",
            "application/pdf": ".pdf", "text/plain": ".txt", "audio/mpeg": ".mp3", "audio/wav": ".wav",
        ]
        return mediaType.flatMap { endings[$0] } ?? ""
    }
}

/// The folder that documents go to.
enum ExportFolder {
    /// Makes a folder that only its owner may look into, with those above it; one that is there stays as it is.
    static func make(_ path: String) throws(FormatError) {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw FormatError(.cannotWrite, "the folder \(path) cannot be made. Nothing was changed.")
        }
    }

    /// A document's name: the day, the words of the title and the handle, which tells it from every other.
    static func name(of thread: ChatThread, _ ending: String) -> String {
        let day = Date(timeIntervalSince1970: Double(thread.createdAt.milliseconds) / 1000)
            .formatted(Date.ISO8601FormatStyle().year().month().day())
        var words = ""
        for character in (thread.title ?? "").lowercased() {
            if character.isLetter || character.isNumber {
                words.append(character)
            } else if !words.isEmpty, words.last != "-" {
                words.append("-")
            }
            // File systems take 255 bytes.
            if words.utf8.count >= 80 { break }
        }
        while words.last == "-" { words.removeLast() }
        return "\(day)-\(words.isEmpty ? "" : words + "-")\(thread.handle).\(ending)"
    }
}
