import Conversations
import Foundation

/// A record made ready outside the lock: its tree by numbers, its lineages, and whether it holds together at all.
struct PreparedThread: Sendable {
    let record: ThreadRecord
    /// For each message, the number of its parent among them; -1 for a beginning.
    private(set) var parents: [Int] = []
    private(set) var lineages: [Lineage] = []
    /// For each message, the number of its call among the record's; -1 where no call brought it.
    private(set) var calls: [Int] = []
    /// For each call, the number of the message it answers; -1 for none.
    private(set) var questions: [Int] = []
    /// For each call, how many answers it brought.
    private(set) var answerCounts: [Int] = []
    /// The number of the tip; -1 for none.
    private(set) var tip = -1
    private(set) var attachments: Set<BlobDigest> = []
    /// What is wrong with it.
    private(set) var refusal: Adoption.Reason?

    init(_ record: ThreadRecord) {
        self.record = record
        do throws(Adoption.Reason) {
            try placeCalls()
            let numbers = try placeMessages()
            try placeQuestions(numbers)
            guard let tipID = record.tipID else { return }
            guard let number = numbers[tipID] else { throw Adoption.Reason.missingTip }
            tip = number
        } catch {
            refusal = error
        }
    }

    private var callNumbers: [CallID: Int] = [:]

    private mutating func placeCalls() throws(Adoption.Reason) {
        for (number, call) in record.calls.enumerated() {
            guard callNumbers.updateValue(number, forKey: call.id) == nil else { throw .duplicateCall }
            guard call.status.isFinal else { throw .callUnderWay }
        }
        answerCounts = Array(repeating: 0, count: record.calls.count)
    }

    private mutating func placeMessages() throws(Adoption.Reason) -> [MessageID: Int] {
        let count = record.messages.count
        var numbers = [MessageID: Int](minimumCapacity: count)
        var depths: [Int] = []
        parents.reserveCapacity(count)
        lineages.reserveCapacity(count)
        calls.reserveCapacity(count)
        depths.reserveCapacity(count)
        for (number, message) in record.messages.enumerated() {
            var parent = -1
            if let id = message.parentID {
                // Most messages continue the one before.
                if number > 0, record.messages[number - 1].id == id {
                    parent = number - 1
                } else {
                    guard let found = numbers[id] else { throw .missingParent }
                    parent = found
                }
            }
            guard numbers.updateValue(number, forKey: message.id) == nil else { throw .duplicateMessage }
            depths.append(parent < 0 ? 0 : depths[parent] + 1)
            guard depths[number] <= MessagePlace.largestPosition else { throw .tooDeep }
            parents.append(parent)
            lineages.append(
                Lineage(
                    parent: parent < 0 ? .beginning : lineages[parent], role: message.role, parts: message.parts))
            if !message.parts.isPlainText { attachments.formUnion(message.parts.blobs) }
            var call = -1
            if let id = message.callID {
                guard let found = callNumbers[id] else { throw .missingCall }
                call = found
                answerCounts[found] += 1
            }
            calls.append(call)
        }
        return numbers
    }

    /// A call's question comes before its answers, so that the call can be written with the first of them.
    private mutating func placeQuestions(_ numbers: [MessageID: Int]) throws(Adoption.Reason) {
        for call in record.calls {
            guard let id = call.questionID else {
                questions.append(-1)
                continue
            }
            guard let number = numbers[id] else { throw .missingQuestion }
            questions.append(number)
        }
        for (number, call) in calls.enumerated() where call >= 0 && questions[call] >= number {
            throw .missingQuestion
        }
    }
}

extension Adoption.Reason: Error {}
