package import Conversations
import Foundation

/// What a configuration file says, checked: every key is a setting, and every value is of its kind.
package struct ConfigurationFile: Sendable, Hashable {
    package var vault: String?
    package var upstream: String?
    package var model: String?
    package var contextMode: ContextMode?
    package var keepEvents: Bool?
    package var keepBodies: KeepBodies?
    /// In the file's order.
    package var upstreams: [ConfiguredUpstream] = []
    package var models: [ConfiguredModel] = []
    /// What `diwan serve` does.
    package var service = ConfiguredService()
    /// The lines of the settings that do not stand in `upstreams` or `models`, by their names.
    package var lines: [String: Int] = [:]

    package init() {}

    /// - Parameters:
    ///   - bytes: the file's text.
    ///   - file: the file's path, for errors and for what is relative to it.
    ///   - home: what `~` stands for.
    /// - Throws: ``SettingsError/Code/badFile``, naming the file, the line and the key.
    package init(_ bytes: [UInt8], file: String, home: String) throws(SettingsError) {
        try self.init(try ConfigurationText(bytes, file: file), home: home)
    }

    init(_ text: ConfigurationText, home: String) throws(SettingsError) {
        let file = text.file
        let folder = SettingsPaths.folder(of: file)
        var root = try ConfigurationReader(text)
        vault = try root.text("vault").map { SettingsPaths.absolute($0, folder: folder, home: home) }
        upstream = try root.text("upstream")
        model = try root.text("model")
        keepEvents = try root.bool("keep_events")
        if let words = try root.text("keep_bodies") {
            guard let kept = KeepBodies(words) else {
                throw text.error(["keep_bodies"], "must be \"forever\", \"never\" or days like \"90d\"")
            }
            keepBodies = kept
        }
        if root.take("context") != nil {
            var context = try ConfigurationReader(text, path: ["context"])
            if let words = try context.text("default") {
                guard let mode = ContextMode(words) else {
                    throw text.error(["context", "default"], "must be \(Self.contextModes)")
                }
                contextMode = mode
            }
            try context.finish()
        }
        if root.take("upstreams") != nil {
            for name in try ConfigurationReader(text, path: ["upstreams"]).names {
                upstreams.append(try ConfiguredUpstream(name: name, in: text, folder: folder, home: home))
            }
        }
        if root.take("models") != nil {
            for name in try ConfigurationReader(text, path: ["models"]).names {
                models.append(try ConfiguredModel(name: name, in: text))
            }
        }
        if root.take("serve") != nil { service = try ConfiguredService(in: text, folder: folder, home: home) }
        try root.finish()
        for path in [
            ["vault"], ["upstream"], ["model"], ["keep_events"], ["keep_bodies"], ["context", "default"], ["serve"],
        ]
        where text.root[path] != nil {
            lines[path.joined(separator: ".")] = text.line(of: path)
        }
        for upstream in upstreams where upstream.url == nil && BuiltInUpstreams.named(upstream.name) == nil {
            throw text.error(["upstreams", upstream.name], "needs a url: diwan itself knows no upstream of that name")
        }
    }

    static let contextModes = "auto, full, summary, last:N or tokens:N"

    /// Reads a file.
    ///
    /// - Returns: nil where there is no such file.
    /// - Throws: ``SettingsError/Code/unreadableFile``, ``SettingsError/Code/badFile``.
    package static func read(_ file: String, home: String) throws(SettingsError) -> ConfigurationFile? {
        guard let bytes = try bytes(of: file) else { return nil }
        return try ConfigurationFile(bytes, file: file, home: home)
    }

    /// A file's bytes; nil where there is none.
    static func bytes(of file: String) throws(SettingsError) -> [UInt8]? {
        // By the system's own calls: a URL and what Foundation reads it with cost every command a quarter of a millisecond,
        // mostly to learn that there is no file.
        let unreadable = SettingsError(
            .unreadableFile, "the configuration \(file) cannot be read. Look at its permissions: ls -l \(file)")
        let descriptor = open(file, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw unreadable
        }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 14)
        while true {
            let count = Foundation.read(descriptor, &piece, piece.count)
            if count > 0 {
                bytes.append(contentsOf: piece[..<count])
            } else if count == 0 {
                return bytes
            } else if errno != EINTR {
                throw unreadable
            }
        }
    }
}
