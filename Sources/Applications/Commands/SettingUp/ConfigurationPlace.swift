import Foundation

/// Where the configuration file lies, found without reading it: what mends a broken file must not need a whole one.
struct ConfigurationPlace {
    let file: String
    let paths: SettingsPaths
    private let home: String

    init(_ options: EverywhereOptions, environment: [String: String] = ProcessInfo.processInfo.environment) {
        home = environment["HOME"] ?? NSHomeDirectory()
        paths = SettingsPaths(environment: environment, home: home)
        let named = options.config ?? environment["DIWAN_CONFIG"].flatMap { $0.isEmpty ? nil : $0 }
        file = named ?? paths.configurationFile
    }

    var editor: ConfigurationEditor { ConfigurationEditor(file: file, home: home) }

    /// The file as people write it: `~` for their home.
    var shownFile: String { shown(file) }

    /// A path as people write it.
    func shown(_ path: String) -> String {
        home.count > 1 && path.hasPrefix(home + "/") ? "~" + path.dropFirst(home.count) : path
    }
}
