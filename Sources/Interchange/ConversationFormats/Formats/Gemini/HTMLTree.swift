/// HTML as a tree: elements with what is inside them.
indirect enum HTMLNode {
    case text(String)
    case element(String, attributes: [String: String], children: [HTMLNode])

    /// How deep elements are nested at most; what is deeper loses its tags and keeps its words.
    static let depthLimit = 64

    /// The nodes of a document or of a piece of one. Elements that are not closed end where their parent does, or where
    /// another of their kind begins that cannot stand inside them.
    static func nodes(of bytes: [UInt8]) -> [HTMLNode] {
        var tokens = HTMLTokens(bytes)
        var open = [OpenElement(name: "", attributes: [:])]
        func close(to depth: Int) {
            while open.count > max(depth, 1), let last = open.popLast() {
                open[open.count - 1].children.append(
                    .element(last.name, attributes: last.attributes, children: last.children))
            }
        }
        while let token = tokens.next() {
            switch token {
            case .text(let text):
                open[open.count - 1].children.append(.text(text))
            case .open(let name, let attributes):
                if let ended = endedBy[name],
                    let place = open.lastIndex(where: { ended.contains($0.name) || fences.contains($0.name) }),
                    ended.contains(open[place].name)
                {
                    close(to: place)
                }
                if void.contains(name) {
                    open[open.count - 1].children.append(.element(name, attributes: attributes, children: []))
                } else if open.count <= depthLimit {
                    open.append(OpenElement(name: name, attributes: attributes))
                }
            case .close(let name):
                if let place = open.lastIndex(where: { $0.name == name }), place > 0 { close(to: place) }
            }
        }
        close(to: 1)
        return open[0].children
    }

    private struct OpenElement {
        let name: String
        let attributes: [String: String]
        var children: [HTMLNode] = []
    }

    private static let void: Set = ["br", "img", "hr", "input", "meta", "link", "wbr", "col", "source", "embed"]

    /// What the beginning of an element ends (HTML, 13.1.2.4 "Optional tags").
    private static let endedBy: [String: Set<String>] = [
        "li": ["li"], "tr": ["tr"], "td": ["td", "th"], "th": ["td", "th"], "p": ["p"], "div": ["p"], "ul": ["p"],
        "ol": ["p"], "pre": ["p"], "table": ["p"], "h1": ["p"], "h2": ["p"], "h3": ["p"], "h4": ["p"], "h5": ["p"],
        "h6": ["p"], "blockquote": ["p"], "hr": ["p"],
    ]

    /// What lies outside one of these is not ended from within.
    private static let fences: Set = ["ul", "ol", "table", "blockquote", "div", "td", "th"]

    // MARK: - Looking inside

    var name: String? {
        if case .element(let name, _, _) = self { name } else { nil }
    }

    var children: [HTMLNode] {
        if case .element(_, _, let children) = self { children } else { [] }
    }

    func attribute(_ key: String) -> String? {
        if case .element(_, let attributes, _) = self { attributes[key] } else { nil }
    }

    func hasClass(_ wanted: String) -> Bool {
        guard let names = attribute("class")?.utf8 else { return false }
        return names.split { $0 <= 0x20 }.contains { $0.elementsEqual(wanted.utf8) }
    }

    /// This element and those inside it for which `isWanted` holds, in order; inside one of them is not looked.
    func elements(where isWanted: (HTMLNode) -> Bool) -> [HTMLNode] {
        guard case .element(_, _, let children) = self else { return [] }
        return isWanted(self) ? [self] : children.flatMap { $0.elements(where: isWanted) }
    }

    /// The words as they are written, without any tag.
    var plainText: String {
        switch self {
        case .text(let text): text
        case .element("br", _, _): "\n"
        case .element(_, _, let children): children.map(\.plainText).joined()
        }
    }
}
