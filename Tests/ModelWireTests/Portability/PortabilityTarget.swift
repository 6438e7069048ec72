import Conversations
import ModelWire
import OrderedJSON
import Testing

/// A target that histories are sent to.
struct PortabilityTarget: Sendable, CustomTestStringConvertible {
    let name: String
    let dialect: Dialect
    let url: String
    var takes: Set<String>?
    var stores = false

    var testDescription: String { "\(name), \(dialect.rawValue)" }

    /// Who it is, as a message's origin.
    var origin: MessageOrigin { MessageOrigin(upstream: name, model: "m") }
    var traits: Set<TargetTrait> { TargetTrait.known(ofServerAt: url).union(TargetTrait.refused(byModelTaking: takes)) }

    static let openAI = PortabilityTarget(name: "openai", dialect: .responses, url: "https://api.openai.com/v1")
    static let openAIStoring = PortabilityTarget(
        name: "openai-storing", dialect: .responses, url: "https://api.openai.com/v1", stores: true)
    static let openAIChat = PortabilityTarget(name: "openai-chat", dialect: .chat, url: "https://api.openai.com/v1")
    static let textOnly = PortabilityTarget(
        name: "text-only", dialect: .responses, url: "https://models.example.test/v1", takes: ["text"])
    static let aceData = PortabilityTarget(name: "acedata", dialect: .acedata, url: "https://api.acedata.cloud")
    static let deepSeek = PortabilityTarget(name: "deepseek", dialect: .chat, url: "https://api.deepseek.com")
    static let mistral = PortabilityTarget(name: "mistral", dialect: .chat, url: "https://api.mistral.ai/v1")
    static let perplexity = PortabilityTarget(name: "perplexity", dialect: .chat, url: "https://api.perplexity.ai")
    static let ollama = PortabilityTarget(name: "ollama", dialect: .chat, url: "http://127.0.0.1:11434/v1")
    static let llamaCpp = PortabilityTarget(name: "llamacpp", dialect: .chat, url: "http://127.0.0.1:8080/v1")

    static let all = [
        openAI, openAIStoring, openAIChat, textOnly, aceData, deepSeek, mistral, perplexity, ollama, llamaCpp,
    ]
}

/// A message of a history, with who said it.
struct HistoryMessage: Sendable {
    var role: Role
    var parts: [MessagePart]
    var origin: MessageOrigin?

    init(_ role: Role, from origin: MessageOrigin? = nil, _ parts: MessagePart...) {
        self.role = role
        self.parts = parts
        self.origin = origin
    }
}

/// What a history became for a target.
struct PortedRequest {
    let text: String
    let body: JSON
    let losses: [PortabilityLoss]

    init(
        _ history: [HistoryMessage], for target: PortabilityTarget, version: Int = RequestRules.current,
        keepsFileIDs: Bool = true, tools: JSON? = nil, isRehearsal: Bool = false, blobs: HeldBlobs = HeldBlobs()
    ) throws {
        var parameters = CallParameters()
        parameters.tools = tools
        var writer = RequestWriter(
            dialect: target.dialect, model: "m", instructions: nil, parameters: parameters,
            storesAtUpstream: target.stores, keepsFileIDs: keepsFileIDs,
            rules: RequestRules(version: version, traits: version == 0 ? [] : target.traits), upstream: target.name,
            isRehearsal: isRehearsal)
        for message in history {
            if message.parts.count == 1, case .text(var text) = message.parts[0] {
                text.withUTF8 { writer.append(role: message.role, text: $0) }
            } else {
                try writer.append(role: message.role, parts: message.parts, origin: message.origin, blobs: blobs)
            }
        }
        text = String(decoding: writer.finish(), as: UTF8.self)
        body = try JSON(parsing: text)
        losses = writer.losses
    }

    /// The messages or items, whatever the dialect calls them.
    var items: [JSON] { (body["messages"] ?? body["input"])?.array ?? [] }
}
