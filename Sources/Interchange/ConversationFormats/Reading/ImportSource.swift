package import Conversations

/// What is imported — a file, a folder or a ZIP archive — as files with paths.
package protocol ImportSource: Sendable {
    /// What a person called it: the path they gave.
    var name: String { get }
    /// Its files, by path; for a plain file only that one, under its own name.
    var entries: [ImportEntry] { get }
    /// What it holds and does not hand out, with the reason.
    var leftOut: [ImportNote] { get }

    /// Opens an entry to be read from its beginning to its end, once.
    func open(_ entry: ImportEntry) throws(FormatError) -> any ByteStream
    /// The path of a file on this disk that holds the entry's bytes, for readers of SQLite files. It is there as long as
    /// the source is.
    func localFile(of entry: ImportEntry) throws(FormatError) -> String
}

/// A file of what is imported.
package struct ImportEntry: Sendable, Hashable {
    /// Its path inside the source, parts separated by `/`; never absolute, never with `..`.
    package let path: String
    /// Its size unpacked, as the file system or the archive says.
    package let byteCount: Int
    /// When it was last changed; nil where nobody knows.
    package let modifiedAt: Timestamp?

    package init(path: String, byteCount: Int, modifiedAt: Timestamp? = nil) {
        self.path = path
        self.byteCount = byteCount
        self.modifiedAt = modifiedAt
    }

    /// The last part of the path.
    package var fileName: String { String(path.split(separator: "/").last ?? "") }
}

/// Bytes that are read once, in order.
package protocol ByteStream: AnyObject {
    /// The next bytes, at most `count`; none at the end.
    func next(upTo count: Int) throws(FormatError) -> [UInt8]
}

extension ImportSource {
    package var leftOut: [ImportNote] { [] }

    /// The first bytes of an entry.
    package func head(of entry: ImportEntry, upTo count: Int = 4096) throws(FormatError) -> [UInt8] {
        let stream = try open(entry)
        var bytes: [UInt8] = []
        while bytes.count < count {
            let more = try stream.next(upTo: count - bytes.count)
            if more.isEmpty { break }
            bytes += more
        }
        return bytes
    }

    /// All bytes of an entry.
    ///
    /// - Throws: ``FormatError/Code/refused`` where there are more than `limit`.
    package func bytes(of entry: ImportEntry, limit: Int = 256 << 20) throws(FormatError) -> [UInt8] {
        let bytes = try head(of: entry, upTo: limit + 1)
        guard bytes.count <= limit else {
            throw FormatError(.refused, "\(entry.path) in \(name) is larger than \(limit >> 20) MB.")
        }
        return bytes
    }
}
