import ConversationStorage
import Conversations
import Foundation
import OrderedJSON
import TestSupport
import Testing

/// Threads made for what is looked for in them.
struct SearchedVault {
    let home: Home

    init() throws {
        home = try Home("http://127.0.0.1:9")
        try FileManager.default.createDirectory(atPath: home.folder + "/data/diwan", withIntermediateDirectories: true)
    }

    func keep(_ threads: [ThreadRecord]) async throws {
        let vault = try Vault(file: home.vaultFile, for: .writing)
        #expect(try await vault.adopt(threads).refusals == [])
        vault.close()
    }

    /// Searches as it is typed, at no terminal.
    func search(_ words: String...) async throws -> Ended { try await home.end(home.start(["search"] + words)) }

    /// What `search --json` prints: its hits, and the line that ends them.
    func found(_ words: String...) async throws -> (hits: [JSON], summary: JSON) {
        let ended = try await home.end(home.start(["search", "--json"] + words))
        let all = try ended.output.split(separator: "\n").map { try JSON(parsing: String($0)) }
        let summary = try #require(all.last, "\(ended.errors)")
        let lines = Array(all.dropLast())
        #expect(summary["object"] == "search" && lines.allSatisfy { $0["object"] == "hit" })
        #expect(ended.code == (lines.isEmpty ? 66 : 0))
        return (lines, summary)
    }
}

extension Timestamp {
    /// Noon of a day of UTC, which is the zone of a ``Home``.
    static func noon(_ day: String) throws -> Timestamp {
        let date = try Date("\(day)T12:00:00Z", strategy: .iso8601)
        return Timestamp(milliseconds: Int64(date.timeIntervalSince1970 * 1000))
    }
}

extension ThreadRecord {
    static func titled(_ title: String, on day: String) throws -> ThreadRecord {
        try ThreadRecord(
            id: ThreadID(derivedFrom: [title]), title: title, createdAt: .noon(day), activeAt: .noon(day))
    }

    /// Adds a message; the thread goes on after it unless it is said to be beside.
    ///
    /// - Parameter model: whose answer it is, by a call of its own.
    @discardableResult
    mutating func say(
        _ role: Role, _ parts: [MessagePart], on day: String? = nil, after parent: MessageID?? = .none,
        model: String? = nil, upstream: String = "acme", isBeside: Bool = false
    ) throws -> MessageID {
        let id = MessageID(derivedFrom: [self.id.description, "\(messages.count)"])
        let parent = parent ?? tipID
        var message = MessageRecord(
            id: id, parentID: parent, role: role, parts: parts, createdAt: try day.map { try .noon($0) } ?? createdAt)
        if let model {
            var call = CallRecord(
                id: CallID(derivedFrom: [id.description]), questionID: parent, upstream: upstream, dialect: nil,
                modelRequested: model, modelSent: model)
            call.status = .complete
            calls.append(call)
            message.callID = call.id
        }
        messages.append(message)
        if !isBeside { tipID = id }
        return id
    }

    @discardableResult
    mutating func say(
        _ role: Role, _ text: String, on day: String? = nil, after parent: MessageID?? = .none, model: String? = nil,
        upstream: String = "acme", isBeside: Bool = false
    ) throws -> MessageID {
        try say(
            role, [.text(text)], on: day, after: parent, model: model, upstream: upstream, isBeside: isBeside)
    }
}
