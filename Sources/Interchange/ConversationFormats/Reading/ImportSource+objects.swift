import OrderedJSON

/// An entry of a source that cannot be read (any further). What was read of it before was handed over.
struct UnreadableEntry: Error {
    let entry: ImportEntry
    let reason: FormatError
}

extension ImportSource {
    /// Hands over what a JSON file lists, one thing after the other: the elements of an array, those under `key` of an
    /// object, the lines of JSON Lines, or the file's one object.
    ///
    /// - Throws: ``UnreadableEntry``, and whatever `body` throws.
    func eachElement(
        of entry: ImportEntry, under key: String, _ body: (JSONElements.Element) async throws -> Void
    ) async throws {
        var elements: JSONElements
        do {
            elements = try JSONElements(try open(entry), JSONElements.Layout(member: key))
        } catch {
            throw UnreadableEntry(entry: entry, reason: error)
        }
        while true {
            let element: JSONElements.Element?
            do { element = try elements.next() } catch { throw UnreadableEntry(entry: entry, reason: error) }
            guard let element else { return }
            try await body(element)
        }
    }
}

extension [UInt8] {
    /// Whether `text` occurs.
    func contains(_ text: StaticString) -> Bool {
        let wanted = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        guard let first = wanted.first, count >= wanted.count else { return false }
        var from = startIndex
        while let place = self[from...].firstIndex(of: first), place + wanted.count <= count {
            if self[place...].starts(with: wanted) { return true }
            from = place + 1
        }
        return false
    }
}

extension ImportEntry {
    /// The file's name in lower case, for comparing.
    var plainName: String { fileName.lowercased() }
}
