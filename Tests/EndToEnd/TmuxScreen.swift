import Foundation
import TestSupport

/// A terminal with a screen that can be read: tmux, on a socket of its own.
final class TmuxScreen: Sendable {
    private let tmux: String
    private let socket = NSTemporaryDirectory() + "diwan-screen-" + UUID().uuidString

    private init(tmux: String) { self.tmux = tmux }

    /// Nil where there is no tmux.
    static func find() async throws -> TmuxScreen? {
        let places = ["/usr/bin/tmux", "/usr/local/bin/tmux", "/opt/homebrew/bin/tmux"]
        return places.first { FileManager.default.isExecutableFile(atPath: $0) }.map { TmuxScreen(tmux: $0) }
    }

    func run(_ command: String, columns: Int, rows: Int) async throws {
        try await ask("-u", "new-session", "-d", "-x", "\(columns)", "-y", "\(rows)", command)
    }

    /// What the screen shows now.
    var text: String {
        let program = try? RunningProgram(
            tmux, ["-S", socket, "capture-pane", "-p"], environment: ["LANG": "C.UTF-8", "PATH": "/usr/bin:/bin"])
        guard let program else { return "" }
        _ = program.transcript.waitOnThread { $0.isOver }
        return program.output
    }

    /// Looks until the screen shows all of this; false if it does not within half a minute.
    func shows(_ words: [String]) async -> Bool {
        let deadline = ContinuousClock.now + .seconds(30)
        while ContinuousClock.now < deadline {
            let shown = text
            if words.allSatisfy({ shown.contains($0) }) { return true }
        }
        return false
    }

    func shows(_ words: String) async -> Bool { await shows([words]) }

    func type(_ words: String) { tell("send-keys", "-l", words) }
    func press(_ key: String) { tell("send-keys", key) }
    func resize(columns: Int, rows: Int) { tell("resize-window", "-x", "\(columns)", "-y", "\(rows)") }
    func close() { tell("kill-server") }

    private func tell(_ arguments: String...) {
        let program = try? RunningProgram(tmux, ["-S", socket] + arguments, environment: ["LANG": "C.UTF-8"])
        _ = program?.transcript.waitOnThread { $0.isOver }
    }

    private func ask(_ arguments: String...) async throws {
        let program = try RunningProgram(
            tmux, ["-f", "/dev/null", "-S", socket] + arguments,
            environment: ["LANG": "C.UTF-8", "PATH": "/usr/bin:/bin"])
        // Its server keeps the streams open.
        _ = await program.exitCode()
    }
}
