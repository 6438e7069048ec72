import OrderedJSON

/// The examples of a training file: elements of an array, or lines; each an object.
enum TrainingFile {
    /// Hands over every example of every file that looks like one, with the place a report calls it by.
    static func eachExample(
        of source: any ImportSource, where isOne: (ImportEntry) -> Bool, sink: any ImportSink,
        _ body: (JSONObject, String) async throws -> Void
    ) async throws {
        for entry in source.entries where isOne(entry) {
            // An example has arrays of its own: what stands alone in a file is one.
            var elements = try JSONElements(try source.open(entry), JSONElements.Layout(looksInside: false))
            var number = 0
            while let element = try elements.next() {
                number += 1
                let place = "\(entry.path), example \(number)"
                switch element {
                case .json(.object(let object)): try await body(object, place)
                case .json: sink.note(ImportNote(.lost, "an example that is no object", at: place))
                case .damaged(let why, _):
                    sink.note(ImportNote(.lost, "an example that cannot be read: \(why)", at: place))
                }
            }
        }
    }

    /// The first example of an entry, as far as its beginning shows it: its own keys, and those of what is inside.
    static func keys(of entry: ImportEntry, in source: any ImportSource) -> (own: Set<String>, inner: Set<String>) {
        let name = entry.plainName
        guard [".json", ".jsonl", ".ndjson"].contains(where: name.hasSuffix) || source.entries.count == 1,
            let head = try? source.head(of: entry, upTo: 1 << 16)
        else { return ([], []) }
        let scan = KeyScan(head)
        return (scan.own, scan.inner)
    }
}

/// The keys of the first object in the beginning of a document, whole or cut off, and those of the objects inside of it.
private struct KeyScan {
    private(set) var own: Set<String> = []
    private(set) var inner: Set<String> = []

    init(_ bytes: [UInt8]) {
        var depth = 0
        var string: [UInt8]?
        var last: String?
        var isEscaped = false
        for byte in bytes {
            if var current = string {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    last = String(decoding: current, as: UTF8.self)
                    string = nil
                    continue
                }
                if current.count < 64 { current.append(byte) }
                string = current
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): string = []
            case UInt8(ascii: ":"):
                if let key = last, depth == 1 { own.insert(key) }
                if let key = last, depth > 1 { inner.insert(key) }
                last = nil
            case UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: "}"):
                depth -= 1
                if depth == 0 { return }
            case UInt8(ascii: ","): last = nil
            default: break
            }
        }
    }
}
