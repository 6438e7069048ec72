import CLibzip
import Synchronization

/// An archive that libzip has open. libzip's handles are for one thread at a time, so every use takes the lock.
final class OpenArchive: Sendable {
    /// libzip's pointers. They move between threads freely and are used by one at a time: under the lock.
    private struct Handle: @unchecked Sendable {
        let archive: OpaquePointer
    }
    struct File: @unchecked Sendable {
        fileprivate let file: OpaquePointer
    }

    private let name: String
    private let handle: Mutex<Handle>

    init(path: String) throws(FormatError) {
        name = path
        if let message = diwan_zip_load() { throw FormatError(.libraryMissing, String(cString: message)) }
        var error: Int32 = 0
        guard let archive = diwan_zip_open(path, ZIP_RDONLY, &error) else { throw Self.failure(error, name: path) }
        handle = Mutex(Handle(archive: archive))
    }

    deinit {
        handle.withLock { diwan_zip_discard($0.archive) }
    }

    /// Everything in it, as its directory has it.
    func members(limit: Int) throws(FormatError) -> [ZipMember] {
        try handle.withLock { [name] handle throws(FormatError) -> [ZipMember] in
            let count = diwan_zip_get_num_entries(handle.archive, 0)
            guard count <= limit else { throw ZipListing.bomb(name) }
            var members: [ZipMember] = []
            for index in 0..<UInt64(max(0, count)) {
                var status = zip_stat_t()
                guard diwan_zip_stat_index(handle.archive, index, 0, &status) == 0, let path = status.name else {
                    throw Self.failure(diwan_zip_error_code_zip(diwan_zip_get_error(handle.archive)), name: name)
                }
                members.append(
                    ZipMember(
                        place: index, path: String(cString: path), byteCount: status.size,
                        packedByteCount: status.comp_size,
                        isEncrypted: status.encryption_method != UInt16(ZIP_EM_NONE)))
            }
            return members
        }
    }

    /// Opens a member to be read once.
    func open(_ place: UInt64, byteCount: Int, named path: String) throws(FormatError) -> ZipStream {
        let file = try handle.withLock { [name] handle throws(FormatError) -> File in
            guard let file = diwan_zip_fopen_index(handle.archive, place, 0) else {
                throw Self.failure(diwan_zip_error_code_zip(diwan_zip_get_error(handle.archive)), name: name)
            }
            return File(file: file)
        }
        return ZipStream(archive: self, file: file, byteCount: byteCount, path: path)
    }

    fileprivate func read(_ file: File, into buffer: UnsafeMutableRawBufferPointer) throws(FormatError) -> Int {
        guard let base = buffer.baseAddress else { return 0 }
        // The lock keeps other threads from libzip; the memory is the caller's alone.
        nonisolated(unsafe) let into = base
        let count = buffer.count
        return try handle.withLock { [name] _ throws(FormatError) -> Int in
            let taken = diwan_zip_fread(file.file, into, UInt64(count))
            guard taken >= 0 else {
                throw Self.failure(diwan_zip_error_code_zip(diwan_zip_file_get_error(file.file)), name: name)
            }
            return Int(taken)
        }
    }

    fileprivate func close(_ file: File) {
        handle.withLock { _ in _ = diwan_zip_fclose(file.file) }
    }

    private static func failure(_ code: Int32, name: String) -> FormatError {
        switch code {
        case ZIP_ER_NOENT: FormatError(.notFound, "there is no file \(name).")
        case ZIP_ER_OPEN, ZIP_ER_READ, ZIP_ER_SEEK, ZIP_ER_MEMORY:
            FormatError(.unreadable, "\(name) cannot be read. Check its permissions: ls -l \(name)")
        case ZIP_ER_NOPASSWD, ZIP_ER_WRONGPASSWD, ZIP_ER_ENCRNOTSUPP:
            FormatError(
                .refused,
                "\(name) is locked with a password. Unpack it first (unzip \(name) -d FOLDER), then: diwan import FOLDER"
            )
        case ZIP_ER_COMPNOTSUPP:
            FormatError(
                .refused, "\(name) is packed in a way libzip does not know. Unpack it, then: diwan import FOLDER")
        default:
            FormatError(
                .damaged, "the archive \(name) is damaged, or not all of it is here. Download it again, then import it."
            )
        }
    }
}

/// The bytes of a member of an archive, unpacked as they are read.
final class ZipStream: ByteStream {
    private let archive: OpenArchive
    private let file: OpenArchive.File
    private let path: String
    /// How many bytes may still come: no more than the archive declares.
    private var rest: Int

    init(archive: OpenArchive, file: OpenArchive.File, byteCount: Int, path: String) {
        self.archive = archive
        self.file = file
        self.path = path
        rest = byteCount
    }

    deinit {
        archive.close(file)
    }

    func next(upTo count: Int) throws(FormatError) -> [UInt8] {
        // One byte more than declared is asked for: it must not come, and at the end libzip checks the sum.
        let wanted = min(count, rest + 1)
        var outcome: Result<Int, FormatError> = .success(0)
        let bytes = [UInt8](unsafeUninitializedCapacity: wanted) { buffer, filled in
            outcome = Result { () throws(FormatError) in
                try archive.read(file, into: UnsafeMutableRawBufferPointer(buffer))
            }
            filled = (try? outcome.get()) ?? 0
        }
        _ = try outcome.get()
        guard bytes.count <= rest else {
            throw FormatError(.refused, "\(path) unpacks to more than the archive says: the rest of it was not read.")
        }
        rest -= bytes.count
        return bytes
    }
}
