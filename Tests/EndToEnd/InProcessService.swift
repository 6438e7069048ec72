import ConversationService
import ConversationStorage
import Conversations
import Foundation
import HTTPTransport
import Logging
import ModelUpstream
import TestSupport

/// The service on a vault of its own, for what takes more calls than there is time to start programs for.
struct InProcessService {
    let service: ThreadService
    let upstream: Upstream

    static func with<Value>(
        _ url: String, _ dialect: Dialect, work: (InProcessService) async throws -> Value
    ) async throws -> Value {
        let folder = NSTemporaryDirectory() + "diwan-e2e-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let transport = CurlTransport(logger: logger)
        defer { transport.shutdown() }
        let now: @Sendable () -> Timestamp = { Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) }
        let vault = try Vault(file: folder + "/vault.db", for: .writing)
        defer { vault.close() }
        return try await work(
            InProcessService(
                service: ThreadService(
                    vault: vault, client: ModelClient(transport: transport, logger: logger), logger: logger, now: now),
                upstream: Upstream(
                    name: "scripted", url: url + (dialect == .acedata ? "" : "/v1"), dialect: dialect,
                    model: "test-model", retries: 0)))
    }

    func question(
        _ place: Question.Place, _ messages: [(role: Role, parts: [MessagePart])],
        parameters: CallParameters = CallParameters(streams: true), context: ContextMode = .auto, window: Int? = nil,
        instructions: String? = nil
    ) -> Question {
        Question(
            place: place, messages: messages, upstream: upstream, key: APIKey(secret: "sk-test", origin: "test"),
            model: "test-model", instructions: instructions, parameters: parameters, context: context, window: window)
    }

    @discardableResult
    func ask(_ question: Question) async throws -> AnsweredQuestion { try await service.send(question) { _ in } }
}

extension SeededNumbers {
    mutating func words(_ count: ClosedRange<Int>, from list: [String]) -> String {
        (0..<Int.random(in: count, using: &self)).map { _ in list.randomElement(using: &self) ?? "" }
            .joined(separator: " ")
    }
}
