import ConversationService
import Conversations
import ModelUpstream
import OrderedJSON

/// The upstreams as they stand: which could be asked now, and which one is asked where nobody says.
struct UpstreamOverview {
    struct Line {
        let entry: UpstreamDirectory.Entry
        /// Where its key is or would be found; never the key.
        let keyPlace: String
        let key: JSON
        let isUsable: Bool
        let isDefault: Bool

        /// What `upstreams --json` prints.
        var json: JSON {
            let upstream = entry.upstream
            return .object([
                "object": "upstream", "id": .string(upstream.name), "name": .string(upstream.name),
                "url": .string(upstream.url), "dialect": .string(upstream.dialect.rawValue),
                "model": .optional(upstream.model), "key": key, "built_in": .bool(entry.isBuiltIn),
                "usable": .bool(isUsable), "default": .bool(isDefault),
            ])
        }
    }

    let lines: [Line]
    /// Why the default is the default; nil where there is none.
    let reason: String?
    /// The model that the default is asked for, where somebody set one.
    let model: String?

    /// What is wrong with what the settings name; nil where nothing is, or nothing is usable yet.
    let problem: SettingsError?

    init(_ settings: Settings, isListening: (Upstream) -> Bool = { LoopbackProbe.isListening($0) }) {
        // Each port is tried once.
        let listening = Dictionary(
            uniqueKeysWithValues: settings.upstreams.entries.filter(\.isFoundByPort)
                .map { ($0.upstream.name, isListening($0.upstream)) })
        var choice: UpstreamChoice?
        var problem: SettingsError?
        do throws(SettingsError) {
            choice = try settings.choose(isListening: { listening[$0.name] ?? false })
        } catch {
            if error.code != .noUpstream { problem = error }
        }
        self.problem = problem
        lines = settings.upstreams.entries.map { entry in
            Self.line(
                entry, settings, isListening: listening[entry.upstream.name],
                isDefault: entry.upstream.name == choice?.upstream.name)
        }
        model = choice?.model
        reason = choice.map { Self.reason($0, settings) }
    }

    static func line(
        _ entry: UpstreamDirectory.Entry, _ settings: Settings, isListening: Bool?, isDefault: Bool
    ) -> Line {
        let isUsable = isListening ?? entry.upstream.key.isAvailable(environment: settings.environment)
        var place = isListening.map { $0 ? "on this machine, listening" : "on this machine, not running" }
        if place == nil, entry.hasKeyFile, entry.upstream.key.mayBeKept { place = "kept by login" }
        return Line(
            entry: entry, keyPlace: place ?? settings.keyPlace(of: entry), key: Self.key(entry, settings),
            isUsable: isUsable, isDefault: isDefault)
    }

    /// Where a key comes from and whether it is there. A command is not run to find out: `found` is then null.
    private static func key(_ entry: UpstreamDirectory.Entry, _ settings: Settings) -> JSON {
        func key(_ source: String?, _ found: Bool?) -> JSON {
            .object([
                "needed": .bool(source != nil), "source": .optional(source), "found": found.map { .bool($0) } ?? .null,
            ])
        }
        switch entry.upstream.key {
        case .none: return key(nil, false)
        case .command: return key("key_command", nil)
        case .file(let path): return key(path, entry.hasKeyFile)
        case .environment(let names), .fileOrEnvironment(_, let names):
            if entry.hasKeyFile, entry.upstream.key.mayBeKept { return key(entry.keyFile.path, true) }
            let set = names.first { !(settings.environment[$0] ?? "").isEmpty }
            return key(set ?? names.first, set != nil)
        }
    }

    private static func reason(_ choice: UpstreamChoice, _ settings: Settings) -> String {
        guard choice.reason == .configured else { return "the first usable one" }
        return settings.upstream.value != nil
            ? "upstream in \(settings.upstream.source)" : "model in \(settings.model.source)"
    }
}

extension KeySource {
    /// Whether a key that `upstreams login` kept is the one that is sent.
    fileprivate var mayBeKept: Bool {
        switch self {
        case .file, .fileOrEnvironment: true
        case .none, .command, .environment: false
        }
    }
}
