package import Conversations

extension TargetTrait {
    /// What is known of servers, by where they are. Who is not here is taken to take what its dialect has.
    private static let servers: [(host: String, traits: Set<TargetTrait>, source: String)] = [
        ("api.openai.com", [.customTools], "openai-openapi ChatCompletionMessageCustomToolCall"),
        (
            "api.deepseek.com", [.noImages, .noFiles, .noAudio],
            "rikkahub #1433, llm-for-zotero #143: unknown variant `image_url`, expected `text`"
        ),
        (
            "api.mistral.ai", [.nineCharacterIDs],
            "langchain #24668: Tool call id was abc123 but must be a-z, A-Z, 0-9, with a length of 9"
        ),
        (
            "api.perplexity.ai", [.alternatingRoles],
            "perplexity api-discussion #265: user and assistant roles should be alternating"
        ),
        ("ollama.com", [.imageBytesOnly], "ollama #6753: invalid image input"),
        ("127.0.0.1:11434", [.imageBytesOnly], "ollama #6753: invalid image input"),
        ("localhost:11434", [.imageBytesOnly], "ollama #6753: invalid image input"),
    ]

    /// What is known of the server at a base URL.
    package static func known(ofServerAt url: String) -> Set<TargetTrait> {
        let afterScheme = url.split(separator: "://", maxSplits: 1).last ?? Substring(url)
        let authority = afterScheme.prefix { $0 != "/" && $0 != "?" }.split(separator: "@").last?.lowercased() ?? ""
        return servers.first { $0.host == authority || authority == $0.host + ":443" }?.traits ?? []
    }

    /// What a model refuses whose kinds of input are these (`text`, `image`, `pdf`, `audio`); nothing where they are not
    /// known.
    package static func refused(byModelTaking kinds: Set<String>?) -> Set<TargetTrait> {
        guard let kinds, !kinds.isEmpty else { return [] }
        var traits: Set<TargetTrait> = []
        if !kinds.contains("image") { traits.insert(.noImages) }
        // A model that sees can be shown a document's pages.
        if kinds.isDisjoint(with: ["image", "pdf"]) { traits.insert(.noFiles) }
        if !kinds.contains("audio") { traits.insert(.noAudio) }
        return traits
    }
}
