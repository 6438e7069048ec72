import Conversations
import GRDB
import OrderedJSON

extension AdoptionSlice {
    func missingAttachment(of prepared: PreparedThread) throws -> Adoption.Reason? {
        for digest in prepared.attachments {
            let isThere = try database.first(
                "SELECT 1 FROM blob WHERE sha256 = ?", .blob(digest.bytes), value: { _ in true })
            if isThere == nil { return .missingAttachment }
        }
        return nil
    }

    mutating func create(_ record: ThreadRecord) throws -> Int64? {
        statements.insertThread.bind(record.id.bytes, at: 1)
        statements.insertThread.bind(record.id.short, at: 2)
        statements.insertThread.bind(record.title, at: 3)
        statements.insertThread.bind(record.titleIsGiven ? 1 : 0, at: 4)
        statements.insertThread.bind(record.instructions, at: 5)
        statements.insertThread.bind(record.model, at: 6)
        statements.insertThread.bind(record.upstream, at: 7)
        statements.insertThread.bind(record.settings?.text(), at: 8)
        statements.insertThread.bind(record.origin?.text(), at: 9)
        statements.insertThread.bind(record.createdAt.milliseconds, at: 10)
        statements.insertThread.bind(record.activeAt.milliseconds, at: 11)
        statements.insertThread.bind(record.pinnedAt?.milliseconds, at: 12)
        statements.insertThread.bind(record.archivedAt?.milliseconds, at: 13)
        statements.insertThread.bind(record.trashedAt?.milliseconds, at: 14)
        try statements.insertThread.run()
        guard database.changesCount == 1 else { return nil }
        let row = database.lastInsertedRowID
        statements.insertTitle.bind(row, at: 1)
        statements.insertTitle.bind(record.title, at: 2)
        try statements.insertTitle.run()
        try noteModels(record.model)
        for tag in record.tags {
            try database.run("INSERT OR IGNORE INTO tag (thread, name) VALUES (?, ?)", .integer(row), .text(tag))
        }
        return row
    }

    /// A title that the record has and nobody here gave: but not where words it may be made of were erased here.
    ///
    /// - Returns: whether it was given.
    func retitle(_ row: Int64, _ record: ThreadRecord) throws -> Bool {
        guard let title = record.title,
            let (present, isGiven) = try database.first(
                "SELECT title, title_given FROM thread WHERE id = ?", .integer(row),
                value: { ($0.textOrNil(0), $0.integer(1) == 1) }),
            !isGiven, present.map({ !$0.utf8.elementsEqual(title.utf8) }) ?? true || record.titleIsGiven
        else { return false }
        if hasPurges, !record.titleIsGiven {
            for message in record.messages where try isPurged(message.id) { return false }
        }
        try database.retitle(row, title, given: record.titleIsGiven)
        return true
    }
}
