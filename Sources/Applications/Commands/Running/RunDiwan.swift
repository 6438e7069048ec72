import ArgumentParser
import Foundation
import OrderedJSON

/// Runs the command line with the process's own arguments and ends the process with the command's exit code.
package func runDiwan() async -> Never {
    // A reader that goes away is seen where we write, not as a signal that ends us in the middle of an answer.
    signal(SIGPIPE, SIG_IGN)
    let words = Array(CommandLine.arguments.dropFirst())
    if let command = DiwanCommand.plain(words) {
        do {
            try await command.look()
        } catch {
            end(with: error, arguments: words)
        }
        end()
    }
    let arguments = DiwanCommand.arranged(words)
    var command: any ParsableCommand
    do {
        command = try DiwanCommand.parseAsRoot(arguments)
    } catch {
        exit(refused(error, arguments: arguments))
    }
    do {
        if var asynchronous = command as? any AsyncParsableCommand {
            try await asynchronous.run()
        } else {
            try command.run()
        }
    } catch {
        end(with: error, arguments: arguments)
    }
    end()
}

private func end() -> Never {
    OpenVaults.closeAll()
    exit(0)
}

private func end(with error: any Error, arguments: [String]) -> Never {
    let code = failed(error, printsJSON: arguments.contains { $0 == "--json" || $0 == "-j" })
    OpenVaults.closeAll()
    exit(code)
}

/// Help that was asked for goes to standard output; arguments that cannot be read are one line on standard error.
private func refused(_ error: any Error, arguments: [String]) -> Int32 {
    guard DiwanCommand.exitCode(for: error) != .success else {
        print(DiwanCommand.fullMessage(for: error))
        return 0
    }
    if let verb = arguments.first, !verb.hasPrefix("-"), !DiwanCommand.verbs.contains(verb) {
        let nearest = NearestNames.of(verb, among: DiwanCommand.verbs, limit: 1).first
        let hint = nearest.map { " Did you mean: diwan \($0)?" } ?? ""
        return failed(
            CommandFailure.usage("there is no command \"\(verb)\".\(hint) All: diwan --help"),
            printsJSON: arguments.contains { $0 == "--json" || $0 == "-j" })
    }
    let message = DiwanCommand.message(for: error)
    let failure = CommandFailure.usage("\(message). See: diwan \(helpPath(arguments))--help")
    return failed(failure, printsJSON: arguments.contains { $0 == "--json" || $0 == "-j" })
}

private func helpPath(_ arguments: [String]) -> String {
    guard let verb = arguments.first, !verb.hasPrefix("-"),
        DiwanCommand.verbs.contains(verb)
    else { return "" }
    return verb + " "
}

private func failed(_ error: any Error, printsJSON: Bool) -> Int32 {
    if let code = error as? ExitCode { return code.rawValue }
    if DiwanCommand.exitCode(for: error) == .success {
        print(DiwanCommand.fullMessage(for: error))
        return 0
    }
    let failure = CommandFailure(error)
    let line = printsJSON ? failure.json.text() : "diwan: \(failure.message)"
    FileHandle.standardError.write(Data((line + "\n").utf8))
    return failure.exit.rawValue
}
