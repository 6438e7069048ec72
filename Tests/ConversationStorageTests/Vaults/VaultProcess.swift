import Foundation
import Testing

/// A child process of a test, its output a line at a time.
final class VaultProcess {
    private let process = Process()
    private let output = Pipe()
    private let input = Pipe()
    private var rest = Data()

    init(_ path: String, _ arguments: [String]) throws {
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.standardOutput = output
        process.standardInput = input
        try process.run()
    }

    /// The helper that is built beside the tests.
    static func vault(_ arguments: String...) throws -> VaultProcess {
        try VaultProcess(vaultTool, arguments)
    }

    static var vaultTool: String {
        URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
            .appending(path: "VaultTestProcess").path
    }

    /// A Python program, which holds a vault with another SQLite binding than ours.
    static func python(_ program: String, _ arguments: String...) throws -> VaultProcess {
        try VaultProcess("/usr/bin/env", ["python3", "-c", program] + arguments)
    }

    /// The next line, waiting for it; nil at the end.
    func line() -> String? {
        while true {
            if let end = rest.firstIndex(of: 0x0A) {
                defer { rest = Data(rest[(end + 1)...]) }
                return String(decoding: rest[..<end], as: UTF8.self)
            }
            let more = output.fileHandleForReading.availableData
            guard !more.isEmpty else {
                return rest.isEmpty
                    ? nil
                    : {
                        defer { rest = Data() }
                        return String(decoding: rest, as: UTF8.self)
                    }()
            }
            rest += more
        }
    }

    func allLines() -> [String] {
        var lines: [String] = []
        while let line = line() { lines.append(line) }
        return lines
    }

    func closeInput() {
        try? input.fileHandleForWriting.close()
    }

    /// Ends it as a lost power supply of its own would.
    func killNow() {
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    func exitStatus() -> Int32 {
        process.waitUntilExit()
        return process.terminationStatus
    }
}
