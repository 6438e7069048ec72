import Foundation
import Synchronization

/// Files unpacked from an archive, for readers that need a file on the disk; nobody else can read them, and they go with
/// the source.
final class UnpackedFiles: Sendable {
    private let folder: String
    private let files = Mutex<[String: String]>([:])

    init() throws(FormatError) {
        var template = Array((FileManager.default.temporaryDirectory.path + "/diwan-import.XXXXXX").utf8CString)
        // mkdtemp makes it 0700.
        guard let made = template.withUnsafeMutableBufferPointer({ $0.baseAddress.flatMap { mkdtemp($0) } }) else {
            throw FormatError(
                .cannotWrite, "no temporary folder can be made in \(FileManager.default.temporaryDirectory.path).")
        }
        folder = String(cString: made)
    }

    deinit {
        // What cannot be removed now, the system's own tidying takes.
        try? FileManager.default.removeItem(atPath: folder)
    }

    func file(for entry: ImportEntry, from stream: any ByteStream) throws(FormatError) -> String {
        if let file = files.withLock({ $0[entry.path] }) { return file }
        // The entry's own path is no name for a file here: a number is.
        let file = folder + "/\(files.withLock(\.count))"
        let descriptor = Foundation.open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.cannotWrite(entry) }
        defer { close(descriptor) }
        while true {
            let bytes = try stream.next(upTo: 1 << 20)
            if bytes.isEmpty { break }
            guard bytes.withUnsafeBytes({ Self.write($0, to: descriptor) }) else { throw Self.cannotWrite(entry) }
        }
        files.withLock { $0[entry.path] = file }
        return file
    }

    private static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Bool {
        var written = 0
        while written < bytes.count {
            let taken = Foundation.write(descriptor, bytes.baseAddress.map { $0 + written }, bytes.count - written)
            if taken < 0, errno == EINTR { continue }
            guard taken > 0 else { return false }
            written += taken
        }
        return true
    }

    private static func cannotWrite(_ entry: ImportEntry) -> FormatError {
        FormatError(
            .cannotWrite,
            "\(entry.path) cannot be unpacked: the disk under \(FileManager.default.temporaryDirectory.path) is full or not to be written."
        )
    }
}
