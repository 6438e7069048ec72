import Conversations
import Foundation

/// A file, read as it lies on the disk.
package struct FileSource: ImportSource {
    package let name: String
    package let entries: [ImportEntry]
    private let path: String

    /// - Parameter path: where it is, from the current folder.
    package init(path: String) throws(FormatError) {
        name = path
        self.path = path
        let descriptor = try FileStream.opened(path)
        defer { close(descriptor) }
        var status = stat()
        // A pipe has no beginning to go back to, and its beginning is read first, to tell its format.
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw FormatError(
                .unreadable, "\(path) is no file that can be read twice. Save it as a file, then import that.")
        }
        entries = [
            ImportEntry(
                path: (path as NSString).lastPathComponent, byteCount: Int(status.st_size),
                modifiedAt: status.modifiedAt)
        ]
    }

    /// Whether it begins as ZIP archives do (APPNOTE.TXT, sections 4.3.7 and 4.3.16).
    var isArchive: Bool {
        get throws(FormatError) {
            let magic = try FileStream(path: path).next(upTo: 4)
            return magic == [0x50, 0x4B, 0x03, 0x04] || magic == [0x50, 0x4B, 0x05, 0x06]
        }
    }

    package func open(_ entry: ImportEntry) throws(FormatError) -> any ByteStream {
        try FileStream(path: path)
    }

    package func localFile(of entry: ImportEntry) throws(FormatError) -> String { path }
}

/// The bytes of a file.
final class FileStream: ByteStream {
    private let path: String
    private let descriptor: Int32

    init(path: String) throws(FormatError) {
        self.path = path
        descriptor = try Self.opened(path)
    }

    deinit {
        close(descriptor)
    }

    static func opened(_ path: String) throws(FormatError) -> Int32 {
        // Without O_NONBLOCK, opening a named pipe would wait for somebody to write.
        let descriptor = Foundation.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw errno == ENOENT
                ? FormatError(.notFound, "there is no file \(path).")
                : FormatError(.unreadable, "\(path) cannot be read. Check its permissions: ls -l \(path)")
        }
        return descriptor
    }

    func next(upTo count: Int) throws(FormatError) -> [UInt8] {
        var failed = false
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let taken = read(descriptor, buffer.baseAddress.map { $0 + filled }, count - filled)
                if taken < 0, errno == EINTR { continue }
                failed = taken < 0
                guard taken > 0 else { return }
                filled += taken
            }
        }
        if failed { throw FormatError(.unreadable, "\(path) cannot be read to its end: the disk gave an error.") }
        return bytes
    }
}

extension stat {
    /// When the file was last changed.
    var modifiedAt: Timestamp {
        #if canImport(Darwin)
        let time = st_mtimespec
        #else
        let time = st_mtim
        #endif
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }
}
