package import Conversations
package import HTTPTransport

/// A configured endpoint: where it is, what it speaks, whose key it takes.
package struct Upstream: Sendable, Hashable {
    /// What people call it: `acedata`, `local`.
    package var name: String
    /// The base URL; the dialect's own path is appended.
    package var url: String
    package var dialect: Dialect
    package var key: KeySource
    /// The model asked when none is named.
    package var model: String?
    package var deadlines: HTTPDeadlines
    /// How many times a call is sent again after a passing failure.
    package var retries: Int
    /// A PEM file of certificate authorities to trust besides none: it takes the system's place.
    package var caFile: String?
    /// A command that starts the server, run once when its port refuses.
    package var start: String?
    /// Whether the upstream may keep answers (`responses` only). We keep our own.
    package var storesAnswers: Bool

    package init(
        name: String, url: String, dialect: Dialect, key: KeySource = .none, model: String? = nil,
        deadlines: HTTPDeadlines = Upstream.usualDeadlines, retries: Int = 4, caFile: String? = nil,
        start: String? = nil, storesAnswers: Bool = false
    ) {
        self.name = name
        self.url = url
        self.dialect = dialect
        self.key = key
        self.model = model
        self.deadlines = deadlines
        self.retries = retries
        self.caFile = caFile
        self.start = start
        self.storesAnswers = storesAnswers
    }

    /// Ten seconds to connect, a minute of silence, an hour in all.
    package static let usualDeadlines = HTTPDeadlines(
        connect: .seconds(10), firstByte: .seconds(60), idle: .seconds(60), total: .seconds(3600))

    /// Where calls go.
    package var callURL: String {
        let path =
            switch dialect {
            case .acedata: "/openai/responses"
            case .responses: "/responses"
            case .chat: "/chat/completions"
            }
        return base + path
    }

    /// Where the list of models is.
    package var modelsURL: String { base + (dialect == .acedata ? "/openai/models" : "/models") }

    /// Where texts are made into vectors.
    package var embeddingsURL: String { base + (dialect == .acedata ? "/openai/embeddings" : "/embeddings") }

    private var base: String {
        var base = Substring(url)
        while base.last == "/" { base.removeLast() }
        return String(base)
    }
}
