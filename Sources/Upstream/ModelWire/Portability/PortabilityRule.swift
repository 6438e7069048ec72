package import Conversations

/// What is done with one kind of thing for some targets.
package struct PortabilityRule: Sendable {
    package enum Treatment: String, Sendable {
        /// Written as it is.
        case kept
        /// Written in a form that the target takes; nothing of it is lost.
        case translated
        /// Words stand in its place.
        case named
        /// Not written.
        case leftOut = "left_out"
    }

    package let kind: PortabilityKind
    /// The dialects it holds for.
    package let dialects: Set<Dialect>
    /// The trait that a target has to have for it; nil for any target.
    package let trait: TargetTrait?
    /// The trait that a target must not have for it; nil for any target.
    package let absent: TargetTrait?
    /// The first version of the rules that has it.
    package let since: Int
    package let treatment: Treatment
    /// What is said of it, for one and for several (`#` is their number); nil where nothing is lost.
    package let sentence: (one: String, many: String)?
    /// Who takes it so: the specification or the recorded refusal.
    package let source: String

    fileprivate init(
        _ kind: PortabilityKind, in dialects: Set<Dialect> = Set(Dialect.allCases), where trait: TargetTrait? = nil,
        without absent: TargetTrait? = nil, since: Int = 1, _ treatment: Treatment,
        _ sentence: (one: String, many: String)? = nil, source: String
    ) {
        self.kind = kind
        self.dialects = dialects
        self.trait = trait
        self.absent = absent
        self.since = since
        self.treatment = treatment
        self.sentence = sentence
        self.source = source
    }

    /// The rule for a kind and a target; nil where it is written as it is. The first that fits counts.
    package static func of(_ kind: PortabilityKind, _ dialect: Dialect, _ rules: RequestRules) -> PortabilityRule? {
        byKind[kind]?.first {
            $0.since <= rules.version && $0.dialects.contains(dialect)
                && $0.trait.map { rules.traits.contains($0) } ?? true
                && $0.absent.map { !rules.traits.contains($0) } ?? true
        }
    }

    private static let byKind = Dictionary(grouping: all, by: \.kind)

    /// Every rule. A rule that has landed is never edited: its successor comes with the next version, so that stored calls
    /// rebuild the bytes they were sent as.
    package static let all: [PortabilityRule] = [
        // Reasoning: only the model that thought it can read its encrypted form, and only the account that stored it knows
        // its id; chat has no field for it that servers agree on.
        PortabilityRule(
            .ownReasoning, in: [.acedata, .chat], .leftOut,
            source: "openai-openapi ChatCompletionRequestAssistantMessage"),
        PortabilityRule(
            .foreignReasoning, .leftOut,
            (
                "the reasoning of an answer stays behind: another model thought it",
                "the reasoning of # answers stays behind: other models thought it"
            ), source: "hermes #24401, forgecode #2646: 400 for foreign signatures and encrypted content"),

        PortabilityRule(.ownHostedPiece, since: 0, .leftOut, source: "openai-openapi Item: ids of stored items"),
        PortabilityRule(
            .foreignHostedPiece, since: 0, .leftOut,
            (
                "a piece that only the upstream which answered could make (a search it ran) stays behind",
                "# pieces that only the upstream which answered could make (searches it ran) stay behind"
            ), source: "openai-openapi Item: ids of stored items"),
        PortabilityRule(
            .ownAnswerMedia, since: 0, .leftOut, source: "openai-openapi ChatCompletionRequestAssistantMessage"),
        PortabilityRule(
            .foreignAnswerMedia, since: 0, .leftOut,
            (
                "a picture or recording inside an answer stays behind: answers are sent as words",
                "# pictures or recordings inside answers stay behind: answers are sent as words"
            ), source: "openai-openapi ChatCompletionRequestAssistantMessage"),
        PortabilityRule(
            .refusal, in: [.responses], .translated,
            source: "openai-openapi InputContent: no refusal without an item id"),

        PortabilityRule(
            .image, where: .noImages, .named,
            ("a picture is only named: this model takes none", "# pictures are only named: this model takes none"),
            source: "deepseek: unknown variant `image_url`, expected `text`; models.dev modalities"),
        PortabilityRule(
            .imageByURL, where: .imageBytesOnly, .named,
            (
                "a picture is only named: this server takes pictures as bytes, not by address",
                "# pictures are only named: this server takes pictures as bytes, not by address"
            ), source: "ollama openai/openai.go: invalid image input"),
        PortabilityRule(
            .file, where: .noFiles, .named,
            ("a file is only named: this model takes none", "# files are only named: this model takes none"),
            source: "deepseek: expected `text`; models.dev modalities"),
        PortabilityRule(
            .fileByURL, in: [.chat], .named,
            (
                "a file is only named: this dialect takes files as bytes, not by address",
                "# files are only named: this dialect takes files as bytes, not by address"
            ), source: "openai-openapi ChatCompletionRequestMessageContentPartFile"),
        PortabilityRule(
            .mediaAsFile, .named,
            (
                "a recording or film sent as a file is only named: documents alone are taken",
                "# recordings or films sent as files are only named: documents alone are taken"
            ), source: "recorded 400 unsupported_file of api.openai.com/responses"),
        PortabilityRule(
            .recording, where: .noAudio, .named,
            ("a recording is only named: this model takes none", "# recordings are only named: this model takes none"),
            source: "deepseek: expected `text`; models.dev modalities"),
        PortabilityRule(
            .recording, in: [.responses], .named,
            (
                "a recording is only named: this dialect has no place for one",
                "# recordings are only named: this dialect has no place for them"
            ), source: "openai-openapi InputContent: no input_audio"),
        PortabilityRule(
            .recordingElsewhere, .named,
            (
                "a recording is only named: recordings are taken as bytes alone",
                "# recordings are only named: recordings are taken as bytes alone"
            ), source: "openai-openapi ChatCompletionRequestMessageContentPartAudio: data is base64"),
        PortabilityRule(
            .recordingInOtherFormat, in: [.chat, .responses], .named,
            (
                "a recording is only named: WAV and MP3 are taken", "# recordings are only named: WAV and MP3 are taken"
            ), source: "openai-openapi ChatCompletionRequestMessageContentPartAudio: format"),
        PortabilityRule(
            .foreignFileID, since: 0, .named,
            (
                "a file is only named: this upstream does not have it",
                "# files are only named: this upstream does not have them"
            ), source: "ids of another account are refused"),
        PortabilityRule(
            .unlistedPart, in: [.chat, .responses], .leftOut,
            (
                "a piece of content of a kind that this dialect does not know stays behind",
                "# pieces of content of kinds that this dialect does not know stay behind"
            ), source: "openai-openapi ChatCompletionRequestUserMessageContentPart, InputContent"),
        PortabilityRule(
            .untypedPart, since: 0, .leftOut,
            (
                "a piece of content of another program stays behind",
                "# pieces of content of another program stay behind"
            ), source: "openai-openapi: every content part has a type"),

        PortabilityRule(
            .systemMedia, in: [.chat], .named,
            (
                "a file in a system message is only named: the system says words alone",
                "# files in system messages are only named: the system says words alone"
            ), source: "openai-openapi ChatCompletionRequestSystemMessageContentPart"),

        PortabilityRule(
            .misplacedCall, .leftOut,
            (
                "a tool call that no answer made stays behind", "# tool calls that no answer made stay behind"
            ), source: "openai-openapi ChatCompletionRequestUserMessage: no tool_calls"),
        PortabilityRule(
            .unansweredCall, since: 0, .leftOut,
            (
                "a tool call without its result stays behind", "# tool calls without their results stay behind"
            ), source: "OpenAI and DeepSeek: 400 for a call without output"),
        PortabilityRule(
            .strayResult, since: 0, .leftOut,
            (
                "a tool result without its call stays behind", "# tool results without their calls stay behind"
            ), source: "OpenAI and DeepSeek: 400 for an output without its call"),
        PortabilityRule(
            .repeatedCall, .leftOut,
            (
                "a tool call that repeats another's id stays behind",
                "# tool calls that repeat others' ids stay behind"
            ), source: "OpenAI and DeepSeek: 400 for a call without output"),
        PortabilityRule(
            .callID, .translated,
            source:
                "openai-openapi FunctionCallOutputItemParam: 1 to 64; chat 400 above 40; mistral: nine of a-z, A-Z, 0-9"
        ),
        PortabilityRule(
            .toolName, .translated,
            (
                "a tool call goes under another name: its own has characters that are refused",
                "# tool calls go under other names: their own have characters that are refused"
            ), source: "openai-openapi FunctionObject.name: a-z, A-Z, 0-9, underscores and dashes, 64 at most"),
        PortabilityRule(
            .looseArguments, .translated,
            (
                "the arguments of a tool call were no JSON object; they go inside one",
                "the arguments of # tool calls were no JSON objects; they go inside such"
            ), source: "ollama, vLLM, llama.cpp parse arguments: 400 or 500"),
        PortabilityRule(
            .customCall, in: [.chat], without: .customTools, .translated,
            (
                "a call of a free-text tool goes as a function call",
                "# calls of free-text tools go as function calls"
            ), source: "openai-openapi ChatCompletionMessageCustomToolCall: OpenAI alone has it"),
        PortabilityRule(
            .resultOfOtherKind, .translated, source: "openai-openapi CustomToolCallOutput answers a CustomToolCall"),

        PortabilityRule(.emptyMessage, .leftOut, source: "deepseek, moonshot: 400 for an assistant that says nothing"),
        PortabilityRule(
            .developerMessage, in: [.chat], .translated,
            source: "deepseek: unknown variant `developer`; recorded 400 unsupported_value of o1-mini"),
        PortabilityRule(
            .unknownRole, .translated,
            (
                "a message of a role that no upstream knows goes as the user's",
                "# messages of roles that no upstream knows go as the user's"
            ), source: "openai-openapi ChatCompletionRequestMessage, EasyInputMessage: role"),
        PortabilityRule(
            .laterSystemMessage, in: [.chat], where: .alternatingRoles, .translated,
            (
                "a system message inside the conversation goes as the user's",
                "# system messages inside the conversation go as the user's"
            ), source: "perplexity: after the (optional) system messages, user and assistant roles alternate"),
        PortabilityRule(
            .sameRoleAgain, in: [.chat], where: .alternatingRoles, .translated,
            source: "perplexity: user and assistant roles alternate"),
        PortabilityRule(
            .leadingAnswer, in: [.chat], where: .alternatingRoles, .leftOut,
            (
                "an answer before the first question stays behind", "# answers before the first question stay behind"
            ), source: "perplexity: user and assistant roles alternate"),
    ]

    /// The types of content that a dialect has a place for; nil where it is open.
    static func contentTypes(of dialect: Dialect) -> Set<String>? {
        switch dialect {
        // `video_url` is OpenRouter's and vLLM's.
        case .chat: ["text", "image_url", "input_audio", "file", "video_url"]
        case .responses: ["input_text", "input_image", "input_file"]
        case .acedata: nil
        }
    }
}
