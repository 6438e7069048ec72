import CLibzip
import Foundation
import Synchronization

/// A ZIP archive, read member by member without unpacking it.
///
/// What an archive says of itself is not believed: names that would leave a folder are not handed out, and no more is
/// unpacked than it declares, which may be no more than a real export would be (``Limits``).
package final class ZipSource: ImportSource {
    /// What an archive may ask for.
    package struct Limits: Sendable {
        /// How many times the packed size an archive, or a file in it, may unpack to. Text of conversations packs 3 to 10
        /// times, logs full of repetition some 40; a bomb more than 1,000.
        package var ratio = 120
        /// Below so many bytes unpacked nobody is harmed, whatever the ratio.
        package var harmless = 64 << 20
        /// The most bytes a file in it may unpack to.
        package var entryByteLimit = 64 << 30
        /// The most files it may hold.
        package var entryLimit = 2_000_000

        package init() {}
    }

    package let name: String
    package let entries: [ImportEntry]
    package let leftOut: [ImportNote]
    private let places: [String: UInt64]
    private let archive: OpenArchive
    private let unpacked = Mutex<UnpackedFiles?>(nil)

    package init(path: String, limits: Limits = Limits()) throws(FormatError) {
        name = path
        archive = try OpenArchive(path: path)
        let listing = try ZipListing(archive.members(limit: limits.entryLimit), archiveName: path, limits: limits)
        entries = listing.entries
        leftOut = listing.leftOut
        places = listing.places
    }

    package func open(_ entry: ImportEntry) throws(FormatError) -> any ByteStream {
        guard let place = places[entry.path] else {
            throw FormatError(.notFound, "\(entry.path) is not in \(name).")
        }
        return try archive.open(place, byteCount: entry.byteCount, named: entry.path)
    }

    package func localFile(of entry: ImportEntry) throws(FormatError) -> String {
        let stream = try open(entry)
        let outcome = unpacked.withLock { unpacked in
            Result { () throws(FormatError) in
                if let unpacked { return unpacked }
                let files = try UnpackedFiles()
                unpacked = files
                return files
            }
        }
        return try outcome.get().file(for: entry, from: stream)
    }
}
