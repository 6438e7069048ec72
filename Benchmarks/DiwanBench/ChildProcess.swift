import Foundation

/// A program under way, with nobody's configuration.
struct ChildProcess {
    struct Usage {
        var wall: Double
        /// User and system time together, in seconds.
        var processor: Double
    }

    struct Failed: Error {}

    private let process: pid_t

    /// Runs a program to its end and tells what it cost.
    static func run(_ words: [String]) throws -> Usage {
        let clock = ContinuousClock()
        let began = clock.now
        let started = try start(words)
        var (status, usage): (Int32, rusage) = (0, rusage())
        while wait4(started.process, &status, 0, &usage) < 0 {
            guard errno == EINTR else { throw Failed() }
        }
        guard status == 0 else { throw Failed() }
        let wall = (clock.now - began) / .seconds(1)
        func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) * 1e-6 }
        return Usage(wall: wall, processor: seconds(usage.ru_utime) + seconds(usage.ru_stime))
    }

    static func start(_ words: [String]) throws -> ChildProcess {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        // Nobody's configuration and no other vault: a home that is not there.
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        let variables = ["HOME=/nonexistent", "LANG=C.UTF-8", "PATH=\(path)"]
        var environment: [UnsafeMutablePointer<CChar>?] = variables.map { strdup($0) } + [nil]
        defer { for pointer in arguments + environment { free(pointer) } }
        var process: pid_t = 0
        guard posix_spawnp(&process, words[0], &actions, nil, &arguments, &environment) == 0 else { throw Failed() }
        return ChildProcess(process: process)
    }

    /// Whether it is under way still. Asked once more after its end, it fails.
    ///
    /// - Throws: where it ended with anything but 0.
    func isRunning() throws -> Bool {
        var status: Int32 = 0
        let ended = waitpid(process, &status, WNOHANG)
        guard ended == 0 || ended == process && status == 0 else { throw Failed() }
        return ended == 0
    }

    /// Asks it to end, and waits until it has.
    func stop() {
        kill(process, SIGTERM)
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
    }

    /// The memory it holds now, in bytes; nil where the system does not tell.
    var memory: Int? { memory("VmRSS:") }

    /// The most memory it has held so far, in bytes, mapped files among it; nil where the system does not tell. (What
    /// `wait4` tells afterwards begins with the memory of who started it.)
    var mostMemory: Int? { memory("VmHWM:") }

    private func memory(_ name: String) -> Int? {
        guard let status = try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8),
            let line = status.split(separator: "\n").first(where: { $0.hasPrefix(name) })
        else { return nil }
        return line.split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { $0 * 1_024 }
    }
}
