import Foundation

/// A folder with all that lies below it.
///
/// Hidden files are left out, and links that lead out of the folder: what a person names is what is read.
package struct FolderSource: ImportSource {
    package let name: String
    package let entries: [ImportEntry]
    package let leftOut: [ImportNote]
    private let path: String

    /// - Parameter path: where it is, from the current folder.
    package init(path: String) throws(FormatError) {
        name = path
        self.path = path
        guard access(path, R_OK | X_OK) == 0 else {
            throw FormatError(.unreadable, "\(path) cannot be read. Check its permissions: ls -ld \(path)")
        }
        var walk = FolderWalk(root: path)
        walk.visit("")
        entries = walk.entries.sorted { $0.path < $1.path }
        leftOut = walk.leftOut
    }

    package func open(_ entry: ImportEntry) throws(FormatError) -> any ByteStream {
        try FileStream(path: localFile(of: entry))
    }

    package func localFile(of entry: ImportEntry) throws(FormatError) -> String {
        // What was a file when the folder was read may be a link by now.
        guard FolderWalk(root: path).isInside(path + "/" + entry.path) else {
            throw FormatError(.notFound, "\(entry.path) is not in \(name) any more.")
        }
        return path + "/" + entry.path
    }
}

/// Goes through a folder.
private struct FolderWalk {
    let root: String
    private let resolvedRoot: String
    private(set) var entries: [ImportEntry] = []
    private(set) var leftOut: [ImportNote] = []
    private var visited: Set<Identity> = []

    private struct Identity: Hashable {
        let device: UInt64
        let node: UInt64
    }

    init(root: String) {
        self.root = root
        resolvedRoot = Self.resolved(root) ?? root
    }

    private static func resolved(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    func isInside(_ path: String) -> Bool {
        guard let resolved = Self.resolved(path) else { return false }
        return resolved.utf8.starts(with: (resolvedRoot == "/" ? "/" : resolvedRoot + "/").utf8)
    }

    mutating func visit(_ folder: String) {
        let path = folder.isEmpty ? root : root + "/" + folder
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else {
            leftOut.append(ImportNote(.lost, "folder that cannot be read", at: folder))
            return
        }
        for name in names.sorted() where !name.hasPrefix(".") {
            let inner = folder.isEmpty ? name : folder + "/" + name
            var status = stat()
            guard lstat(root + "/" + inner, &status) == 0 else { continue }
            if status.st_mode & S_IFMT == S_IFLNK {
                guard isInside(root + "/" + inner), stat(root + "/" + inner, &status) == 0 else {
                    leftOut.append(ImportNote(.skipped, "link that leads out of the folder", at: inner))
                    continue
                }
            }
            switch status.st_mode & S_IFMT {
            case S_IFDIR:
                // A link back up would never end; a folder reached twice is one.
                let identity = Identity(device: UInt64(status.st_dev), node: UInt64(status.st_ino))
                if visited.insert(identity).inserted { visit(inner) }
            case S_IFREG:
                entries.append(
                    ImportEntry(path: inner, byteCount: Int(status.st_size), modifiedAt: status.modifiedAt))
            default: break
            }
        }
    }
}
