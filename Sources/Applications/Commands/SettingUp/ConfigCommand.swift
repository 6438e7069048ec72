import ArgumentParser
import Foundation
import OrderedJSON

/// `diwan config`: every setting with where it came from, and what reads and changes one.
struct ConfigCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Every setting, its value and where that came from; get, set, edit one.",
        discussion: "A flag comes before a variable, a variable before the file, the file before the default.",
        subcommands: [ConfigShow.self, ConfigGet.self, ConfigSet.self, ConfigEdit.self, ConfigPath.self],
        defaultSubcommand: ConfigShow.self)
}

struct ConfigShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Every setting, its value and where that came from.")

    @OptionGroup(title: "Everywhere") var common: EverywhereOptions

    func run() async throws {
        let context = try CommandContext(common, isFileNeeded: false)
        let listed = context.settings.listed
        if common.json {
            for setting in listed { context.console.json(setting.json) }
            return
        }
        let style = context.console.style
        let names = listed.map { TerminalText.columns(of: $0.name) }.max() ?? 0
        let values = listed.map { TerminalText.columns(of: $0.shownValue) }.max() ?? 0
        for setting in listed {
            let name = TerminalText.padded(setting.name, to: names)
            let value = TerminalText.padded(setting.shownValue, to: min(values, 40))
            let source = style.dim(TerminalText.sanitizedLine(setting.shownSource))
            // What somebody set stands out from what is so by itself.
            let isSet = setting.source != .standard
            context.console.line((isSet ? "\(name)  \(value)" : style.dim("\(name)  \(value)")) + "  " + source)
        }
        if !context.settings.hasConfigurationFile {
            context.console.note(
                "There is no configuration file yet. Make it: diwan config set NAME VALUE, or: diwan config edit")
        }
    }
}

struct ConfigGet: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get", abstract: "The value that a setting has now.")

    @Argument(
        help: ArgumentHelp("Which: model, upstreams.work.timeouts.connect, models.gpt-4.1.window.", valueName: "name"))
    var name: String

    @OptionGroup(title: "Everywhere") var common: EverywhereOptions

    func run() async throws {
        let context = try CommandContext(common, isFileNeeded: false)
        let place = ConfigurationPlace(common, environment: context.environment)
        // What holds now, which is not always what the file says; then what the file alone has a name for.
        var setting = context.settings.listed.first { $0.name == name }
        if setting == nil, let value = try place.editor.get(name) {
            setting = ListedSetting(
                name: name, value: value, source: .file(context.settings.configurationFile.value, line: nil))
        }
        guard let setting, let value = setting.value else {
            throw CommandFailure(.failed, code: "not_set", "\(name) is not set. Set it: diwan config set \(name) VALUE")
        }
        if common.json { context.console.json(setting.json) } else { context.console.line(value) }
    }
}

struct ConfigSet: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set", abstract: "Writes a setting into the file; the rest of the file stays as it is.",
        discussion: "diwan config set model gpt-5-mini    diwan config set --unset model")

    @Argument(
        help: ArgumentHelp("Which: model, upstreams.work.timeouts.connect, models.gpt-4.1.window.", valueName: "name"))
    var name: String

    @Argument(help: "What it is from now on.")
    var value: String?

    @Flag(help: "Take the setting out of the file.")
    var unset = false

    @OptionGroup(title: "Everywhere") var common: EverywhereOptions

    func run() async throws {
        // Settings that cannot be read are said first: what they would become could not be checked.
        let before = try CommandContext(common, isFileNeeded: false)
        let place = ConfigurationPlace(common, environment: before.environment)
        if unset {
            guard value == nil else { throw CommandFailure.usage("--unset takes no value. Nothing was changed.") }
            guard try place.editor.unset(name) else {
                throw CommandFailure(
                    .failed, code: "not_set", "\(place.shownFile) says nothing of \(name). Nothing was changed.")
            }
        } else {
            guard let value else {
                throw CommandFailure.usage(
                    "a value is missing: diwan config set \(name) VALUE, or: diwan config set --unset \(name)")
            }
            try place.editor.set(name, to: value)
        }
        let after = try CommandContext(common, isFileNeeded: false)
        let setting = after.settings.listed.first { $0.name == name }
        if common.json {
            let stored = ListedSetting(
                name: name, value: unset ? nil : value, source: .file(after.settings.configurationFile.value, line: nil)
            )
            after.console.json((setting ?? stored).json)
            return
        }
        after.console.note(
            unset ? "\(name) is out of \(place.shownFile)." : "\(name) is written into \(place.shownFile).")
        if let setting, case .environment(let variable) = setting.source {
            after.console.note(
                "\(variable) is set and comes before the file: \(name) is \(setting.shownValue) until it is gone.")
        }
        if name == "upstream", let value, after.settings.upstreams[name: value] == nil {
            after.console.note("There is no upstream \(value) yet: diwan upstreams add \(value) URL")
        }
    }
}

struct ConfigEdit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "edit", abstract: "Opens the file in your editor ($VISUAL or $EDITOR) and checks it afterwards.")

    @OptionGroup(title: "Everywhere") var common: EverywhereOptions

    func run() async throws {
        let place = ConfigurationPlace(common)
        try place.editor.makeFile()
        try PersonsEditor(environment: ProcessInfo.processInfo.environment).open(place.file)
        // Throws what is wrong, with the file and the line.
        try place.editor.check()
        Console(environment: ProcessInfo.processInfo.environment, isQuiet: common.quiet, printsJSON: common.json)
            .note("\(place.shownFile) is in order.")
    }
}

struct ConfigPath: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "path", abstract: "Where the file lies, whether it is there or not.")

    @OptionGroup(title: "Everywhere") var common: EverywhereOptions

    func run() async throws {
        let place = ConfigurationPlace(common)
        let console = Console(
            environment: ProcessInfo.processInfo.environment, isQuiet: common.quiet, printsJSON: common.json)
        if common.json {
            console.json(["object": "path", "path": .string(place.file)])
        } else {
            console.line(place.file)
        }
    }
}
