import Glibc
import Synchronization

/// A program that a test runs beside itself and whose words it reads as they come.
///
/// It is started with no signal blocked or ignored, as a shell would. Not Foundation's `Process`: that one hands a child
/// the blocked signals of the thread that starts it, and on a thread of Swift's task pool those are all.
package final class RunningProgram: Sendable {
    /// What its standard input is.
    package enum Input: Sendable {
        /// At its end from the start.
        case nothing
        /// These bytes, then the end.
        case text(String)
        /// A pipe that stays open until ``closeInput()``.
        case pipe
    }

    /// What it said so far, and how it ended.
    package struct Transcript: Sendable {
        package var output: [UInt8] = []
        package var errors: [UInt8] = []
        /// 128 and the signal's number where one ended it; nil while it runs.
        package var exitCode: Int32?
        fileprivate var openStreams = 0

        package var outputText: String { String(decoding: output, as: UTF8.self) }
        package var errorText: String { String(decoding: errors, as: UTF8.self) }
        /// It has ended and everything it said was read.
        package var isOver: Bool { exitCode != nil && openStreams == 0 }
    }

    private enum Stream { case output, errors }

    package let pid: Int32
    package let transcript = Watched(Transcript())
    private let inputEnd: OwnedDescriptor

    /// Starts a program with `environment` as all of its variables, at a `terminal` of its own (80 by 24; then output and
    /// errors come mixed, as output) or at none.
    package init(
        _ program: String, _ arguments: [String], environment: [String: String],
        input: Input = .nothing, terminal: Bool = false
    ) throws {
        Self.ignoreBrokenPipes
        let started = try Self.startLock.withLock { _ in
            try Started(program, arguments, environment, input, terminal: terminal)
        }
        (pid, inputEnd) = (started.pid, started.inputEnd)
        let readEnds = started.readEnds
        let transcript = transcript
        transcript.change { $0.openStreams = readEnds.count }
        for end in readEnds {
            onOwnThread { Self.drain(end.descriptor, into: transcript, end.stream) }
        }
        let pid = pid
        onOwnThread {
            var status: Int32 = 0
            while waitpid(pid, &status, 0) < 0, errno == EINTR {}
            let code = status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
            transcript.change { $0.exitCode = code }
        }
        if case .text(let text) = input {
            let inputEnd = inputEnd
            onOwnThread {
                inputEnd.write(Array(text.utf8))
                inputEnd.close()
            }
        }
    }

    deinit {
        if transcript.value.exitCode == nil { Glibc.kill(pid, SIGKILL) }
        inputEnd.close()
    }

    // MARK: - What it says

    package var output: String { transcript.value.outputText }
    package var errors: String { transcript.value.errorText }

    /// - Returns: `false` if it did not say so in time, or ended before.
    package func says(_ text: String, within timeout: Duration = .seconds(30)) async -> Bool {
        _ = await transcript.wait(within: timeout) { $0.outputText.contains(text) || $0.isOver }
        return output.contains(text)
    }

    /// - Returns: `false` if it did not complain so in time, or ended before.
    package func complains(_ text: String, within timeout: Duration = .seconds(30)) async -> Bool {
        _ = await transcript.wait(within: timeout) { $0.errorText.contains(text) || $0.isOver }
        return errors.contains(text)
    }

    /// Blocks the thread until it has said so: for the scripts of a server.
    package func saysOnThread(_ text: String) -> Bool {
        _ = transcript.waitOnThread { $0.outputText.contains(text) || $0.isOver }
        return output.contains(text)
    }

    /// Waits until it has ended and everything it said was read.
    ///
    /// - Throws: ``StillRunning`` if it did not in time; it is killed then.
    package func end(within timeout: Duration = .seconds(60)) async throws -> Transcript {
        guard await transcript.wait(within: timeout, until: { $0.isOver }) else {
            let told = transcript.value
            Glibc.kill(pid, SIGKILL)
            throw StillRunning(output: told.outputText, errors: told.errorText)
        }
        return transcript.value
    }

    /// Waits until the process is gone; what it started may still hold its streams open.
    package func exitCode(within timeout: Duration = .seconds(60)) async -> Int32? {
        _ = await transcript.wait(within: timeout) { $0.exitCode != nil }
        return transcript.value.exitCode
    }

    package struct StillRunning: Error, CustomStringConvertible {
        let output: String
        let errors: String
        package var description: String { "it did not end. It said:\n\(output)\nand complained:\n\(errors)" }
    }

    // MARK: - What it is told

    package func signal(_ number: Int32) {
        if transcript.value.exitCode == nil { Glibc.kill(pid, number) }
    }

    package func type(_ text: String) { inputEnd.write(Array(text.utf8)) }

    package func closeInput() { inputEnd.close() }

    /// Waits until it reads its terminal key by key, as an editor of lines does: until then the system still edits lines
    /// itself and makes a signal of Ctrl-C.
    package func readsKeys(within timeout: Duration = .seconds(30)) async -> Bool {
        let deadline = ContinuousClock.now + timeout
        while ContinuousClock.now < deadline, !transcript.value.isOver {
            var settings = termios()
            if tcgetattr(inputEnd.number, &settings) == 0, settings.c_lflag & tcflag_t(ICANON) == 0 { return true }
            await Task.yield()
        }
        return false
    }

    /// Gives its terminal another size, of which the system tells it by SIGWINCH.
    package func resize(columns: UInt16, rows: UInt16) {
        var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(inputEnd.number, UInt(TIOCSWINSZ), &size)
    }

    // MARK: - The system

    /// A child and our ends of its streams.
    private struct Started {
        let pid: pid_t
        let inputEnd: OwnedDescriptor
        let readEnds: [(descriptor: Int32, stream: Stream)]

        init(
            _ program: String, _ arguments: [String], _ environment: [String: String], _ input: Input, terminal: Bool
        ) throws {
            var actions = posix_spawn_file_actions_t()
            posix_spawn_file_actions_init(&actions)
            defer { posix_spawn_file_actions_destroy(&actions) }
            var flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
            var childEnds: [Int32]
            if terminal {
                let pair = try PseudoTerminal.open()
                // POSIX_SPAWN_SETSID of <spawn.h>: opening the terminal in a new session makes it the session's own.
                flags |= 0x80
                posix_spawn_file_actions_addopen(&actions, 0, pair.name, O_RDWR, 0)
                posix_spawn_file_actions_adddup2(&actions, 0, 1)
                posix_spawn_file_actions_adddup2(&actions, 0, 2)
                inputEnd = OwnedDescriptor(dup(pair.master))
                _ = fcntl(inputEnd.number, F_SETFD, FD_CLOEXEC)
                // Held open here until the child has it, so that the reader sees no end before.
                childEnds = [pair.slave]
                readEnds = [(pair.master, .output)]
            } else {
                let (outputRead, outputWrite) = try RunningProgram.pipeEnds()
                let (errorsRead, errorsWrite) = try RunningProgram.pipeEnds()
                posix_spawn_file_actions_adddup2(&actions, outputWrite, 1)
                posix_spawn_file_actions_adddup2(&actions, errorsWrite, 2)
                childEnds = [outputWrite, errorsWrite]
                readEnds = [(outputRead, .output), (errorsRead, .errors)]
                if case .nothing = input {
                    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
                    inputEnd = OwnedDescriptor(-1)
                } else {
                    let (read, write) = try RunningProgram.pipeEnds()
                    posix_spawn_file_actions_adddup2(&actions, read, 0)
                    childEnds.append(read)
                    inputEnd = OwnedDescriptor(write)
                }
            }
            defer { for end in childEnds { Glibc.close(end) } }
            do {
                pid = try RunningProgram.spawn(program, arguments, environment, &actions, flags: flags)
            } catch {
                for end in readEnds { Glibc.close(end.descriptor) }
                throw error
            }
        }
    }

    /// Held while pipes are made and a child is started: between a pipe's making and its mark "closed on exec" another
    /// child would inherit it, and its reader would wait for that child's end too.
    private static let startLock = Mutex(())

    private static func spawn(
        _ program: String, _ arguments: [String], _ environment: [String: String],
        _ actions: inout posix_spawn_file_actions_t, flags: Int32
    ) throws -> pid_t {
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
        posix_spawnattr_setflags(&attributes, Int16(flags))
        let words = ([program] + arguments).map { strdup($0) } + [nil]
        let variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for word in words + variables { free(word) } }
        var pid = pid_t()
        let code = posix_spawn(&pid, program, &actions, &attributes, words, variables)
        guard code == 0 else { throw SystemRefusal(call: "posix_spawn \(program)", code: code) }
        return pid
    }

    /// A program that ends without reading its input must not end the test.
    private static let ignoreBrokenPipes: Void = { _ = Glibc.signal(SIGPIPE, SIG_IGN) }()

    private static func pipeEnds() throws -> (read: Int32, write: Int32) {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw SystemRefusal(call: "pipe", code: errno) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }

    private static func drain(
        _ descriptor: Int32, into transcript: Watched<Transcript>, _ stream: Stream
    ) {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            if count > 0 {
                let piece = buffer.prefix(count)
                transcript.change { transcript in
                    switch stream {
                    case .output: transcript.output += piece
                    case .errors: transcript.errors += piece
                    }
                }
            } else if count == 0 || errno != EINTR {
                break  // a terminal whose last holder left gives EIO
            }
        }
        Glibc.close(descriptor)
        transcript.change { $0.openStreams -= 1 }
    }
}

/// Why the operating system would not.
package struct SystemRefusal: Error, CustomStringConvertible {
    let call: String
    let code: Int32
    package var description: String { "\(call): \(String(cString: strerror(code)))" }
}
