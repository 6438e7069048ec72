/// A piece of a text around what was asked for, on one line, with marks.
struct Snippet {
    let text: String
    /// Ranges of the snippet's UTF-8 bytes, in order, without overlap.
    let marks: [Range<Int>]
    /// How many different phrases the whole of what was read holds.
    let found: Int

    /// About so many bytes of the text are shown.
    static let byteCount = 240
    /// No more of a text than this is looked through.
    static let searchedBytes = 1 << 20

    init(
        of text: UnsafeBufferPointer<UInt8>, for phrases: [PhraseFinder.Wanted], _ segmenter: borrowing WordSegmenter
    ) {
        let searched = UnsafeBufferPointer(rebasing: text.prefix(Self.searchedBytes))
        var finder = PhraseFinder(phrases, in: searched)
        _ = segmenter.segment(searched, for: .index, into: &finder)
        self.init(cutting: text, finder.found)
    }

    private init(cutting bytes: UnsafeBufferPointer<UInt8>, _ found: [PhraseFinder.Found]) {
        // The window that holds the most different phrases; the first of those.
        var best = 0..<0
        var bestCount = 0
        var first = 0
        var inWindow: [Int: Int] = [:]
        for (last, place) in found.enumerated() {
            inWindow[place.phrase, default: 0] += 1
            while first < last, place.range.upperBound - found[first].range.lowerBound > Self.byteCount * 3 / 4 {
                inWindow[found[first].phrase, default: 0] -= 1
                if inWindow[found[first].phrase] == 0 { inWindow[found[first].phrase] = nil }
                first += 1
            }
            if inWindow.count > bestCount {
                bestCount = inWindow.count
                best = found[first].range.lowerBound..<max(place.range.upperBound, found[first].range.upperBound)
            }
        }
        let spare = max(0, Self.byteCount - best.count)
        var start = max(0, best.lowerBound - spare / 3)
        var end = min(bytes.count, max(start + Self.byteCount, min(best.upperBound, best.lowerBound + Self.byteCount)))
        start = Self.boundary(bytes, near: start, until: best.lowerBound)
        end = Self.end(bytes, near: end, notBefore: min(best.upperBound, end))
        var cut = start > 0 ? Array("…".utf8) : []
        var marks: [Range<Int>] = []
        var places = found.map(\.range).filter { $0.lowerBound >= start && $0.upperBound <= end }
            .sorted { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }[...]
        var open: Int?
        var openEnd = 0
        for at in start...end {
            if let from = open, at >= openEnd {
                // Marks that touch or overlap are one.
                if let next = places.first, next.lowerBound <= openEnd {
                    openEnd = max(openEnd, next.upperBound)
                    places.removeFirst()
                    if at >= openEnd {
                        marks.append(from..<cut.count)
                        open = nil
                    }
                } else {
                    marks.append(from..<cut.count)
                    open = nil
                }
            }
            while open == nil, let next = places.first, next.lowerBound <= at {
                places.removeFirst()
                guard next.upperBound > at else { continue }
                open = cut.count
                openEnd = next.upperBound
            }
            guard at < end else { break }
            let unit = bytes[at]
            let isSpace = unit == 0x20 || unit >= 0x09 && unit <= 0x0D
            if !isSpace {
                cut.append(unit < 0x20 || unit == 0x7F ? 0x20 : unit)
            } else if cut.last != 0x20, !cut.isEmpty {
                cut.append(0x20)
            }
        }
        if let open { marks.append(open..<cut.count) }
        while cut.last == 0x20 { cut.removeLast() }
        let length = cut.count
        if end < bytes.count { cut += Array("…".utf8) }
        text = String(decoding: cut, as: UTF8.self)
        // What is no UTF-8 changes its length in a String; then there are no marks to trust.
        self.marks = text.utf8.count == cut.count ? marks.map { $0.clamped(to: 0..<length) }.filter { !$0.isEmpty } : []
        self.found = Set(found.map(\.phrase)).count
    }

    /// The beginning of a word at or after a place.
    private static func boundary(_ bytes: UnsafeBufferPointer<UInt8>, near place: Int, until limit: Int) -> Int {
        guard place > 0 else { return 0 }
        var at = place
        while at < limit, at < place + 24, bytes[at - 1] != 0x20 && bytes[at - 1] != 0x0A { at += 1 }
        if at >= limit || at >= place + 24 { at = min(place, limit) }
        while at < limit, bytes[at] & 0xC0 == 0x80 { at += 1 }
        return at
    }

    /// The end of a word at or before a place.
    private static func end(_ bytes: UnsafeBufferPointer<UInt8>, near place: Int, notBefore limit: Int) -> Int {
        guard place < bytes.count else { return bytes.count }
        var at = place
        while at > limit, at > place - 24, bytes[at] != 0x20 && bytes[at] != 0x0A { at -= 1 }
        if at <= limit || at <= place - 24 { at = place }
        while at > 0, at < bytes.count, bytes[at] & 0xC0 == 0x80 { at -= 1 }
        return at
    }
}
