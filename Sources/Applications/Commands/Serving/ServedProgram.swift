import ArgumentParser
import Conversations
@preconcurrency import Dispatch
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
        // Before it is started: whoever sees it run may signal us at once.
        let signals = PassedSignals()
        defer { signals.stop() }
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
        signals.pass(to: child)
        let code = await withCheckedContinuation { continuation in
            // It may run for days: not on a thread that others wait for.
            Thread.detachNewThread { continuation.resume(returning: child.waitForExit()) }
        }
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

/// Passes on the signals that ask a program to end; those that come before it runs reach it when it does.
private final class PassedSignals: Sendable {
    private struct State {
        var child: ChildProcess?
        var waiting: [Int32] = []
        var sources: [any DispatchSourceSignal] = []
    }

    private let state = Mutex(State())

    init() {
        let queue = DispatchQueue(label: "serve.signals")
        for number in [SIGINT, SIGTERM, SIGHUP, SIGQUIT] {
            // The source sees the signal only if its usual effect is off.
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler { [weak self] in self?.came(number) }
            source.resume()
            state.withLock { $0.sources.append(source) }
        }
    }

    func pass(to child: ChildProcess) {
        let waiting = state.withLock { state in
            state.child = child
            defer { state.waiting = [] }
            return state.waiting
        }
        for number in waiting { child.send(number) }
    }

    func stop() {
        for source in state.withLock({ $0.sources }) { source.cancel() }
    }

    private func came(_ number: Int32) {
        // Ctrl-C goes to every program in front at the terminal: it has had this one already.
        if number == SIGINT || number == SIGQUIT, tcgetpgrp(STDIN_FILENO) == getpgrp() { return }
        let child = state.withLock { state in
            if state.child == nil { state.waiting.append(number) }
            return state.child
        }
        child?.send(number)
    }
}
