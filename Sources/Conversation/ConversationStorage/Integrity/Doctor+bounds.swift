import Conversations
import GRDB

extension Doctor {
    mutating func note(date: Int64, ofArrival arrival: Int64) {
        let number = ArrivalBlock.number(of: arrival)
        guard let dates = blocks[number] else {
            blocks[number] = date...date
            return
        }
        if !dates.contains(date) { blocks[number] = min(dates.lowerBound, date)...max(dates.upperBound, date) }
    }

    /// What search is bounded by: it may say more than there is, and never less.
    mutating func examineBounds() throws {
        var missing = blocks
        try database.each("SELECT id, first_ms, last_ms FROM arrival_block") { row in
            guard let held = missing[row.integer(0)], row.integer(1) <= held.lowerBound,
                held.upperBound <= row.integer(2)
            else { return }
            missing[row.integer(0)] = nil
        }
        for number in missing.keys.sorted() {
            let first = number << ArrivalBlock.bits
            found(
                .arrivalDates, "index", "dates of the arrivals \(max(1, first))–\(first + 1 << ArrivalBlock.bits - 1)",
                "search takes some of these messages to be older or newer than they are")
        }
        try database.each(
            """
            SELECT 'thread', uid FROM thread WHERE model IS NOT NULL AND lower(model) NOT IN (SELECT name FROM model_name)
            UNION ALL SELECT 'call', uid FROM call WHERE lower(model_requested) NOT IN (SELECT name FROM model_name)
              OR lower(model_sent) NOT IN (SELECT name FROM model_name)
              OR (model_reported IS NOT NULL AND lower(model_reported) NOT IN (SELECT name FROM model_name))
            """
        ) { row in
            let name = CallID(bytes: row.blob(1))?.description ?? "without an id"
            found(.modelName, row.text(0), name, "search does not know its model")
        }
    }
}
