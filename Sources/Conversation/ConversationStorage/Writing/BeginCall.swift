package import Conversations
import Crypto
import GRDB
import OrderedJSON

/// A call that is about to be written down, with the question it asks.
package struct NewCall: Sendable {
    /// Where it belongs.
    package enum Place: Sendable {
        /// A thread that begins with it.
        case newThread(NewThread)
        /// A thread that is there. `tip` is where the caller saw its tip: it moves only if it is still there.
        case thread(ThreadID, tip: MessageID?)
    }

    package var id: CallID
    package var place: Place
    /// The message that the question continues; nil where it begins the thread.
    package var parent: MessageID?
    /// The messages it adds, oldest first: the question, or what tools gave back. Empty where it asks `parent` again.
    package var question: [NewMessage]
    /// A title for a thread that has none.
    package var title: String?
    package var upstream: String
    package var dialect: Dialect
    package var modelRequested: String
    package var modelSent: String
    package var parameters: CallParameters
    package var instructions: String?
    package var plan: ContextPlan
    package var isBackground: Bool
    /// Whether the thread's tip follows the question. A replay's does not.
    package var movesTip: Bool
    /// Where in a replay it is asked.
    package var replayPlace: ReplayPlace?
    /// How a program asked for it.
    package var asked: ProgramRequest?
    /// The SHA-256 of its request, where that is known and goes out at once: then the call is written as sent.
    package var requestDigest: [UInt8]?
    package var queuedAt: Timestamp

    package init(
        id: CallID, place: Place, parent: MessageID?, question: [NewMessage], title: String?, upstream: String,
        dialect: Dialect, modelRequested: String, modelSent: String, parameters: CallParameters,
        instructions: String?, plan: ContextPlan, isBackground: Bool = false, movesTip: Bool = true,
        replayPlace: ReplayPlace? = nil, asked: ProgramRequest? = nil, requestDigest: [UInt8]? = nil,
        queuedAt: Timestamp
    ) {
        self.id = id
        self.place = place
        self.parent = parent
        self.question = question
        self.title = title
        self.upstream = upstream
        self.dialect = dialect
        self.modelRequested = modelRequested
        self.modelSent = modelSent
        self.parameters = parameters
        self.instructions = instructions
        self.plan = plan
        self.isBackground = isBackground
        self.movesTip = movesTip
        self.replayPlace = replayPlace
        self.asked = asked
        self.requestDigest = requestDigest
        self.queuedAt = queuedAt
    }
}

/// A call that has been written down.
package struct BegunCall: Sendable {
    package let threadID: ThreadID
    /// The message the answers will continue.
    package let questionID: MessageID?
    /// Whether the thread went on from here. False if another writer moved it meanwhile: then this is a sibling.
    package let movedTip: Bool
}

extension Vault {
    /// Writes a call down together with its question, before anything is sent: whatever happens after, the question is
    /// saved. It survives a lost power supply.
    package func begin(_ call: NewCall) async throws(StorageError) -> BegunCall {
        try await write { [worker] database in
            let thread: Int64
            let threadID: ThreadID
            var isUntitled = false
            var expectedTip: MessagePlace?
            switch call.place {
            case .newThread(let new):
                thread = try database.create(new)
                threadID = new.id
                isUntitled = new.title == nil
            case .thread(let id, let tip):
                guard
                    let (row, hasTitle) = try database.first(
                        "SELECT id, title IS NOT NULL FROM thread WHERE uid = ?", .blob(id.bytes),
                        value: { ($0.integer(0), $0.integer(1) == 1) })
                else { throw StorageError(.notFound, "there is no thread \(id). See: diwan list") }
                thread = row
                threadID = id
                isUntitled = !hasTitle
                expectedTip = try tip.flatMap { try database.place(of: $0) }
            }
            var end: MessagePlace?
            if let parent = call.parent {
                // Mostly a question continues the thread's tip, which has been looked up.
                if case .thread(_, let tip) = call.place, tip == parent {
                    end = expectedTip
                } else {
                    end = try database.place(of: parent)
                }
                guard end != nil else {
                    throw StorageError(.notFound, "the message to continue is not there any more. See: diwan list")
                }
            }
            for message in call.question {
                end = try database.append(message, after: end, inThread: thread)
            }
            if call.movesTip, let title = call.title, isUntitled {
                try database.retitle(thread, title, given: false)
            }
            var movedTip = true
            if call.movesTip, expectedTip != end {
                movedTip = try database.moveTip(ofThread: thread, from: expectedTip, to: end)
            }
            var parameters = call.parameters
            parameters.tools = nil
            let row = try database.insert(
                """
                INSERT INTO call (uid, short, thread, question, upstream, dialect, model_requested, model_sent, parameters,
                  instructions, tools, plan, status, queued_ms, worker, is_background, asked, request_digest, sent_ms)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                .blob(call.id.bytes), .text(call.id.short), .integer(thread), .integer(end?.row), .text(call.upstream),
                .text(call.dialect.rawValue), .text(call.modelRequested), .text(call.modelSent),
                .text(parameters.json.text()), .integer(try call.instructions.map { try database.words($0) }),
                .integer(try call.parameters.tools.map { try database.words($0.text()) }),
                .text(call.plan.json.text()),
                .text((call.requestDigest == nil ? Call.Status.queued : .running).rawValue),
                .integer(call.queuedAt.milliseconds), .integer(try database.registerProcess(worker, at: call.queuedAt)),
                .integer(call.isBackground ? 1 : 0),
                .text(call.asked?.json.text()), .blob(call.requestDigest),
                .integer(call.requestDigest.map { _ in call.queuedAt.milliseconds }))
            if let place = call.replayPlace { try database.note(row, asks: place, at: call.queuedAt) }
            try database.noteModels(call.modelRequested, call.modelSent)
            try database.noteChange(ofThread: thread, activeAt: call.movesTip ? call.queuedAt : nil)
            return BegunCall(
                threadID: threadID, questionID: call.question.last?.id ?? call.parent, movedTip: movedTip)
        }
    }
}

extension Database {
    /// The row of a text that is kept once, by its content.
    func words(_ text: String) throws -> Int64 {
        let digest = Array(SHA256.hash(data: Array(text.utf8)))
        if let row = try first("SELECT id FROM words WHERE digest = ?", .blob(digest), value: { $0.integer(0) }) {
            return row
        }
        return try insert("INSERT INTO words (digest, text) VALUES (?, ?)", .blob(digest), .text(text))
    }

    /// Takes away what is left of processes that are gone and run no call any more.
    private func forgetProcessesThatAreGone(_ worker: WorkerLock) throws {
        let idle = try all(
            "SELECT id, lock_file FROM process WHERE NOT EXISTS (SELECT 1 FROM call WHERE call.worker = process.id)",
            value: { ($0.integer(0), $0.text(1)) })
        for (row, file) in idle where !worker.isAlive(file) {
            try run("DELETE FROM process WHERE id = ?", .integer(row))
            worker.forget(file)
        }
    }

    /// This process among those that run calls.
    func registerProcess(_ worker: WorkerLock, at time: Timestamp) throws -> Int64 {
        let name = try worker.acquire()
        if let row = try first("SELECT id FROM process WHERE lock_file = ?", .text(name), value: { $0.integer(0) }) {
            return row
        }
        try forgetProcessesThatAreGone(worker)
        return try insert(
            "INSERT INTO process (lock_file, started_ms) VALUES (?, ?)", .text(name), .integer(time.milliseconds))
    }
}
