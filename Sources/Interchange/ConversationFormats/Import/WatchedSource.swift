import Synchronization

/// How far an import has read.
package struct ImportProgress: Sendable, Hashable {
    /// In bytes, unpacked.
    package let done: Int
    package let total: Int
}

/// A source that tells how far it has been read.
final class WatchedSource: ImportSource {
    var name: String { source.name }
    var entries: [ImportEntry] { source.entries }
    var leftOut: [ImportNote] { source.leftOut }

    private let source: any ImportSource
    private let count: ReadCount

    init(_ source: any ImportSource, progress: @escaping @Sendable (ImportProgress) -> Void) {
        self.source = source
        count = ReadCount(total: source.entries.reduce(0) { $0 + $1.byteCount }, progress: progress)
    }

    func open(_ entry: ImportEntry) throws(FormatError) -> any ByteStream {
        WatchedStream(try source.open(entry), count: count)
    }

    func localFile(of entry: ImportEntry) throws(FormatError) -> String {
        let file = try source.localFile(of: entry)
        // How far a database has been read, nobody sees.
        count.add(entry.byteCount)
        return file
    }
}

/// How many bytes have been read of all there are.
private final class ReadCount: Sendable {
    private let total: Int
    private let done = Mutex(0)
    private let progress: @Sendable (ImportProgress) -> Void

    init(total: Int, progress: @escaping @Sendable (ImportProgress) -> Void) {
        self.total = total
        self.progress = progress
    }

    func add(_ bytes: Int) {
        let done = done.withLock { done in
            // A reader may look at a file more than once.
            done = min(total, done + bytes)
            return done
        }
        progress(ImportProgress(done: done, total: total))
    }
}

private final class WatchedStream: ByteStream {
    private let stream: any ByteStream
    private let count: ReadCount

    init(_ stream: any ByteStream, count: ReadCount) {
        self.stream = stream
        self.count = count
    }

    func next(upTo count: Int) throws(FormatError) -> [UInt8] {
        let bytes = try stream.next(upTo: count)
        self.count.add(bytes.count)
        return bytes
    }
}
