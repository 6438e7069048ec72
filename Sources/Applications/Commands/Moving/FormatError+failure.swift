import ConversationFormats

extension CommandFailure {
    /// What a file that cannot be read, or written, comes to.
    init(format error: FormatError) {
        let exit: Exit =
            switch error.code {
            case .notFound, .unreadable: .noSuch
            case .libraryMissing: .configuration
            case .cannotWrite: .cannotWrite
            default: .badData
            }
        self.init(exit, code: error.code.description, error.message)
    }
}
