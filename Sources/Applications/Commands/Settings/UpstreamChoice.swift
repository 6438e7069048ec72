package import ModelUpstream

/// Which upstream a call goes to and which model it asks, and why.
package struct UpstreamChoice: Sendable, Hashable {
    package enum Reason: Sendable, Hashable {
        /// `-u`, or the upstream in `-m UPSTREAM/MODEL`.
        case flag
        /// The thread was asked there before.
        case thread
        /// `DIWAN_UPSTREAM`, `DIWAN_MODEL` or the configuration file.
        case configured
        /// Nobody said: the first usable one, which a vault's first call says.
        case firstUsable
    }

    package let upstream: Upstream
    /// Nil where only the upstream knows what it serves: ask it for its list.
    package let model: String?
    package let reason: Reason
    /// For a person, once: the thread's own model is not asked, and why.
    package let note: String?
}

/// What a thread was asked with last.
package struct ThreadHabit: Sendable, Hashable {
    package var upstream: String?
    package var model: String?

    package init(upstream: String? = nil, model: String? = nil) {
        self.upstream = upstream
        self.model = model
    }
}

extension Settings {
    /// Chooses by the rule of "Which upstream, which model".
    ///
    /// The upstream: `-u`; else the one named in `-m UPSTREAM/MODEL`; else the thread's; else the default, which is
    /// `upstream` as it is set, else the first usable one. The model: `-m`; else the thread's, where its upstream has
    /// it; else the default.
    ///
    /// - Parameters:
    ///   - thread: what the thread was asked with last; nothing for a new one.
    ///   - listed: the names in an upstream's own list of models as far as it is known; nil where it is not.
    ///   - isListening: whether a server on this machine is there, ``LoopbackProbe/isListening(_:patience:)``. It is
    ///     asked last and only if nothing else is usable.
    /// - Returns: the choice; whether its key is there is not looked at where somebody made it.
    /// - Throws: ``SettingsError/Code/unknownUpstream``, ``SettingsError/Code/noUpstream``.
    package func choose(
        for thread: ThreadHabit = ThreadHabit(), listed: (String) -> [String]? = { _ in nil },
        isListening: (Upstream) -> Bool = { LoopbackProbe.isListening($0) }
    ) throws(SettingsError) -> UpstreamChoice {
        if case .flag = upstream.source, let name = upstream.value {
            let upstream = try named(name, upstream.source)
            // With -u the whole of -m is the model: openrouter's own names begin with a vendor's.
            return choice(upstream, .flag, asked: flaggedModel, thread: thread, isDefault: false, listed: listed)
        }
        if let model = flaggedModel, let (name, rest) = split(model) {
            return choice(
                try named(name, self.model.source), .flag, asked: rest, thread: thread, isDefault: false,
                listed: listed)
        }
        if let name = thread.upstream {
            guard let entry = upstreams[name: name] else {
                throw SettingsError(
                    .unknownUpstream,
                    "this thread was asked at \(name), which is not set up here. Ask another: -u NAME (all: diwan upstreams "
                        + "list), or: diwan upstreams add \(name) URL")
            }
            return choice(
                entry.upstream, .thread, asked: flaggedModel, thread: thread,
                isDefault: name == upstream.value, listed: listed)
        }
        if let name = upstream.value {
            return choice(
                try named(name, upstream.source), .configured, asked: flaggedModel, thread: thread, isDefault: true,
                listed: listed)
        }
        if flaggedModel == nil, let model = model.value, let (name, rest) = split(model) {
            return choice(
                try named(name, self.model.source), .configured, asked: rest, thread: thread, isDefault: true,
                listed: listed)
        }
        guard let first = firstUsable(isListening) else { throw Self.nothingToAsk }
        return choice(first, .firstUsable, asked: flaggedModel, thread: thread, isDefault: true, listed: listed)
    }

    /// The first usable upstream: built-in names whose key is there, what the configuration adds, servers on this
    /// machine.
    package func firstUsable(_ isListening: (Upstream) -> Bool) -> Upstream? {
        upstreams.entries.first { isUsable($0, isListening) }?.upstream
    }

    /// Whether an upstream could be asked as things are: its key is there, or it takes none; a server that nobody
    /// configured listens.
    package func isUsable(_ entry: UpstreamDirectory.Entry, _ isListening: (Upstream) -> Bool) -> Bool {
        entry.isFoundByPort
            ? isListening(entry.upstream) : entry.upstream.key.isAvailable(environment: environment)
    }

    /// `UPSTREAM/MODEL` taken apart, where what stands before the first `/` is an upstream's name.
    package func split(_ model: String) -> (upstream: String, model: String)? {
        guard let slash = model.firstIndex(of: "/") else { return nil }
        let name = String(model[..<slash])
        let rest = String(model[model.index(after: slash)...])
        guard !rest.isEmpty, upstreams[name: name] != nil else { return nil }
        return (name, rest)
    }

    private var flaggedModel: String? { if case .flag = model.source { model.value } else { nil } }

    private func named(_ name: String, _ source: Source) throws(SettingsError) -> Upstream {
        if let entry = upstreams[name: name] { return entry.upstream }
        let nearest = NearestNames.of(name, among: upstreams.names, limit: 1).first
        let hint = nearest.map { " Did you mean \($0)?" } ?? ""
        let place: String
        var exitCode: Int32 = 78
        switch source {
        case .flag:
            place = ""
            exitCode = 64
        case .environment(let variable): place = " (\(variable))"
        case .file(let file, let line): place = " (\(file)\(line.map { ":\($0)" } ?? ""))"
        case .standard: place = ""
        }
        throw SettingsError(
            .unknownUpstream,
            "there is no upstream \"\(name)\"\(place).\(hint) All: diwan upstreams list. A new one: "
                + "diwan upstreams add \(name) URL",
            exitCode: exitCode)
    }

    private func choice(
        _ upstream: Upstream, _ reason: UpstreamChoice.Reason, asked: String?, thread: ThreadHabit, isDefault: Bool,
        listed: (String) -> [String]?
    ) -> UpstreamChoice {
        func choice(_ model: String?, _ note: String? = nil) -> UpstreamChoice {
            UpstreamChoice(upstream: upstream, model: model, reason: reason, note: note)
        }
        if let asked { return choice(asked) }
        let usual = usualModel(of: upstream, isDefault: isDefault)
        guard let habit = thread.model else { return choice(usual) }
        let hasIt = listed(upstream.name)?.contains(habit)
        let staysThere = thread.upstream == nil || thread.upstream == upstream.name
        if hasIt ?? staysThere { return choice(habit) }
        guard let usual, usual != habit else { return choice(habit) }
        return choice(
            usual, "\(upstream.name) has no model \(habit), which this thread was asked with; asking \(usual).")
    }

    /// The model that an upstream is asked for where nobody named one. `DIWAN_MODEL` holds for every upstream, the
    /// file's `model` for the default one.
    func usualModel(of upstream: Upstream, isDefault: Bool) -> String? {
        switch model.source {
        case .environment: return model.value
        case .file where isDefault: return model.value
        default: return upstream.model
        }
    }

    private static let nothingToAsk = SettingsError(
        .noUpstream,
        """
        no model to ask yet. Any one of these is enough:
          export ACEDATACLOUD_API_TOKEN=…    a key from platform.acedata.cloud (the default)
          export OPENAI_API_KEY=…            OpenAI
          ollama serve                       a model on this machine: Ollama, LM Studio and llama.cpp are \
        found by themselves
          diwan upstreams add NAME URL       anything else that speaks the API (it asks the server what it speaks)
        """)
}
