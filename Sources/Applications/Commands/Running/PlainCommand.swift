import ArgumentParser

/// A command that understands its usual arguments without the parser library.
///
/// The library learns a command's options by reflection, after it has looked the same way whether a shell asks for a
/// completion script: three milliseconds, as long as all else that looking at a vault takes. What is said plainly is
/// understood here: options that are known, each with its value in a word of its own, and the words the command takes.
/// For all the rest the library is asked, so that help is written, and mistakes are told, in one place.
protocol PlainCommand: AsyncParsableCommand {
    /// The command as it is without any argument, every property set.
    static var withoutArguments: Self { get }

    var common: EverywhereOptions { get set }

    /// Takes an option, with its value where it has one; false where the command has none of that name or the value does
    /// not fit.
    mutating func take(option: String, value: () -> String?) -> Bool

    /// Takes the words that are no options; false where they are too many, or none the command knows.
    mutating func take(words: [String]) -> Bool

    /// What the command does, on the thread it is called on: the parser library's `run()` would be started on another,
    /// and to make two threads takes as long as to read a list.
    func look() async throws
}

extension PlainCommand {
    func run() async throws { try await look() }
}

extension PlainCommand {
    /// - Parameter arguments: what stands after the command's name.
    /// - Returns: nil where the library has to be asked.
    static func plain(_ arguments: ArraySlice<String>) -> Self? {
        var command = withoutArguments
        var words: [String] = []
        var rest = arguments
        while let argument = rest.popFirst() {
            if argument == "--" {
                words += rest
                break
            }
            guard !argument.isEmpty else { return nil }
            guard argument.hasPrefix("-") else {
                words.append(argument)
                continue
            }
            func value() -> String? {
                // Whether a word with a dash, or an empty one, is a value is the library's to judge.
                guard let value = rest.popFirst(), !value.isEmpty, !value.hasPrefix("-") else { return nil }
                return value
            }
            guard
                command.common.take(option: argument, value: value) || command.take(option: argument, value: value)
            else { return nil }
        }
        return command.take(words: words) ? command : nil
    }
}

extension EverywhereOptions {
    /// None of them given.
    static var none: EverywhereOptions {
        var options = EverywhereOptions()
        (options.vault, options.config, options.json, options.quiet) = (nil, nil, false, false)
        return options
    }

    fileprivate mutating func take(option: String, value: () -> String?) -> Bool {
        switch option {
        case "-j", "--json": json = true
        case "-q", "--quiet": quiet = true
        case "--vault":
            vault = value()
            return vault != nil
        case "--config":
            config = value()
            return config != nil
        default: return false
        }
        return true
    }
}
