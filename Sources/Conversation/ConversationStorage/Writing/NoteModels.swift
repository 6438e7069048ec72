import GRDB

extension Database {
    /// Notes names that a model was asked, sent or reported by, so that search knows which names are in no message.
    ///
    /// Whatever writes a model into a thread or a call notes it, in its own transaction.
    func noteModels(_ names: String?...) throws {
        var previous: String?
        for name in names {
            // Mostly a model is sent by the name it was asked by.
            guard let name, name != previous else { continue }
            try run("INSERT OR IGNORE INTO model_name (name) VALUES (lower(?))", .text(name))
            previous = name
        }
    }
}
