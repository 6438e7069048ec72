#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// What a person has typed before, in a file of their own (0600): one entry a line, oldest first, a line break inside
/// an entry written `\n` and a backslash `\\`.
///
/// An entry is appended with one `write`, so two chats at once lose nothing of each other's. A history that cannot be
/// read or written is no reason to stop a chat: then it lasts as long as the process.
struct LineHistory {
    let path: String?
    /// How many entries are kept. The file grows to twice that before it is cut.
    let limit: Int

    init(path: String?, limit: Int = 1000) {
        self.path = path
        self.limit = limit
    }

    /// The newest entries, oldest first, at most ``limit``.
    func load() -> [String] {
        guard let path, let bytes = Self.read(path) else { return [] }
        let lines = bytes.split(separator: 0x0A)
        let entries = lines.suffix(limit).map { Self.decoded(String(decoding: $0, as: UTF8.self)) }
        if lines.count > 2 * limit { rewrite(entries) }
        return entries
    }

    func append(_ entry: String) {
        guard let path, !entry.isEmpty else { return }
        let descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        Self.write(Self.encoded(entry) + "\n", to: descriptor)
    }

    /// Takes every entry out that is one of these.
    ///
    /// - Returns: false where the file still holds one of them.
    func forget(_ entries: Set<String>) -> Bool {
        guard let path, let bytes = Self.read(path) else { return true }
        let kept = bytes.split(separator: 0x0A).map { Self.decoded(String(decoding: $0, as: UTF8.self)) }
        let rest = kept.filter { !entries.contains($0) }
        return rest.count == kept.count || rewrite(rest)
    }

    /// A new file beside the old one, then renamed over it: a reader sees one or the other.
    @discardableResult
    private func rewrite(_ entries: [String]) -> Bool {
        guard let path else { return true }
        let other = "\(path).\(getpid())"
        let descriptor = open(other, O_WRONLY | O_TRUNC | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return false }
        let written = Self.write(entries.map { Self.encoded($0) + "\n" }.joined(), to: descriptor)
        close(descriptor)
        if written, rename(other, path) == 0 { return true }
        unlink(other)
        return false
    }

    static func encoded(_ entry: String) -> String {
        var line = ""
        for character in entry.unicodeScalars {
            switch character {
            case "\\": line += "\\\\"
            case "\n": line += "\\n"
            default: line.unicodeScalars.append(character)
            }
        }
        return line
    }

    static func decoded(_ line: String) -> String {
        var entry = String.UnicodeScalarView()
        var escaped = false
        for scalar in line.unicodeScalars {
            if escaped {
                entry.append(scalar == "n" ? "\n" : scalar)
                escaped = false
            } else if scalar == "\\" {
                escaped = true
            } else {
                entry.append(scalar)
            }
        }
        return String(entry)
    }

    private static func read(_ path: String) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        while true {
            let chunk = [UInt8](unsafeUninitializedCapacity: 65536) { buffer, count in
                #if canImport(Glibc)
                count = max(0, Glibc.read(descriptor, buffer.baseAddress, buffer.count))
                #else
                count = max(0, Darwin.read(descriptor, buffer.baseAddress, buffer.count))
                #endif
            }
            if chunk.isEmpty { return bytes }
            bytes += chunk
        }
    }

    @discardableResult
    private static func write(_ text: String, to descriptor: CInt) -> Bool {
        var text = text
        return text.withUTF8 { buffer in
            #if canImport(Glibc)
            Glibc.write(descriptor, buffer.baseAddress, buffer.count) == buffer.count
            #else
            Darwin.write(descriptor, buffer.baseAddress, buffer.count) == buffer.count
            #endif
        }
    }
}
