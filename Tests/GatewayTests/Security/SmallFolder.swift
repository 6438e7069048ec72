import Foundation

/// A folder that is there for the length of a test.
final class SmallFolder: Sendable {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "diwan-folder-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
