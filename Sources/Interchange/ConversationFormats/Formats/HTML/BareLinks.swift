/// Addresses that stand in a text as they are.
enum BareLinks {
    static func html(of scalars: [Unicode.Scalar]) -> String {
        var html = ""
        var rest = scalars[...]
        var plain: [Unicode.Scalar] = []
        while let first = rest.first {
            guard first == "h", plain.last.map({ !$0.properties.isAlphabetic }) ?? true, let url = url(at: rest),
                let link = HTMLText.link(url)
            else {
                plain.append(first)
                rest.removeFirst()
                continue
            }
            html += HTMLText.escaped(plain)
            plain = []
            html += "<a href=\"\(link)\" rel=\"noopener noreferrer\">\(HTMLText.escaped(url))</a>"
            rest = rest.dropFirst(url.count)
        }
        return html + HTMLText.escaped(plain)
    }

    private static func url(at rest: ArraySlice<Unicode.Scalar>) -> ArraySlice<Unicode.Scalar>? {
        guard rest.starts(with: "https://".unicodeScalars) || rest.starts(with: "http://".unicodeScalars) else {
            return nil
        }
        var url = rest.prefix { !$0.properties.isWhitespace && !"<>\"`".unicodeScalars.contains($0) }
        // What ends a sentence or closes a bracket around the address is not its own.
        while let last = url.last, ".,;:!?')]}*_".unicodeScalars.contains(last) {
            if last == ")", url.count(where: { $0 == "(" }) >= url.count(where: { $0 == ")" }) { break }
            url.removeLast()
        }
        return url.count > 8 ? url : nil
    }
}
