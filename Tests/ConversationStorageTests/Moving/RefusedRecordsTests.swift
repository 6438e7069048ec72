import Conversations
import Testing

@testable import ConversationStorage

struct RefusedRecordsTests {
    private static func broken(_ reason: Adoption.Reason) -> ThreadRecord {
        var record = ThreadRecord.line("bad", ["one", "two", "three"])
        let call = CallRecord(
            id: CallID(derivedFrom: ["c"]), questionID: record.messages[0].id, upstream: "u", dialect: nil,
            modelRequested: "m", modelSent: "m", finishedAt: .test())
        switch reason {
        case .duplicateMessage: record.messages[2].id = record.messages[0].id
        case .duplicateCall: record.calls = [call, call]
        case .missingParent: record.messages[1].parentID = record.messages[2].id
        case .missingTip: record.tipID = MessageID(derivedFrom: ["elsewhere"])
        case .missingCall: record.messages[1].callID = call.id
        case .missingQuestion:
            record.calls = [call]
            record.calls[0].questionID = MessageID(derivedFrom: ["elsewhere"])
        case .callUnderWay:
            record.calls = [call]
            record.calls[0].status = .running
        case .missingAttachment:
            record.messages[1].parts = [.image(MessageMedia(source: .blob(BlobDigest(of: [1]))))]
        case .handleTaken:
            // The same random bits at another moment.
            let bytes = ThreadRecord.line("good", []).id.bytes
            record.id = ThreadID(bytes: [0, 0, 0, 0, 0, 0] + bytes[6...]) ?? record.id
        case .tooDeep: break
        }
        return record
    }

    @Test(arguments: [
        Adoption.Reason.duplicateMessage, .duplicateCall, .missingParent, .missingTip, .missingCall, .missingQuestion,
        .callUnderWay, .missingAttachment, .handleTaken,
    ])
    func `a record that does not hold together is refused, and the others come in`(
        _ reason: Adoption.Reason
    ) async throws {
        let bad = Self.broken(reason)
        try await TestVault.with { test in
            let adoption = try await test.vault.adopt([.line("good", ["a"]), bad, .line("after", ["b"])])
            #expect(adoption.refusals == [Adoption.Refusal(threadID: bad.id, reason: reason)])
            #expect(adoption.newThreads == 2 && adoption.newMessages == 2)
            #expect(try await test.vault.threadIDs().threads.count == 2)
        }
    }

    @Test func `a question that comes after its answer is refused`() async throws {
        var record = ThreadRecord.line("bad", ["one", "two", "three"])
        record.calls = [
            CallRecord(
                id: CallID(derivedFrom: ["c"]), questionID: record.messages[2].id, upstream: "u", dialect: nil,
                modelRequested: "m", modelSent: "m", finishedAt: .test())
        ]
        record.messages[1].callID = record.calls[0].id
        try await TestVault.with { test in
            let refusals = try await test.adopt([record]).refusals
            #expect(refusals.map(\.reason) == [.missingQuestion])
        }
    }
}
