import ConversationStorage
import Conversations
import Foundation

// A process that uses a vault, for tests about several processes and killed ones.
//
//   VaultTestProcess open FILE                      opens it for writing, says "open", waits for standard input to end
//   VaultTestProcess read FILE                      opens it for reading, says how many threads it has
//   VaultTestProcess append FILE THREAD COUNT NAME  asks COUNT questions, each answered, in turn with whoever else does
//   VaultTestProcess journal FILE THREAD            begins a call and journals an event a line, for ever
//   VaultTestProcess adopt FILE THREADS MESSAGES    brings in so many threads of so many messages, the same every time
//
// It says what it has done a line at a time, each line after the fact; an error ends it with 1 and the error's code.

func say(_ line: String) {
    FileHandle.standardOutput.write(Data((line + "\n").utf8))
}

func now() -> Timestamp { Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) }

func question(_ text: String, in thread: ThreadID, tip: MessageID?) -> NewCall {
    NewCall(
        id: CallID(at: now()), place: .thread(thread, tip: tip), parent: tip,
        question: [NewMessage(id: MessageID(at: now()), role: .user, parts: [.text(text)], createdAt: now())],
        title: nil, upstream: "test", dialect: .chat, modelRequested: "m", modelSent: "m",
        parameters: CallParameters(), instructions: nil, plan: .whole(messageCount: 1, mode: .auto), queuedAt: now())
}

func append(_ vault: Vault, _ thread: ThreadID, count: Int, name: String) async throws {
    for number in 0..<count {
        let call = question("\(name) question \(number)", in: thread, tip: try await vault.thread(thread).tipID)
        _ = try await vault.begin(call)
        try await vault.finish(
            call.id,
            CallOutcome(
                status: .complete,
                answers: [
                    NewMessage(
                        id: MessageID(at: now()), role: .assistant, parts: [.text("\(name) answer \(number)")],
                        choice: 0,
                        createdAt: now())
                ], finishedAt: now()))
    }
    say("appended \(count)")
}

func journal(_ vault: Vault, _ thread: ThreadID) async throws {
    let call = question("what is journaled", in: thread, tip: try await vault.thread(thread).tipID)
    _ = try await vault.begin(call)
    try await vault.markSent(call.id, requestDigest: [UInt8](repeating: 7, count: 32), at: now())
    say("call \(call.id)")
    for sequence in 0..<1_000_000 {
        _ = try await vault.journal(
            [Array("event \(sequence)".utf8)], from: sequence, of: call.id, firstTokenAt: sequence == 0 ? now() : nil)
        say("wrote \(sequence)")
    }
}

/// A thread that forks at every seventh message, each message by its number.
func record(_ number: Int, messages: Int) -> ThreadRecord {
    let id = ThreadID(derivedFrom: ["thread", "\(number)"])
    let ids = (0..<messages).map { MessageID(derivedFrom: ["message", "\(number)", "\($0)"]) }
    let calls = (0..<messages / 2).map { turn in
        CallRecord(
            id: CallID(derivedFrom: ["call", "\(number)", "\(turn)"]), questionID: ids[2 * turn], upstream: "elsewhere",
            dialect: nil, modelRequested: "m", modelSent: "m", finishedAt: Timestamp(milliseconds: 9),
            body: Array("{\"all\":\"answer \(2 * turn + 1) of thread \(number)\"}".utf8))
    }
    return ThreadRecord(
        id: id, title: "thread \(number)", tags: ["adopted"], tipID: ids.last,
        createdAt: Timestamp(milliseconds: 1), activeAt: Timestamp(milliseconds: 2),
        messages: ids.enumerated().map { position, id in
            let isAnswer = position % 2 == 1
            return MessageRecord(
                id: id, parentID: position == 0 ? nil : ids[isAnswer || position % 7 > 0 ? position - 1 : position / 2],
                role: isAnswer ? .assistant : .user,
                parts: [.text("\(isAnswer ? "answer" : "question") \(position) of thread \(number)")],
                callID: isAnswer ? calls[position / 2].id : nil, choice: isAnswer ? 0 : nil,
                createdAt: Timestamp(milliseconds: Int64(position)))
        }, calls: calls)
}

let arguments = CommandLine.arguments
guard arguments.count >= 3 else { exit(64) }
do {
    let vault = try Vault(file: arguments[2], for: arguments[1] == "read" ? .reading : .writing)
    switch arguments[1] {
    case "open":
        say("open")
        while readLine() != nil {}
    case "read":
        say("threads \(try await vault.threads().count)")
    case "append":
        guard arguments.count == 6, let thread = ThreadID(arguments[3]), let count = Int(arguments[4]) else { exit(64) }
        try await append(vault, thread, count: count, name: arguments[5])
    case "adopt":
        guard arguments.count == 5, let threads = Int(arguments[3]), let messages = Int(arguments[4]) else { exit(64) }
        for number in 0..<threads {
            let adoption = try await vault.adopt([record(number, messages: messages)])
            guard adoption.refusals.isEmpty else { exit(2) }
            say("adopted \(number)")
        }
    case "journal":
        guard arguments.count == 4, let thread = ThreadID(arguments[3]) else { exit(64) }
        try await journal(vault, thread)
    default: exit(64)
    }
    vault.close()
} catch let error as StorageError {
    say("failed \(error.code): \(error.message)")
    exit(1)
}
