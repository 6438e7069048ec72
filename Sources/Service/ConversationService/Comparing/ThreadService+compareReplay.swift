import ConversationStorage
import Conversations

extension ThreadService {
    /// What the arms of a replay answered, beside what was answered before. Arms of one model on several threads are one.
    func comparison(of replay: Replay) async throws(ServiceError) -> Comparison {
        var threads: [ComparedThread] = []
        var messages: [MessageID: Message] = [:]
        var calls: [CallID: Call] = [:]
        var labels: [MessageID: [String]] = [:]
        var order: [ThreadID] = []
        for arm in replay.arms where !order.contains(arm.threadID) { order.append(arm.threadID) }
        for id in order {
            let thread = try await stored { () async throws(StorageError) in try await vault.thread(id) }
            let all = try await stored { () async throws(StorageError) in try await vault.messages(of: id) }
            threads.append(ComparedThread(thread: thread, messages: all))
            for message in all where message.trashedAt == nil { messages[message.id] = message }
            for call in try await stored({ () async throws(StorageError) in try await vault.calls(of: id) }) {
                calls[call.id] = call
            }
            labels.merge(try await stored { () async throws(StorageError) in try await vault.labels(in: id) }) { $1 }
        }
        let arms = ReplayedArms(replay)
        func candidate(_ message: Message?, _ call: Call?, arm: Int) -> ComparedAnswers.Candidate {
            ComparedAnswers.Candidate(
                arm: arm, isOriginal: arm == 0, message: message, call: call,
                label: message.flatMap { labels[$0.id]?.first { $0 != "keep" } })
        }
        var turns: [ComparedTurn] = []
        for thread in order {
            let ofThread = replay.arms.filter { $0.threadID == thread }
            for question in arms.questions(of: ofThread) {
                var candidates: [ComparedAnswers.Candidate] = []
                if let original = question.originalID.flatMap({ messages[$0] }) {
                    candidates.append(candidate(original, original.callID.flatMap { calls[$0] }, arm: 0))
                }
                for arm in ofThread {
                    guard let turn = arm.turns.first(where: { $0.questionID == question.questionID }) else { continue }
                    let call = turn.callID.flatMap { calls[$0] }
                    candidates.append(
                        candidate(call?.messageIDs.first.flatMap { messages[$0] }, call, arm: arms.place(of: arm)))
                }
                turns.append(
                    ComparedTurn(
                        threadID: thread, number: question.number, question: messages[question.questionID],
                        answers: ComparedAnswers.measured(candidates)))
            }
        }
        return Comparison(subject: .replay(replay), threads: threads, arms: arms.compared, turns: turns)
    }
}

/// The arms of a replay, those of one model on several threads taken together.
private struct ReplayedArms {
    private struct Key: Hashable {
        let upstream: String
        let model: String
        let sample: Int
    }

    private var places: [Key: Int] = [:]
    private(set) var compared: [ComparedArm] = []

    init(_ replay: Replay) {
        var groups: [[ReplayArm]] = []
        for arm in replay.arms {
            let key = Self.key(of: arm)
            if let place = places[key] {
                groups[place - 1].append(arm)
            } else {
                groups.append([arm])
                places[key] = groups.count
            }
        }
        var names = UniqueNames()
        compared = [
            ComparedArm(
                name: names.unique("original"), upstream: nil, model: nil, sample: 1, isOriginal: true, status: nil,
                note: nil)
        ]
        for group in groups {
            // On several threads the label may not be the same everywhere.
            let name = Set(group.map(\.label)).count == 1 ? group[0].label : group[0].model
            compared.append(
                ComparedArm(
                    name: names.unique(name), upstream: group[0].upstream, model: group[0].model,
                    sample: group[0].sample, isOriginal: false, status: Self.status(of: group),
                    note: group.lazy.compactMap(\.note).first))
        }
    }

    func place(of arm: ReplayArm) -> Int { places[Self.key(of: arm)] ?? 0 }

    /// What is asked again in a thread, in the order of its path.
    func questions(of arms: [ReplayArm]) -> [ReplayTurn] {
        var seen: Set<MessageID> = []
        return arms.flatMap(\.turns).filter { seen.insert($0.questionID).inserted }.sorted { $0.number < $1.number }
    }

    private static func key(of arm: ReplayArm) -> Key {
        Key(upstream: arm.upstream, model: arm.model, sample: arm.sample)
    }

    /// The worst that came of any of them.
    private static func status(of arms: [ReplayArm]) -> ReplayArm.Status {
        for status in [ReplayArm.Status.open, .failed, .stopped] where arms.contains(where: { $0.status == status }) {
            return status
        }
        return .complete
    }
}
