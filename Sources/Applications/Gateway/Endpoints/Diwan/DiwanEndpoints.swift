/// What OpenAI's API has no word for: the vault as `diwan` on the command line has it, in the JSON that its `--json`
/// prints. Reading is GET; what changes something is POST, PATCH or DELETE.
enum DiwanEndpoints {
    static let routes: [Route] =
        ThreadsEndpoints().routes + MessagesEndpoints().routes + SearchEndpoint.routes + CallsEndpoints().routes
        + ReplaysEndpoints().routes + AccountingEndpoints().routes + ImportEndpoint.routes + ExportEndpoint().routes
}
