import OrderedJSON

extension JSON {
    /// A text as it is, and any other value as JSON text: what a tool was given, what it gave back.
    var asText: String { string ?? text() }
}

extension ImportEntry {
    /// The file's name without what follows its last dot.
    var stem: String {
        guard let dot = fileName.lastIndex(of: "."), dot != fileName.startIndex else { return fileName }
        return String(fileName[..<dot])
    }

    /// Whether the file's name ends so, whatever its case.
    func hasExtension(_ name: String) -> Bool { plainName.hasSuffix("." + name) }
}
