import CFloors
import ConversationStorage
import Conversations

/// One turn — the question with its call, then the answer — as two transactions that survive a lost power supply, beside
/// C that writes the same rows of the same tables in two such transactions.
func measureAppends(_ stores: Stores, isLarge: Bool) async throws -> [Figure] {
    var figures: [Figure] = []
    for count in [1_000, 100_000] + (isLarge ? [1_000_000] : []) {
        // One thread of each length, the rest of the store in threads of ten.
        let long = [1_000, 10_000].filter { $0 < count }
        let rest = (count - long.reduce(0, +)) / 10
        let (path, threads) = try stores.threads(
            "append-\(count)", lengths: Array(repeating: 10, count: rest) + long, lanes: 20, isIndexed: true)
        let ours = try stores.copy(of: path, as: "append-ours")
        let theirs = try stores.copy(of: path, as: "append-floor")
        let vault = try Vault(file: ours, for: .writing)
        let floor = try FloorStore(theirs)
        var ends = Dictionary(uniqueKeysWithValues: threads.map { ($0.id, $0.tip) })
        var ratios: [Double] = []
        for length in [10, 1_000, 10_000] where length == 10 || length < count {
            let targets = threads.filter { $0.messageCount == length }
            let turns = 16
            let pairs = try await Pairs.measured(
                15,
                ours: { round in
                    let planned = (0..<turns).map { turn in
                        let thread = targets[(round * turns + turn) % targets.count]
                        return Turn(thread.id, number: round * turns + turn, length: length, words: stores.words)
                    }
                    return try await Elapsed.of {
                        for turn in planned {
                            ends[turn.thread] = try await turn.append(to: vault, after: ends[turn.thread])
                        }
                    }
                },
                floor: { round in
                    let planned = (0..<turns).map { turn in
                        let thread = targets[(round * turns + turn) % targets.count]
                        return Turn(thread.id, number: round * turns + turn, length: length, words: stores.words)
                    }
                    return try Elapsed.ofSynchronous { for turn in planned { try turn.append(to: floor) } }
                })
            var figure = pairs.figure(
                "append a turn: thread of \(named(length)), store of \(count >= 1_000_000 ? "1,000,000" : named(count))",
                unit: "ms", scale: 1e3, works: turns, goal: .ratio(1.3))
            // A disk that flushes slowly would hide anything.
            figure.goalIsOfProcessor = true
            figures.append(figure)
            if let ratio = figure.processorRatio { ratios.append(ratio) }
        }
        // The floor knows nothing of a thread's length, so the ratios are as flat as we are, on however busy a machine.
        if ratios.count > 1, let least = ratios.min(), let most = ratios.max() {
            figures.append(
                Figure(
                    what: "  flat: the largest of these CPU ratios over the smallest", unit: "×", ours: most / least,
                    goal: .atMost(1.3)))
        }
        vault.close()
        floor.close()
    }
    return figures
}

/// A turn that is to be appended: everything of it is made before any clock runs.
struct Turn: Sendable {
    let thread: ThreadID
    private let call: CallID
    private let callShort: String
    private let question: MessageID
    private let questionText: [UInt8]
    private let answer: MessageID
    private let answerText: [UInt8]
    private let now: Timestamp
    private let length: Int
    private let questionString: String
    private let answerString: String

    init(_ thread: ThreadID, number: Int, length: Int, words: SeededWords) {
        self.thread = thread
        self.length = length
        now = Timestamp(milliseconds: Stores.beginning + 1_000_000_000 + Int64(number) * 1_000)
        call = CallID(at: now.milliseconds, thread: number, position: length * 3)
        callShort = call.short
        question = MessageID(at: now.milliseconds, thread: number, position: length * 3 + 1)
        answer = MessageID(at: now.milliseconds, thread: number, position: length * 3 + 2)
        questionText = words.text(bytes: 1_024, number: number * 2 + length << 20)
        answerText = words.text(bytes: 1_024, number: number * 2 + length << 20 + 1)
        questionString = String(decoding: questionText, as: UTF8.self)
        answerString = String(decoding: answerText, as: UTF8.self)
    }

    /// Appends it to a vault of ours; gives the answer's id.
    func append(to vault: Vault, after tip: MessageID?) async throws -> MessageID {
        try await begin(in: vault, after: tip)
        try await finish(in: vault)
        return answer
    }

    func begin(in vault: Vault, after tip: MessageID?) async throws {
        _ = try await vault.begin(
            NewCall(
                id: call, place: .thread(thread, tip: tip), parent: tip,
                question: [NewMessage(id: question, role: .user, parts: [.text(questionString)], createdAt: now)],
                title: nil, upstream: "local", dialect: .chat, modelRequested: "model", modelSent: "model",
                parameters: CallParameters(), instructions: nil,
                plan: .whole(messageCount: length, mode: .full), queuedAt: now))
    }

    private func finish(in vault: Vault) async throws {
        try await vault.finish(
            call,
            CallOutcome(
                status: .complete,
                answers: [
                    NewMessage(
                        id: answer, role: .assistant, parts: [.text(answerString)], choice: 0, finishReason: "stop",
                        createdAt: now)
                ], modelReported: "model", responseID: "chatcmpl-1", created: 1, object: "chat.completion",
                usage: TokenUsage(input: 9, output: 9), finishedAt: now))
    }

    func append(to floor: FloorStore) throws {
        try withFloorTurn { try floor.check(floor_append_turn(floor.store, $0)) }
    }

    /// The question alone, inside whatever transaction there is.
    func begin(in floor: FloorStore) throws {
        try withFloorTurn { try floor.check(floor_begin_call(floor.store, $0)) }
    }

    private func withFloorTurn(_ body: (UnsafePointer<floor_turn>) throws -> Void) throws {
        try questionText.withUnsafeBytes { questionBytes in
            try answerText.withUnsafeBytes { answerBytes in
                try callShort.withCString { short in
                    try withUnsafe(thread.bytes, call.bytes, question.bytes, answer.bytes) {
                        thread, call, question, answer in
                        var turn = floor_turn(
                            thread_uid: thread, call_uid: call, call_short: short, question_uid: question,
                            question: questionBytes.assumingMemoryBound(to: CChar.self).baseAddress,
                            question_count: questionText.count, answer_uid: answer,
                            answer: answerBytes.assumingMemoryBound(to: CChar.self).baseAddress,
                            answer_count: answerText.count, now_ms: now.milliseconds)
                        try body(&turn)
                    }
                }
            }
        }
    }

    private func withUnsafe(
        _ first: [UInt8], _ second: [UInt8], _ third: [UInt8], _ fourth: [UInt8],
        _ body: (UnsafePointer<UInt8>?, UnsafePointer<UInt8>?, UnsafePointer<UInt8>?, UnsafePointer<UInt8>?) throws ->
            Void
    ) rethrows {
        try first.withUnsafeBufferPointer { first in
            try second.withUnsafeBufferPointer { second in
                try third.withUnsafeBufferPointer { third in
                    try fourth.withUnsafeBufferPointer { fourth in
                        try body(first.baseAddress, second.baseAddress, third.baseAddress, fourth.baseAddress)
                    }
                }
            }
        }
    }
}
