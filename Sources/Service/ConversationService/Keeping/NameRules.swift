/// What a tag and a label may be, whoever gives them.
package enum NameRules {
    /// A tag is one word.
    ///
    /// - Throws: ``ServiceError/usage(_:)`` for what is none.
    package static func checkTag(_ name: String) throws(ServiceError) {
        guard !name.isEmpty, name.count <= 64, !name.contains(where: { $0.isWhitespace || $0 == "," }),
            hasNoControl(name)
        else {
            throw .usage("a tag is one word of at most 64 characters, without commas.")
        }
    }

    /// A label can be typed after a colon and is never taken for a position or a place in a list.
    ///
    /// - Throws: ``ServiceError/usage(_:)`` for what is none.
    package static func checkLabel(_ name: String) throws(ServiceError) {
        guard !name.isEmpty, name.count <= 64, !name.hasPrefix("@"), !name.hasPrefix("-"),
            name.allSatisfy({ !$0.isWhitespace && $0 != "/" && $0 != ":" }), hasNoControl(name)
        else {
            throw .usage(
                "a label is one word of at most 64 characters, without / and : and not beginning with @ or -.")
        }
    }

    private static func hasNoControl(_ name: String) -> Bool {
        name.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
    }
}
