/// The formats that conversations come and go in, by the names people type.
package enum ConversationFormat: String, Sendable, CaseIterable {
    /// Everything, one object a line: Diwan's own.
    case diwan
    /// A thread as a document, which may be edited and read again.
    case markdown
    /// A page a thread, for reading.
    case html
    /// ChatGPT's data export: `conversations.json` or its shards, in a folder or a ZIP archive.
    case chatgpt
    /// Claude's data export.
    case claude
    /// Google Takeout's Gemini activity.
    case gemini
    /// Claude Code's session files.
    case claudeCode = "claude-code"
    /// Codex's session files.
    case codex
    /// The `logs.db` of `llm`, every generation.
    case llm
    case librechat
    case openwebui
    case chatbotui
    case aichat
    /// ShareGPT's training format, JSON or JSON Lines.
    case sharegpt
    /// OpenAI's fine-tuning format, JSON Lines.
    case openai
}
