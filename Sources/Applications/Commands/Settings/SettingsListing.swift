import ConversationService
import Conversations
import HTTPTransport
import ModelUpstream

/// One line of `diwan config`: a setting, its value, and where that came from. Keys are never among the values.
package struct ListedSetting: Sendable, Hashable {
    package var name: String
    /// Nil where there is none.
    package var value: String?
    package var source: Settings.Source
}

extension Settings.Source: CustomStringConvertible {
    package var description: String {
        switch self {
        case .flag(let name): name
        case .environment(let name): name
        case .file(let file, let line): file + (line.map { ":\($0)" } ?? "")
        case .standard: "default"
        }
    }
}

extension Settings {
    /// Every setting that holds for everything, then what is configured of upstreams and models.
    package var listed: [ListedSetting] {
        var lines = [
            ListedSetting(name: "config", value: configurationFile.value, source: configurationFile.source),
            ListedSetting(name: "vault", value: vaultFile.value, source: vaultFile.source),
            ListedSetting(name: "upstream", value: upstream.value, source: upstream.source),
            ListedSetting(name: "model", value: model.value, source: model.source),
            ListedSetting(name: "context.default", value: contextMode.value.description, source: contextMode.source),
            ListedSetting(name: "keep_events", value: String(keepEvents.value), source: keepEvents.source),
            ListedSetting(name: "keep_bodies", value: keepBodies.value.description, source: keepBodies.source),
        ]
        lines += file.service.listed.map { name, value in
            let source = Source.file(configurationFile.value, line: file.lines["serve"])
            return ListedSetting(name: "serve.\(name)", value: value, source: source)
        }
        for configured in file.upstreams {
            guard let entry = upstreams[name: configured.name] else { continue }
            lines += self.lines(of: entry, configured)
        }
        for model in file.models {
            let source = Source.file(configurationFile.value, line: model.line)
            let name = "models." + TOMLText.key(model.name)
            func add(_ field: String, _ value: String?) {
                if let value { lines.append(ListedSetting(name: "\(name).\(field)", value: value, source: source)) }
            }
            add("window", model.window.map(String.init))
            add("longest_answer", model.longestAnswer.map(String.init))
            add("input", model.input.map { $0.sorted().joined(separator: ", ") })
            add("price", model.price.map { "\($0.rates.input) in, \($0.rates.output) out (\($0.currency) a million)" })
        }
        return lines
    }

    /// Where an upstream's key would come from now, and whether it is there; never the key.
    package func keyPlace(of entry: UpstreamDirectory.Entry) -> String {
        switch entry.upstream.key {
        case .none: return "none needed"
        case .command: return "key_command"
        case .file(let path): return path
        case .environment(let names), .fileOrEnvironment(_, let names):
            if entry.hasKeyFile { return entry.keyFile.path }
            let set = names.first { !(environment[$0] ?? "").isEmpty }
            return set.map { "\($0) (set)" } ?? "\(names.first ?? "") (not set)"
        }
    }

    private func lines(of entry: UpstreamDirectory.Entry, _ configured: ConfiguredUpstream) -> [ListedSetting] {
        let (upstream, file) = (entry.upstream, Source.file(configurationFile.value, line: configured.line))
        var lines: [ListedSetting] = []
        func add(_ field: String, _ value: String?, _ isConfigured: Bool) {
            guard let value else { return }
            lines.append(
                ListedSetting(
                    name: "upstreams.\(upstream.name).\(field)", value: value, source: isConfigured ? file : .standard))
        }
        func seconds(_ duration: Duration?) -> String? {
            guard let duration else { return nil }
            let seconds = duration / .seconds(1)
            return Int(exactly: seconds).map(String.init) ?? String(seconds)
        }
        add("url", upstream.url, configured.url != nil)
        add("dialect", upstream.dialect.rawValue, configured.dialect != nil)
        add("key", keyPlace(of: entry), configured.keyEnvironment != nil || configured.keyCommand != nil)
        add("model", upstream.model, configured.model != nil)
        add("timeouts.connect", seconds(upstream.deadlines.connect), configured.deadlines.connect != nil)
        add("timeouts.first_byte", seconds(upstream.deadlines.firstByte), configured.deadlines.firstByte != nil)
        add("timeouts.idle", seconds(upstream.deadlines.idle), configured.deadlines.idle != nil)
        add("timeouts.total", seconds(upstream.deadlines.total), configured.deadlines.total != nil)
        add("retries", String(upstream.retries), configured.retries != nil)
        add("ca_file", upstream.caFile, configured.caFile != nil)
        add("start", upstream.start, configured.start != nil)
        add("store", String(upstream.storesAnswers), configured.storesAnswers != nil)
        return lines
    }
}
