import Foundation

/// A program started with signals as a shell would give them.
///
/// Foundation's `Process` hands on the signal mask of the thread that starts it, and a task's thread blocks signals: its
/// children cannot be ended politely. What is ignored here (SIGINT, SIGPIPE) would be ignored there as well.
package struct ChildProcess {
    /// Where one of a child's standard streams goes.
    package enum Stream {
        case inherited
        case nowhere
        case descriptor(Int32)
    }

    private let id: pid_t

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - program: a path.
    ///   - startsSession: whether it outlives us and our terminal's Ctrl-C.
    ///   - isFound: whether a bare name is looked for as a shell would.
    ///   - environment: its variables, where they are not ours.
    /// - Throws: the `errno` that says why it could not be started.
    package init(
        _ program: String, _ arguments: [String], input: Stream = .inherited, output: Stream = .inherited,
        errors: Stream = .inherited, startsSession: Bool = false, isFound: Bool = false,
        environment: [String: String]? = nil
    ) throws(POSIXFailure) {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (stream, standard) in [(input, STDIN_FILENO), (output, STDOUT_FILENO), (errors, STDERR_FILENO)] {
            switch stream {
            case .inherited: break
            case .nowhere: posix_spawn_file_actions_addopen(&actions, standard, "/dev/null", O_RDWR, 0)
            case .descriptor(let descriptor): posix_spawn_file_actions_adddup2(&actions, descriptor, standard)
            }
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        var usual = sigset_t()
        sigemptyset(&usual)
        for signal in [SIGINT, SIGPIPE, SIGTERM, SIGHUP, SIGQUIT] { sigaddset(&usual, signal) }
        posix_spawnattr_setsigdefault(&attributes, &usual)
        // POSIX_SPAWN_SETSID of <spawn.h>, which glibc guards by a macro that the overlay does not define.
        let startSession: Int32 = 0x80
        posix_spawnattr_setflags(
            &attributes,
            Int16(Int32(POSIX_SPAWN_SETSIGMASK) | Int32(POSIX_SPAWN_SETSIGDEF) | (startsSession ? startSession : 0)))

        var words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) }
        words.append(nil)
        defer { words.forEach { free($0) } }
        var id = pid_t()
        var variables = environment?.map { strdup("\($0.key)=\($0.value)") } ?? []
        variables.append(nil)
        defer { variables.forEach { free($0) } }
        let given = environment == nil ? environ : nil
        let code = variables.withUnsafeMutableBufferPointer { own in
            (isFound ? posix_spawnp : posix_spawn)(
                &id, program, &actions, &attributes, words, given ?? own.baseAddress!)
        }
        guard code == 0 else { throw POSIXFailure(code: code) }
        self.id = id
    }

    /// Sends it a signal.
    package func send(_ signal: Int32) { kill(id, signal) }

    /// The exit code, 128 and the signal's number where one ended it; nil while it runs.
    package func exitCode() -> Int32? { wait(WNOHANG) }

    /// Waits until it has ended, and gives its exit code.
    package func waitForExit() -> Int32 { wait(0) ?? -1 }

    private func wait(_ options: Int32) -> Int32? {
        var status: Int32 = 0
        while true {
            let found = waitpid(id, &status, options)
            if found == id { return status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F) }
            if found == 0 { return nil }
            guard errno == EINTR else { return -1 }
        }
    }
}

/// Why the operating system refused.
package struct POSIXFailure: Error, Sendable, CustomStringConvertible {
    package let code: Int32

    package init(code: Int32) { self.code = code }

    package var description: String { String(cString: strerror(code)) }
}
