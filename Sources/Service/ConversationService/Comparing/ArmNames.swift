import Conversations

/// Tells the arms of a thread's branches apart: by model, and where one model answered a question more than once, by
/// the branch it is on.
struct ArmNames {
    private struct Key: Hashable {
        let upstream: String
        let model: String
    }

    private struct Arm {
        let key: Key
        let sample: Int
        var label: String?
    }

    private var arms: [Arm] = []
    private var originals: Set<String> = []
    private var hasOriginal = false
    private var armOf: [MessageID: Int] = [:]
    private let calls: [CallID: Call]
    private let labels: [MessageID: [String]]

    init(calls: [CallID: Call], labels: [MessageID: [String]]) {
        self.calls = calls
        self.labels = labels
    }

    /// The answers to one question, each with its arm. ``arms()`` tells who they are.
    mutating func candidates(
        _ answers: [Message], original: MessageID?, in questions: AskedQuestions
    ) -> [ComparedAnswers.Candidate] {
        var taken: Set<Int> = []
        return answers.map { answer in
            let call = answer.callID.flatMap { calls[$0] }
            let label = labels[answer.id]?.first { $0 != "keep" }
            let isOriginal = answer.id == original
            if isOriginal {
                hasOriginal = true
                if let call { originals.insert(call.modelRequested) }
                return ComparedAnswers.Candidate(arm: 0, isOriginal: true, message: answer, call: call, label: label)
            }
            let arm = arm(of: answer, call, taken: taken, in: questions)
            taken.insert(arm)
            armOf[answer.id] = arm
            if let label { arms[arm].label = label }
            return ComparedAnswers.Candidate(arm: arm + 1, isOriginal: false, message: answer, call: call, label: label)
        }
    }

    private mutating func arm(
        of answer: Message, _ call: Call?, taken: Set<Int>, in questions: AskedQuestions
    ) -> Int {
        let key = Key(upstream: call?.upstream ?? "", model: call?.modelRequested ?? "")
        var before = answer.parentID.flatMap { questions.messages[$0] }
        while let message = before {
            if let arm = armOf[message.id], arms[arm].key == key, !taken.contains(arm) { return arm }
            before = message.parentID.flatMap { questions.messages[$0] }
        }
        let known = arms.indices.filter { arms[$0].key == key }
        if let free = known.first(where: { !taken.contains($0) }) { return free }
        arms.append(Arm(key: key, sample: known.count + 1))
        return arms.count - 1
    }

    /// The arms that ``candidates(_:original:in:)`` counted; the first is the original, which may have no answer.
    func compared() -> [ComparedArm] {
        let original = originals.count == 1 ? originals.first : nil
        var names = UniqueNames()
        let first = ComparedArm(
            name: names.unique(original ?? "original"), upstream: nil, model: original, sample: 1, isOriginal: true,
            status: nil, note: nil)
        return [first]
            + arms.map { arm in
                let model = arm.key.model.isEmpty ? nil : arm.key.model
                return ComparedArm(
                    name: names.unique(arm.label ?? model ?? "other"), upstream: model.map { _ in arm.key.upstream },
                    model: model, sample: arm.sample, isOriginal: false, status: nil, note: nil)
            }
    }
}

/// Names that are each given once.
struct UniqueNames {
    private var given: Set<String> = []

    mutating func unique(_ name: String) -> String {
        var unique = name
        var number = 2
        while !given.insert(unique).inserted {
            unique = "\(name) #\(number)"
            number += 1
        }
        return unique
    }
}
