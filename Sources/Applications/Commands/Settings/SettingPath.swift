/// A setting's place in the configuration file, as `config get` and `config set` name it: `model`,
/// `upstreams.work.timeouts.connect`, `models.gpt-4.1.window`.
struct SettingPath: Hashable {
    /// What a setting's value must be.
    enum Kind: Hashable {
        case text, bool, integer, number
        /// A text, or a list of texts.
        case texts
    }

    let keys: [String]
    let kind: Kind

    private static let top: [String: Kind] = [
        "vault": .text, "upstream": .text, "model": .text, "keep_events": .bool, "keep_bodies": .text,
    ]
    private static let upstream: [String: Kind] = [
        "url": .text, "dialect": .text, "key_env": .texts, "key_command": .text, "model": .text, "retries": .integer,
        "ca_file": .text, "start": .text, "store": .bool, "timeouts.connect": .number, "timeouts.first_byte": .number,
        "timeouts.idle": .number, "timeouts.total": .number,
    ]
    private static let model: [String: Kind] = [
        "window": .integer, "longest_answer": .integer, "input": .texts, "price.input": .number,
        "price.output": .number,
        "price.cached": .number, "price.currency": .text, "price.date": .text,
    ]

    private static let service: [String: Kind] = [
        "host": .text, "port": .integer, "socket": .text, "require_key": .bool, "on_disconnect": .text,
        "origins": .texts, "hosts": .texts, "grace": .number, "limits.body": .integer, "limits.runs": .integer,
        "limits.requests_per_minute": .integer, "limits.idle": .number, "limits.body_seconds": .number,
        "limits.messages": .integer,
    ]

    /// - Throws: ``SettingsError/Code/unknownSetting`` with what was probably meant.
    init(_ text: String) throws(SettingsError) {
        if let kind = Self.top[text] {
            (keys, self.kind) = ([text], kind)
            return
        }
        if text == "context.default" {
            (keys, kind) = (["context", "default"], .text)
            return
        }
        if text.hasPrefix("serve.") {
            let field = String(text.dropFirst("serve.".count))
            guard let kind = Self.service[field] else {
                throw SettingsError(
                    .unknownSetting,
                    "there is no setting \(text). serve has: \(Self.service.keys.sorted().joined(separator: ", "))")
            }
            (keys, self.kind) = (["serve"] + field.split(separator: ".").map(String.init), kind)
            return
        }
        for (group, fields) in [("upstreams", Self.upstream), ("models", Self.model)] where text.hasPrefix(group + ".")
        {
            let rest = text.dropFirst(group.count + 1)
            // A model's name has dots of its own, so it is whatever stands before a known field.
            for (field, kind) in fields where rest.hasSuffix("." + field) {
                let name = Self.unquoted(rest.dropLast(field.count + 1))
                guard !name.isEmpty, group == "models" || UpstreamName.isValid(name) else { continue }
                (keys, self.kind) = ([group, name] + field.split(separator: ".").map(String.init), kind)
                return
            }
            throw SettingsError(
                .unknownSetting,
                "there is no setting \(text). \(group).NAME has: \(fields.keys.sorted().joined(separator: ", "))")
        }
        let all = Self.top.keys.sorted() + ["context.default"]
        let nearest = NearestNames.of(text, among: all, limit: 1).first
        throw SettingsError(
            .unknownSetting,
            "there is no setting \(text). \(nearest.map { "Did you mean \($0)?" } ?? "There are: \(all.joined(separator: ", ")), upstreams.NAME.…, models.NAME.…, serve.…")"
        )
    }

    private static func unquoted(_ name: Substring) -> String {
        guard name.count >= 2, let quote = name.first, quote == "\"" || quote == "'", name.last == quote else {
            return String(name)
        }
        return String(name.dropFirst().dropLast())
    }

    /// A value as a person types it, made one of the setting's kind.
    ///
    /// - Throws: ``SettingsError/Code/badValue``.
    func value(_ text: String) throws(SettingsError) -> ConfigurationValue {
        switch kind {
        case .text: return .string(text)
        case .texts:
            let names = text.split(separator: ",").map { String($0).trimming(" ") }
            return names.count == 1 ? .string(names[0]) : .array(names.map { .string($0) })
        case .bool:
            switch text {
            case "true", "yes", "on": return .bool(true)
            case "false", "no", "off": return .bool(false)
            default: throw SettingsError(.badValue, "\(keys.joined(separator: ".")) is true or false, not \(text).")
            }
        case .integer:
            guard let integer = Int(text) else {
                throw SettingsError(.badValue, "\(keys.joined(separator: ".")) is an integer, not \(text).")
            }
            return .integer(integer)
        case .number:
            if let integer = Int(text) { return .integer(integer) }
            guard let number = Double(text), number.isFinite else {
                throw SettingsError(.badValue, "\(keys.joined(separator: ".")) is a number, not \(text).")
            }
            return .number(number)
        }
    }
}

extension String {
    fileprivate func trimming(_ character: Character) -> String {
        var rest = self[...]
        while rest.first == character { rest.removeFirst() }
        while rest.last == character { rest.removeLast() }
        return String(rest)
    }
}
