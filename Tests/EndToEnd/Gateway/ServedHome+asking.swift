import Foundation
import OrderedJSON
import TestSupport
import Testing

/// What the service answered.
struct ServedReply {
    let status: Int
    let head: String
    let body: String

    var json: JSON { get throws { try JSON(parsing: body) } }
}

extension ServedHome {
    /// Asks the service as any program does.
    ///
    /// - Parameter target: a path from the root, with its query.
    func ask(
        _ method: String = "GET", _ target: String, key: String = "my-program", body: String? = nil
    ) async throws -> ServedReply {
        var arguments = [
            "-s", "-D", "-", "-X", method, "-H", "Authorization: Bearer \(key)", "-H", "Accept: application/json",
            "--path-as-is", url + target,
        ]
        if body != nil { arguments += ["-H", "Content-Type: application/json", "--data-binary", "@-"] }
        let program = try RunningProgram(
            "/usr/bin/curl", arguments, environment: ["PATH": "/usr/bin:/bin"],
            input: body.map { .text($0) } ?? .nothing)
        let said = try await program.end(within: .seconds(60))
        let parts = said.outputText.split(separator: "\r\n\r\n", maxSplits: 1, omittingEmptySubsequences: false)
        let head = String(parts.first ?? "")
        let status = head.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        return ServedReply(status: status, head: head, body: parts.count > 1 ? String(parts[1]) : "")
    }
}
