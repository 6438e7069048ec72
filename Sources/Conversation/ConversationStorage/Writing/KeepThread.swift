package import Conversations
import GRDB

/// A mark on a thread that a person sets and takes away.
package enum ThreadMark: Sendable {
    case pinned
    case archived
    case trashed

    fileprivate var column: String {
        switch self {
        case .pinned: "pinned_ms"
        case .archived: "archived_ms"
        case .trashed: "trashed_ms"
        }
    }
}

extension Vault {
    /// Sets a mark on a thread, or with nil takes it away.
    package func mark(_ thread: ThreadID, _ mark: ThreadMark, at time: Timestamp?) async throws(StorageError) {
        try await write { database in
            let row = try database.threadRow(thread).row
            try database.run(
                "UPDATE thread SET \(mark.column) = ? WHERE id = ?", .integer(time?.milliseconds), .integer(row))
            try database.noteChange(ofThread: row)
        }
    }

    /// Gives a thread the title a person wants for it.
    ///
    /// - Parameter given: whether a person gave it; a title that a person gave is replaced by no other.
    package func rename(_ thread: ThreadID, _ title: String, given: Bool = true) async throws(StorageError) {
        try await write { database in
            try database.retitle(database.threadRow(thread).row, title, given: given)
        }
    }

    /// Gives a thread a tag, or takes it away.
    package func tag(_ thread: ThreadID, _ name: String, removing: Bool = false) async throws(StorageError) {
        try await write { database in
            let row = try database.threadRow(thread).row
            if removing {
                try database.run("DELETE FROM tag WHERE thread = ? AND name = ?", .integer(row), .text(name))
            } else {
                try database.run("INSERT OR IGNORE INTO tag (thread, name) VALUES (?, ?)", .integer(row), .text(name))
            }
            try database.noteChange(ofThread: row)
        }
    }

    /// Gives a message a label, or takes it away. A label names one message of a thread; only `keep` may name many.
    package func label(
        _ message: MessageID, _ name: String, removing: Bool = false
    ) async throws(StorageError) {
        try await write { database in
            guard let place = try database.place(of: message),
                let thread = try database.thread(ofStrand: place.strand)
            else { throw StorageError(.notFound, "there is no message \(message).") }
            if !removing, name != "keep" {
                try database.run(
                    """
                    DELETE FROM label WHERE name = ? AND message IN (
                      SELECT label.message FROM label JOIN strand ON strand.id = label.message >> 24
                      WHERE label.name = ?1 AND strand.thread = ?2)
                    """, .text(name), .integer(thread))
            }
            try database.run(
                removing
                    ? "DELETE FROM label WHERE message = ? AND name = ?"
                    : "INSERT OR IGNORE INTO label (message, name) VALUES (?, ?)",
                .integer(place.row), .text(name))
            try database.noteChange(ofThread: thread)
        }
    }

    /// Puts a message and what continues it out of sight, or with nil back. A path through it is not read by default.
    package func trash(_ message: MessageID, at time: Timestamp?) async throws(StorageError) {
        try await write { database in
            guard let place = try database.place(of: message),
                let thread = try database.thread(ofStrand: place.strand)
            else { throw StorageError(.notFound, "there is no message \(message).") }
            try database.run(
                "UPDATE message SET trashed_ms = ? WHERE id = ?", .integer(time?.milliseconds), .integer(place.row))
            try database.noteChange(ofThread: thread)
        }
    }

    /// Changes what a thread asks of a model from now on.
    package func change(
        _ thread: ThreadID, instructions: String?? = nil, model: String?? = nil, upstream: String?? = nil
    ) async throws(StorageError) {
        try await write { database in
            let row = try database.threadRow(thread).row
            if let instructions {
                try database.run(
                    "UPDATE thread SET instructions = ? WHERE id = ?", .text(instructions), .integer(row))
            }
            if let model {
                try database.run("UPDATE thread SET model = ? WHERE id = ?", .text(model), .integer(row))
                try database.noteModels(model)
            }
            if let upstream {
                try database.run("UPDATE thread SET upstream = ? WHERE id = ?", .text(upstream), .integer(row))
            }
            try database.noteChange(ofThread: row)
        }
    }

    /// Notes that a person used a thread on this device: it is `@` from now on.
    package func noteUse(of thread: ThreadID) async throws(StorageError) {
        try await write(surviving: .process) { database in
            let others = try database.recentlyUsedThreads().filter { $0 != thread }
            guard try database.recentlyUsedThreads().first != thread else { return }
            try database.remember(
                "used_threads", ([thread] + others.prefix(19)).map(\.description).joined(separator: " "))
        }
    }

    /// Notes that a person was told of background answers.
    package func noteSeen(_ calls: [CallID], at time: Timestamp) async throws(StorageError) {
        try await write(surviving: .process) { database in
            for call in calls {
                try database.run(
                    "UPDATE call SET seen_ms = ? WHERE uid = ? AND seen_ms IS NULL", .integer(time.milliseconds),
                    .blob(call.bytes))
            }
        }
    }

    /// What this device remembers under a name.
    package func remembered(_ name: String) async throws(StorageError) -> String? {
        try await read { database in
            try database.first("SELECT value FROM memory WHERE name = ?", .text(name), value: { $0.text(0) })
        }
    }

    /// Remembers something on this device.
    package func remember(_ name: String, _ value: String) async throws(StorageError) {
        try await write(surviving: .process) { database in try database.remember(name, value) }
    }
}

extension Database {
    func remember(_ name: String, _ value: String) throws {
        try run(
            "INSERT INTO memory (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            .text(name), .text(value))
    }
}
