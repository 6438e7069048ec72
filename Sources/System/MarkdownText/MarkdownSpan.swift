/// A stretch of a line of Markdown, without the marks that set it off.
package struct MarkdownSpan: Equatable, Sendable {
    /// How a stretch is set off.
    package struct Style: OptionSet, Hashable, Sendable {
        package let rawValue: UInt8
        package init(rawValue: UInt8) { self.rawValue = rawValue }

        package static let strong = Style(rawValue: 1 << 0)
        package static let emphasis = Style(rawValue: 1 << 1)
        package static let struckOut = Style(rawValue: 1 << 2)
        package static let code = Style(rawValue: 1 << 3)
    }

    /// What a stretch leads to, or shows.
    package struct Link: Hashable, Sendable {
        package let url: [Unicode.Scalar]
        package let isImage: Bool
        /// Tells links apart that follow each other.
        let number: Int
    }

    package var scalars: [Unicode.Scalar]
    package var style: Style
    /// The link it is part of; a link without a label is one span without scalars.
    package var link: Link?

    package var text: String { String(String.UnicodeScalarView(scalars)) }
}
