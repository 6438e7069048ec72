import ConversationService
import Conversations
import Foundation
import ModelUpstream

/// Shows exactly what a question would send, and sends nothing.
struct DryRun {
    enum Form {
        case request
        case curl
    }

    let question: Question
    let attachments: Attachments
    let form: Form

    func show(_ context: CommandContext, _ service: ThreadService) async throws {
        let body = String(decoding: try await service.dryRun(question, attachments: attachments), as: UTF8.self)
        try await PortabilityNotice(context: context, service: service).tell(of: question)
        let upstream = question.upstream
        let keyName: String? =
            switch upstream.key {
            case .none: nil
            case .environment(let names): names.first
            case .fileOrEnvironment(_, let names): names.first
            case .command, .file: "KEY"
            }
        switch form {
        case .request:
            context.console.note("POST \(upstream.callURL)")
            if keyName != nil { context.console.note("Authorization: Bearer (key)") }
            context.console.note("Content-Type: application/json")
            context.console.note("Accept: application/json")
            context.console.line(body)
        case .curl:
            var command = "curl --no-buffer \(quoted(upstream.callURL))"
            if let keyName { command += " \\\n  -H \"Authorization: Bearer $\(keyName)\"" }
            command += " \\\n  -H 'Content-Type: application/json' -H 'Accept: application/json'"
            command += " \\\n  --data-binary \(quoted(body))"
            context.console.line(command)
        }
    }

    /// As one word of a POSIX shell.
    private func quoted(_ text: String) -> String {
        "'" + text.replacingOccurrences(of: "'", with: "'\\''") + "'"
    }
}
