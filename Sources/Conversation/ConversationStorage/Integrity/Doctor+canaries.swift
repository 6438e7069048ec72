import Conversations
import GRDB
import OrderedJSON

extension Doctor {
    /// Canaries: readable, their handles their ids', each asking a path of its own thread.
    mutating func examineCanaries() throws {
        try database.each(
            """
            SELECT canary.uid, canary.short, canary.settings, strand.thread IS NOT canary.thread FROM canary
            LEFT JOIN strand ON strand.id = canary.origin >> 24
            """
        ) { row in
            guard let id = CanaryID(bytes: row.blob(0)) else { return }
            if row.text(1) != id.short { found(.handle, "canary", id.description, "its handle is not its id's") }
            if (try? JSON(parsing: row.text(2)))?.object == nil {
                found(.canary, "canary", id.description, "its settings cannot be read")
            }
            if row.integer(3) == 1 {
                found(.canary, "canary", id.description, "it asks a message of another thread, or none")
            }
        }
    }
}
