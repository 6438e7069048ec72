/// What went wrong with somebody's file, and so what a caller can do about it.
package struct FormatError: Error, Sendable, Hashable {
    /// The kinds of failure, each one a different thing to do next.
    package struct Code: Hashable, Sendable, CustomStringConvertible {
        private let name: String
        private init(_ name: String) { self.name = name }

        /// There is no such file.
        package static let notFound = Code("not_found")
        /// The file cannot be read from the disk.
        package static let unreadable = Code("unreadable")
        /// The file is in no format known here, or not in the one named.
        package static let unknownFormat = Code("unknown_format")
        /// The file is cut off, or contradicts its format.
        package static let damaged = Code("damaged")
        /// The file asks for more than a file of its kind may: a ZIP bomb, a path that climbs out, JSON without end.
        package static let refused = Code("refused")
        /// A library that is needed for this kind of file is not installed.
        package static let libraryMissing = Code("library_missing")
        /// The output cannot be written.
        package static let cannotWrite = Code("cannot_write")

        package var description: String { name }
    }

    package let code: Code
    /// What happened and what to do next, in a line for a person. It holds none of the file's words.
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}
