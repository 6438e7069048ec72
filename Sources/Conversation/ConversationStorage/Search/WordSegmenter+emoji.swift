extension WordSegmenter {
    /// One emoji: joined ones whole, without their colours; two halves of a flag together.
    func pictograph(
        _ text: UnsafeBufferPointer<UInt8>, _ at: inout Int, _ purpose: Purpose, _ sink: inout some WordSink
    ) -> Int32 {
        let start = at
        var end = at
        var length = 0
        var count = 0
        var parts: InlineArray<8, (from: Int, upTo: Int, start: Int, end: Int)> = .init(repeating: (0, 0, 0, 0))
        var isFlag = false
        while at < text.count {
            let (scalar, width) = Self.scalar(text, at)
            let kind = table.kind(scalar)
            if scalar == 0x200D {
                // A joiner belongs to the emoji if another follows.
                let (next, _) = Self.scalar(text, at + width)
                guard count < 8, !isFlag, table.kind(next) == .pictograph else {
                    at += width
                    break
                }
                length += Self.encode(scalar, at: word + length)
            } else if kind == .pictograph || kind == .regional || (kind == .skinTone && count == 0) {
                let follows = count == 0 || isFlag && count == 1 && kind == .regional
                guard follows || !isFlag && kind == .pictograph && length > parts[count - 1].upTo else { break }
                isFlag = kind == .regional
                let from = length
                length += Self.encode(scalar, at: word + length)
                parts[count] = (from, length, at, at + width)
                count += 1
            } else if kind != .transparent && kind != .skinTone {
                break
            }
            at += width
            end = at
        }
        let spelling = UnsafeBufferPointer(start: word, count: length)
        var status = sink.take(
            WordToken(spelling: spelling, kind: .pictograph, start: start, end: end, isColocated: false))
        guard purpose == .index, !isFlag, count > 1 else { return status }
        for index in 0..<count where status == 0 {
            let part = parts[index]
            var isNew = true
            for earlier in 0..<index where isNew {
                isNew =
                    parts[earlier].upTo - parts[earlier].from != part.upTo - part.from
                    || !Self.equal(word + parts[earlier].from, word + part.from, part.upTo - part.from)
            }
            guard isNew else { continue }
            status = sink.take(
                WordToken(
                    spelling: UnsafeBufferPointer(start: word + part.from, count: part.upTo - part.from),
                    kind: .inner, start: part.start, end: part.end, isColocated: true))
        }
        return status
    }
}
