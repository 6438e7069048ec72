package import Conversations
import Foundation

/// What was said on the command line; nil where it was not.
package struct SettingsFlags: Sendable, Hashable {
    package var config: String?
    package var vault: String?
    /// `-u`
    package var upstream: String?
    /// `-m`
    package var model: String?
    /// `--context`
    package var context: String?

    package init(
        config: String? = nil, vault: String? = nil, upstream: String? = nil, model: String? = nil,
        context: String? = nil
    ) {
        self.config = config
        self.vault = vault
        self.upstream = upstream
        self.model = model
        self.context = context
    }
}

/// The configuration, read once at the program's edge. What is given twice holds as: flag, else environment, else file,
/// else default; each setting remembers which it was.
package struct Settings: Sendable {
    /// Where a setting's value came from.
    package enum Source: Sendable, Hashable {
        /// `-m`
        case flag(String)
        /// A variable's name.
        case environment(String)
        case file(String, line: Int?)
        /// What Diwan does unless told otherwise.
        case standard
    }

    package struct Setting<Value: Sendable & Hashable>: Sendable, Hashable {
        package var value: Value
        package var source: Source
    }

    package let configurationFile: Setting<String>
    /// Whether there is a file there.
    package let hasConfigurationFile: Bool
    package let vaultFile: Setting<String>
    /// Nil: the first usable one.
    package let upstream: Setting<String?>
    /// Nil: the upstream's own.
    package let model: Setting<String?>
    package let contextMode: Setting<ContextMode>
    package let keepEvents: Setting<Bool>
    package let keepBodies: Setting<KeepBodies>
    package let paths: SettingsPaths
    /// What the file alone says.
    package let file: ConfigurationFile
    /// For keys, which are read when they are needed and not before.
    package let environment: [String: String]
}

extension Settings {
    /// The upstreams that can be named, as their key files lie there now. Most commands ask none, so the table of
    /// built-in ones is read when this is asked for the first time.
    package var upstreams: UpstreamDirectory {
        UpstreamDirectory(configured: file.upstreams, keysFolder: paths.keysFolder)
    }

    /// What is known of models. The shipped table is read when this is asked for the first time.
    package var models: ModelCatalogue { ModelCatalogue.shipped.adding(file.models) }

    /// Reads the configuration.
    ///
    /// - Parameters:
    ///   - flags: what was said on the command line.
    ///   - environment: the process's variables.
    ///   - home: the home folder, an absolute path.
    ///   - isFileNeeded: whether a file that was named by hand must be there; `config set` makes it.
    /// - Returns: the settings, each with its source.
    /// - Throws: ``SettingsError``: a file that cannot be read or is wrong, a flag or variable with a wrong value.
    package static func read(
        flags: SettingsFlags, environment: [String: String], home: String, isFileNeeded: Bool = true
    ) throws(SettingsError) -> Settings {
        let paths = SettingsPaths(environment: environment, home: home)
        func given(_ flag: String?, _ name: String, _ variable: String?) -> Setting<String>? {
            if let flag { return Setting(value: flag, source: .flag(name)) }
            if let variable, let value = environment[variable], !value.isEmpty {
                return Setting(value: value, source: .environment(variable))
            }
            return nil
        }
        let named = given(flags.config, "--config", "DIWAN_CONFIG")
        let configuration = named ?? Setting(value: paths.configurationFile, source: .standard)
        let read = try ConfigurationFile.read(configuration.value, home: home)
        if read == nil, named != nil, isFileNeeded {
            throw SettingsError(
                .unreadableFile,
                "there is no configuration file \(configuration.value). Name another, or make it: diwan config edit")
        }
        let file = read ?? ConfigurationFile()

        func setting<Value>(_ fromFile: Value?, _ key: String, else standard: Value) -> Setting<Value> {
            guard let fromFile else { return Setting(value: standard, source: .standard) }
            return Setting(value: fromFile, source: .file(configuration.value, line: file.lines[key]))
        }
        func optional(_ given: Setting<String>?, _ fromFile: String?, _ key: String) -> Setting<String?> {
            if let given { return Setting(value: given.value, source: given.source) }
            return setting(fromFile.map(Optional.some), key, else: nil)
        }
        var contextMode = setting(file.contextMode, "context.default", else: ContextMode.auto)
        if let words = flags.context {
            guard let mode = ContextMode(words) else {
                throw SettingsError(.badValue, "--context must be \(ConfigurationFile.contextModes), not \(words).")
            }
            contextMode = Setting(value: mode, source: .flag("--context"))
        }
        return Settings(
            configurationFile: configuration, hasConfigurationFile: read != nil,
            vaultFile: given(flags.vault, "--vault", "DIWAN_VAULT")
                ?? setting(file.vault, "vault", else: paths.vaultFile),
            upstream: optional(given(flags.upstream, "-u", "DIWAN_UPSTREAM"), file.upstream, "upstream"),
            model: optional(given(flags.model, "-m", "DIWAN_MODEL"), file.model, "model"),
            contextMode: contextMode,
            keepEvents: setting(file.keepEvents, "keep_events", else: false),
            keepBodies: setting(file.keepBodies, "keep_bodies", else: .forever),
            paths: paths, file: file, environment: environment)
    }
}
