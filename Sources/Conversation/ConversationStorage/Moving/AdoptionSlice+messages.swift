import Conversations
import GRDB
import OrderedJSON

extension AdoptionSlice {
    mutating func bring(
        message number: Int, of prepared: PreparedThread, into thread: inout OpenThread, _ adoption: inout Adoption
    ) throws {
        let message = prepared.record.messages[number]
        let isCounted = number < thread.counted
        let parentNumber = prepared.parents[number]
        let parent = parentNumber < 0 ? nil : thread.places[parentNumber]
        let lineage = prepared.lineages[number]
        let call = prepared.calls[number]
        if call >= 0 { thread.missingAnswers[call] -= 1 }

        func note(_ place: MessagePlace?) {
            thread.places.append(place)
            guard place == nil else { return }
            if call >= 0 { thread.callsWithErasedAnswers.insert(call) }
            if !isCounted { adoption.erasedMessages += 1 }
        }
        guard parentNumber < 0 || parent != nil else { return note(nil) }
        let here = thread.known[message.id]
        if let here, here.lineage == lineage {
            if !isCounted { adoption.knownMessages += 1 }
            try label(here.place, message.labels, &thread)
            return note(here.place)
        }
        if try isPurged(message.id) { return note(nil) }
        var place: MessagePlace?
        if here == nil {
            place = try write(number, under: message.id, after: parent, prepared, &thread, &adoption)
            if place != nil { adoption.newMessages += isCounted ? 0 : 1 }
        }
        if place == nil {
            let derived = MessageID(derivedFrom: [
                "changed", prepared.record.id.description, message.id.description, Self.text(lineage),
            ])
            if let here = thread.known[derived], here.lineage == lineage {
                if !isCounted { adoption.knownMessages += 1 }
                try label(here.place, message.labels, &thread)
                return note(here.place)
            }
            if try isPurged(derived) { return note(nil) }
            place = try write(number, under: derived, after: parent, prepared, &thread, &adoption)
            if place != nil { adoption.changedMessages += isCounted ? 0 : 1 }
        }
        note(place)
    }

    private static func text(_ lineage: Lineage) -> String {
        lineage.bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// - Returns: nil where another thread has a message of this id.
    private mutating func write(
        _ number: Int, under id: MessageID, after parent: MessagePlace?, _ prepared: PreparedThread,
        _ thread: inout OpenThread, _ adoption: inout Adoption
    ) throws -> MessagePlace? {
        let message = prepared.record.messages[number]
        let call = try row(ofCallOf: number, answering: id, prepared, &thread, &adoption)
        let place: MessagePlace
        if let free = thread.freePlace(after: parent) {
            place = free
        } else {
            statements.insertStrand.bind(thread.row, at: 1)
            statements.insertStrand.bind(parent?.strand, at: 2)
            statements.insertStrand.bind(parent?.position ?? -1, at: 3)
            try statements.insertStrand.run()
            place = MessagePlace(strand: database.lastInsertedRowID, position: (parent?.position ?? -1) + 1)
            thread.strands[place.strand] = OpenThread.Strand(
                parent: parent?.strand ?? 0, fork: parent?.position ?? -1, next: place.position + 1)
        }
        let parts = message.parts
        let isPlain = parts.isPlainText
        let text = parts.text
        statements.insertMessage.bind(place.row, at: 1)
        statements.insertMessage.bind(arrival + 1, at: 2)
        statements.insertMessage.bind(id.bytes, at: 3)
        statements.insertMessage.bind(prepared.lineages[number].bytes, at: 4)
        statements.insertMessage.bind(message.role.name, at: 5)
        statements.insertMessage.bind(text, at: 6)
        statements.insertMessage.bind(isPlain ? nil : parts.storedJSON.text(), at: 7)
        statements.insertMessage.bind(call, at: 8)
        statements.insertMessage.bind(call == nil ? nil : message.choice.map { Int64($0) }, at: 9)
        statements.insertMessage.bind(message.finishReason, at: 10)
        statements.insertMessage.bind(message.status.rawValue, at: 11)
        statements.insertMessage.bind(message.trashedAt?.milliseconds, at: 12)
        statements.insertMessage.bind(message.createdAt.milliseconds, at: 13)
        try statements.insertMessage.run()
        guard database.changesCount == 1 else {
            try giveBack(place, &thread)
            if let call { thread.choices.remove(OpenThread.Choice(call: call, choice: message.choice)) }
            return nil
        }
        arrival += 1
        try noteDate(message.createdAt)
        thread.written.insert(number)
        thread.isAddedTo = true
        if isPlain {
            statements.insertWords.bind(arrival, at: 1)
            statements.insertWords.bind(text, at: 2)
            try statements.insertWords.run()
        } else {
            try index(parts, text)
            for digest in parts.blobs {
                statements.insertBlob.bind(place.row, at: 1)
                statements.insertBlob.bind(digest.bytes, at: 2)
                try statements.insertBlob.run()
            }
        }
        try label(place, message.labels, &thread)
        if let call { try finishBody(of: call, answeredBy: number, prepared, thread) }
        return place
    }

    /// A place that was taken for a message which then was not written.
    private func giveBack(_ place: MessagePlace, _ thread: inout OpenThread) throws {
        guard let strand = thread.strands[place.strand] else { return }
        if strand.fork + 1 == place.position {
            thread.strands[place.strand] = nil
            try database.run("DELETE FROM strand WHERE id = ?", .integer(place.strand))
        } else {
            thread.strands[place.strand]?.next = place.position
        }
    }

    private func index(_ parts: [MessagePart], _ text: String) throws {
        let words = SearchedWords(parts)
        if words.isForTheViewToTell {
            try database.run(
                """
                INSERT INTO message_search (rowid, text, reasoning, tool)
                SELECT arrival, text, reasoning, tool FROM message_words WHERE arrival = ?
                """, .integer(arrival))
            return
        }
        statements.insertAllWords.bind(arrival, at: 1)
        statements.insertAllWords.bind(text, at: 2)
        statements.insertAllWords.bind(words.reasoning, at: 3)
        statements.insertAllWords.bind(words.tool, at: 4)
        try statements.insertAllWords.run()
    }

    /// Labels that the message has not: one that names another message of the thread stays there.
    private func label(_ place: MessagePlace, _ names: [String], _ thread: inout OpenThread) throws {
        for name in names {
            if name != "keep" {
                let isTaken = try database.first(
                    """
                    SELECT 1 FROM label JOIN strand ON strand.id = label.message >> 24
                    WHERE label.name = ? AND strand.thread = ?
                    """, .text(name), .integer(thread.row), value: { _ in true })
                if isTaken == true { continue }
            }
            statements.insertLabel.bind(place.row, at: 1)
            statements.insertLabel.bind(name, at: 2)
            try statements.insertLabel.run()
            if database.changesCount == 1 { thread.isAddedTo = true }
        }
    }
}
