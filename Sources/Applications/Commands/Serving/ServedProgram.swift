import ArgumentParser
import Conversations
import Dispatch
import Foundation
import ModelUpstream
import Synchronization

/// A program that is started with the service's address, and with which the service ends.
final class ServedProgram: Sendable {
    private let command: [String]
    private let environment: [String: String]
    private let key: String
    private let outcome = Mutex<Result<Int32, CommandFailure>?>(nil)

    /// What it is called in the vault: its file's name.
    let name: String

    init(_ command: [String], environment: [String: String]) {
        self.command = command
        self.environment = environment
        key = ProgramSecret.make()
        let file = command[0].split(separator: "/").last.map(String.init) ?? command[0]
        let plain = file.unicodeScalars.filter {
            $0.isASCII && ($0.properties.isAlphabetic || "0123456789-_.".unicodeScalars.contains($0))
        }
        name = plain.isEmpty ? "program" : String(String.UnicodeScalarView(plain.prefix(64)))
    }

    var digest: KeyDigest { KeyDigest(of: key) }

    /// Starts it and waits until it has ended; the signals that should end us end it.
    func run(baseURL: String) async throws {
        var variables = environment
        variables["OPENAI_BASE_URL"] = baseURL
        variables["OPENAI_API_KEY"] = key
        // What older clients read.
        variables["OPENAI_API_BASE"] = baseURL
        let child: ChildProcess
        do {
            child = try ChildProcess(command[0], Array(command.dropFirst()), isFound: true, environment: variables)
        } catch {
            let failure = CommandFailure(
                error.code == ENOENT ? .noSuch : .failed, code: "no_program",
                "\(command[0]) cannot be started: \(error). Check its name and that it may be run.")
            outcome.withLock { $0 = .failure(failure) }
            return
        }
        let signals = PassedSignals(to: child)
        let code = await withCheckedContinuation { continuation in
            // It may run for days: not on a thread that others wait for.
            Thread.detachNewThread { continuation.resume(returning: child.waitForExit()) }
        }
        signals.stop()
        outcome.withLock { $0 = .success(code) }
    }

    /// Ends the command as the program has ended.
    func end() throws {
        switch outcome.withLock({ $0 }) {
        case .success(0): return
        case .success(let code): throw ExitCode(code)
        case .failure(let failure): throw failure
        case nil: throw CommandFailure(.failed, code: "no_program", "\(command[0]) was not started.")
        }
    }
}

/// Passes on the signals that ask a program to end.
private final class PassedSignals {
    private let sources: [any DispatchSourceSignal]

    init(to child: ChildProcess) {
        let queue = DispatchQueue(label: "serve.signals")
        sources = [SIGINT, SIGTERM, SIGHUP, SIGQUIT].map { number in
            // The source sees the signal only if its usual effect is off.
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler {
                // Ctrl-C goes to every program in front at the terminal: it has had this one already.
                let isTyped = (number == SIGINT || number == SIGQUIT) && tcgetpgrp(STDIN_FILENO) == getpgrp()
                if !isTyped { child.send(number) }
            }
            source.resume()
            return source
        }
    }

    func stop() {
        for source in sources { source.cancel() }
    }
}
