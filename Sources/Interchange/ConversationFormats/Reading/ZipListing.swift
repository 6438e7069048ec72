/// What an archive says of one of its files.
struct ZipMember: Sendable {
    let place: UInt64
    let path: String
    let byteCount: UInt64
    let packedByteCount: UInt64
    let isEncrypted: Bool
}

/// Which files of an archive may be read.
struct ZipListing {
    private(set) var entries: [ImportEntry] = []
    private(set) var leftOut: [ImportNote] = []
    private(set) var places: [String: UInt64] = [:]

    init(_ members: [ZipMember], archiveName: String, limits: ZipSource.Limits) throws(FormatError) {
        let files = members.filter { !$0.path.hasSuffix("/") && !Self.isHidden($0.path) }
        if files.contains(where: \.isEncrypted) {
            throw FormatError(
                .refused,
                "\(archiveName) is locked with a password. Unpack it first (unzip \(archiveName) -d FOLDER), then: diwan import FOLDER"
            )
        }
        try Self.check(files, archiveName: archiveName, limits: limits)
        var sizes: [String: Int] = [:]
        for file in files {
            guard let path = Self.inside(file.path) else {
                leftOut.append(ImportNote(.lost, "file in the archive whose path leads out of it", at: file.path))
                continue
            }
            // Programs that unpack archives keep the last one too: it is the newer one.
            if places.updateValue(file.place, forKey: path) != nil {
                leftOut.append(
                    ImportNote(.skipped, "file in the archive that a later one of the same path replaces", at: path))
            }
            sizes[path] = Int(file.byteCount)
        }
        entries = sizes.map { ImportEntry(path: $0.key, byteCount: $0.value) }.sorted { $0.path < $1.path }
    }

    /// Refuses what unpacks to more than any export would. Files that overlap in the archive are each within the ratio, so
    /// all together have to be.
    private static func check(_ files: [ZipMember], archiveName: String, limits: ZipSource.Limits) throws(FormatError) {
        var (all, allPacked) = (UInt64(0), UInt64(0))
        for file in files {
            all &+= min(file.byteCount, 1 << 50)
            allPacked &+= min(file.packedByteCount, 1 << 50)
            guard file.byteCount <= UInt64(limits.entryByteLimit),
                !isBomb(file.byteCount, packed: file.packedByteCount, limits)
            else { throw bomb(archiveName) }
        }
        if isBomb(all, packed: allPacked, limits) { throw bomb(archiveName) }
    }

    private static func isBomb(_ bytes: UInt64, packed: UInt64, _ limits: ZipSource.Limits) -> Bool {
        bytes > UInt64(limits.harmless) && bytes / UInt64(limits.ratio) > packed
    }

    static func bomb(_ archiveName: String) -> FormatError {
        FormatError(
            .refused,
            "\(archiveName) unpacks to far more than its size: nothing of it was read. If you trust it, unpack it yourself (unzip \(archiveName) -d FOLDER), then: diwan import FOLDER"
        )
    }

    private static func isHidden(_ path: String) -> Bool {
        path.split(whereSeparator: { $0 == "/" || $0 == "\\" }).contains {
            $0.hasPrefix(".") && $0 != "." && $0 != ".." || $0 == "__MACOSX"
        }
    }

    /// The path without what says nothing; nil for one that begins elsewhere or climbs. Archives of some programs for
    /// Windows have its separator.
    static func inside(_ path: String) -> String? {
        let path = path.replacing("\\", with: "/")
        let parts = path.split(separator: "/").filter { $0 != "." }
        guard !path.hasPrefix("/"), !parts.isEmpty, !parts.contains(".."), !parts[0].hasSuffix(":") else { return nil }
        return parts.joined(separator: "/")
    }
}
