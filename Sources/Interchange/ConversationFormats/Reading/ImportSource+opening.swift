import Foundation

/// What lies at a path, opened as what it is: a folder, a ZIP archive by its first bytes, else a file.
///
/// - Throws: ``FormatError`` where nothing is there, it cannot be read, or the archive is one that is not to be trusted.
package func importSource(at path: String) throws(FormatError) -> any ImportSource {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
        throw FormatError(.notFound, "there is no file \(path).")
    }
    if isFolder.boolValue { return try FolderSource(path: path) }
    let file = try FileSource(path: path)
    return try file.isArchive ? ZipSource(path: path) : file
}
