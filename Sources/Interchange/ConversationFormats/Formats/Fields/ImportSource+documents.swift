import OrderedJSON

extension ImportSource {
    /// Its files that end in `.json` or `.jsonl`, as exports are named; a plain file may be called anything.
    var jsonEntries: [ImportEntry] {
        entries.count == 1 ? entries : entries.filter { $0.hasExtension("json") || $0.hasExtension("jsonl") }
    }

    /// The beginning of an entry without blanks, to look for names in; empty where it cannot be read.
    func beginning(of entry: ImportEntry, upTo count: Int = 16 << 10) -> [UInt8] {
        ((try? head(of: entry, upTo: count)) ?? []).filter { $0 > 0x20 }
    }

    /// Hands over the documents of an entry, an array's elements one by one.
    ///
    /// What cannot be read is noted as lost, and the next one follows.
    func eachDocument(of entry: ImportEntry, sink: any ImportSink, _ body: (JSON) async throws -> Void) async throws {
        var elements = try JSONElements(try open(entry), JSONElements.Layout(looksInside: false))
        while let element = try elements.next() {
            switch element {
            case .json(let json): try await body(json)
            case .damaged(let why, let number):
                sink.note(ImportNote(.lost, "conversation that cannot be read: \(why)", at: "\(entry.path), \(number)"))
            }
        }
    }
}
