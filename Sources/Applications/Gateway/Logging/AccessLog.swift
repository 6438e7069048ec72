import Logging

/// One line for each request: who asked for what, what came of it, how long it took. Never a key, an id or a word of what
/// was said.
struct AccessLog: Sendable {
    struct Entry: Sendable {
        let id: String
        let method: String
        /// The path as the route table has it.
        var path = "(none)"
        var caller: String?
        var status = 0
        var code: String?

        init(id: String, method: String) {
            self.id = id
            self.method = method
        }
    }

    let logger: Logger

    func write(_ entry: Entry, seconds: Double) {
        logger.info(
            "request",
            metadata: [
                "request.id": "\(entry.id)", "http.method": "\(entry.method)", "http.route": "\(entry.path)",
                "http.status": "\(entry.status)", "caller": "\(entry.caller ?? "-")",
                "milliseconds": "\(Int((seconds * 1000).rounded()))", "error.code": "\(entry.code ?? "-")",
            ])
    }

    /// What nobody foresaw: its kind alone, for it may hold anything.
    func failed(_ id: String, _ error: any Error) {
        logger.error("request failed", metadata: ["request.id": "\(id)", "error.kind": "\(type(of: error))"])
    }
}
