/// The formats that can be read.
package enum KnownReaders {
    /// Every reader. Where two are equally sure of a file, the earlier reads it.
    package static let all: [any ConversationReader.Type] = [
        DiwanReader.self, ChatGPTReader.self, ClaudeReader.self, GeminiReader.self, ClaudeCodeReader.self,
        CodexReader.self, LLMReader.self, LibreChatReader.self, OpenWebUIReader.self, ChatbotUIReader.self,
        AichatReader.self, ShareGPTReader.self, OpenAIFineTuningReader.self, MarkdownReader.self,
    ]

    /// The reader of the format that a source is in: the surest one.
    ///
    /// - Throws: ``FormatError/Code/unknownFormat`` with what can be read.
    package static func reader(for source: any ImportSource) throws(FormatError) -> any ConversationReader.Type {
        try surest(among: all, for: source)
    }

    static func surest(
        among readers: [any ConversationReader.Type], for source: any ImportSource
    ) throws(FormatError) -> any ConversationReader.Type {
        var surest: (reader: any ConversationReader.Type, recognition: Recognition)?
        for reader in readers {
            guard let recognition = reader.recognize(source) else { continue }
            if let found = surest, found.recognition >= recognition { continue }
            surest = (reader, recognition)
        }
        guard let surest else {
            throw FormatError(
                .unknownFormat,
                "\(source.name) is in no format known here. If it is one of these, name it with --format: \(names(readers))."
            )
        }
        return surest.reader
    }

    /// The reader of a format, by the name people type.
    ///
    /// - Throws: ``FormatError/Code/unknownFormat`` with what can be read.
    package static func reader(named name: String) throws(FormatError) -> any ConversationReader.Type {
        guard let reader = all.first(where: { $0.format.rawValue == name.lowercased() }) else {
            throw FormatError(.unknownFormat, "\"\(name)\" is no format that can be read. Those are: \(names(all)).")
        }
        return reader
    }

    /// The names of the formats that can be read, in alphabetical order.
    package static var names: [String] { all.map { $0.format.rawValue }.sorted() }

    private static func names(_ readers: [any ConversationReader.Type]) -> String {
        readers.map { $0.format.rawValue }.sorted().joined(separator: ", ")
    }
}
