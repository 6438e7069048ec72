extension WordSegmenter {
    /// A word under way.
    private struct WordState {
        var length = 0
        var start = 0
        var end = 0
        var group: UInt8 = 0
        var hasLetter = false
        var hasLower = false
        // The inner words' beginnings, in the spelling and in the text.
        var innerCount = 1
        var inner: InlineArray<8, (spelling: Int, text: Int)> = .init(repeating: (0, 0))
        var previous = Case.none
        var beforePrevious = Case.none
        var previousAt = (spelling: 0, text: 0)

        enum Case { case none, lower, upper, digit }

        mutating func begin(at place: (spelling: Int, text: Int)) {
            guard place.spelling > (innerCount <= 8 ? inner[innerCount - 1].spelling : 0) else { return }
            if innerCount < 8 { inner[innerCount] = place }
            innerCount += 1
        }

        /// Notes a letter's case and with it where inner words begin: `fooBar`, `HTTPServer`, `utf8Decoder`.
        mutating func note(_ kind: CharacterKind, at place: Int) {
            let current: Case = kind == .digit ? .digit : kind.isUpperCase ? .upper : .lower
            let here = (spelling: length, text: place)
            switch (previous, current) {
            case (.lower, .upper): begin(at: here)
            case (.digit, .upper): if hasLower { begin(at: here) }
            case (.upper, .lower): if beforePrevious == .upper { begin(at: previousAt) }
            default: break
            }
            if current == .lower { hasLower = true }
            beforePrevious = previous
            previous = current
            previousAt = here
        }
    }

    /// A word and those joined to it by `_`, `-` or `.`.
    func identifier(
        _ text: UnsafeBufferPointer<UInt8>, _ at: inout Int, _ purpose: Purpose, _ sink: inout some WordSink
    ) -> Int32 {
        let start = at
        var wholeLength = 0
        var parts = 0
        var hasLetter = false
        while true {
            let word = readWord(text, &at)
            parts += 1
            let next = purpose == .index ? joined(text, at) : nil
            if parts > 1 || next != nil {
                if wholeLength + word.length <= Self.wholeByteLimit {
                    (whole + wholeLength).update(from: self.word, count: word.length)
                }
                wholeLength += word.length
                hasLetter = hasLetter || word.hasLetter
            }
            let status = emit(word, text, &at, purpose, &sink)
            if status != 0 { return status }
            guard let next else { break }
            at = next
        }
        guard parts > 1, hasLetter, wholeLength <= Self.wholeByteLimit else { return 0 }
        return sink.take(
            WordToken(
                spelling: UnsafeBufferPointer(start: whole, count: wholeLength), kind: .whole, start: start, end: at,
                isColocated: true))
    }

    /// Where the word joined to the one that ends here begins.
    private func joined(_ text: UnsafeBufferPointer<UInt8>, _ at: Int) -> Int? {
        guard at < text.count else { return nil }
        var next = at
        switch text[at] {
        case UInt8(ascii: "_"):
            while next < text.count, text[next] == UInt8(ascii: "_") { next += 1 }
        case UInt8(ascii: "-"), UInt8(ascii: "."):
            next += 1
        case 0xE2:  // U+2010 HYPHEN, U+2011 NON-BREAKING HYPHEN
            let (scalar, length) = Self.scalar(text, at)
            guard scalar == 0x2010 || scalar == 0x2011 else { return nil }
            next += length
        default:
            return nil
        }
        guard next < text.count, table.kind(Self.scalar(text, next).0).isOfWords else { return nil }
        return next
    }

    private func readWord(_ text: UnsafeBufferPointer<UInt8>, _ at: inout Int) -> WordState {
        var state = WordState()
        state.start = at
        state.end = at
        state.inner[0] = (0, at)
        while at < text.count {
            let (scalar, length) = Self.scalar(text, at)
            let kind = table.kind(scalar)
            if kind.isLetter {
                if state.group != 0, kind.group != state.group { break }
                state.group = kind.group
                state.hasLetter = true
                state.note(kind, at: at)
                append(scalar, text, at, length, to: &state)
            } else if kind == .digit {
                state.note(kind, at: at)
                append(scalar, text, at, length, to: &state)
            } else if kind == .keptMark {
                append(scalar, text, at, length, to: &state)
            } else if kind != .transparent {
                break
            }
            at += length
            state.end = at
        }
        return state
    }

    private func append(
        _ scalar: UInt32, _ text: UnsafeBufferPointer<UInt8>, _ at: Int, _ length: Int, to state: inout WordState
    ) {
        guard state.length < Self.wordByteLimit else { return }
        if scalar < 0x80 {
            word[state.length] =
                scalar >= 0x41 && scalar <= 0x5A ? UInt8(truncatingIfNeeded: scalar | 0x20) : text[at]
            state.length += 1
        } else if let spelling = table.spelling(scalar) {
            for unit in spelling {
                word[state.length] = unit
                state.length += 1
            }
        } else {
            for offset in 0..<length {
                word[state.length] = text[at + offset]
                state.length += 1
            }
        }
    }

    private func emit(
        _ state: WordState, _ text: UnsafeBufferPointer<UInt8>, _ at: inout Int, _ purpose: Purpose,
        _ sink: inout some WordSink
    ) -> Int32 {
        var length = state.length
        guard length > 0 else { return 0 }
        var end = state.end
        let sign = Self.languageSign(text, at)
        if sign > 0, state.hasLetter, length + sign <= Self.wordByteLimit {
            // C++ and C# are not C.
            for offset in 0..<sign { word[length + offset] = text[at + offset] }
            length += sign
            at += sign
            end = at
        }
        func token(_ from: Int, _ upTo: Int, _ kind: WordToken.Kind, _ start: Int, _ end: Int) -> WordToken {
            WordToken(
                spelling: UnsafeBufferPointer(start: word + from, count: upTo - from), kind: kind, start: start,
                end: end, isColocated: kind != .word)
        }
        var status = sink.take(token(0, length, .word, state.start, end))
        guard purpose == .index, status == 0 else { return status }
        if length > state.length {
            status = sink.take(token(0, state.length, .inner, state.start, state.end))
            if status != 0 { return status }
        }
        if state.group == CharacterKind.arabicGroup {
            let spelling = UnsafeBufferPointer<UInt8>(start: word, count: state.length)
            let stem = ArabicStem.stem(spelling)
            if stem.count < state.length {
                status = sink.take(token(stem.lowerBound, stem.upperBound, .stem, state.start, state.end))
                if status != 0 { return status }
            }
            let mark = Self.encode(Self.skeletonMark, at: run)
            let length = ArabicStem.skeleton(UnsafeBufferPointer(rebasing: spelling[stem]), into: run + mark)
            return sink.take(
                WordToken(
                    spelling: UnsafeBufferPointer(start: run, count: mark + length), kind: .skeleton,
                    start: state.start, end: state.end, isColocated: true))
        }
        guard state.innerCount > 1, state.innerCount <= Self.innerLimit, length < Self.wordByteLimit else { return 0 }
        let last = state.inner[state.innerCount - 1].spelling
        if state.innerCount == 2, state.length - last == 2, word[state.length - 1] == UInt8(ascii: "s"),
            state.beforePrevious == .upper
        {
            // LLMs, PDFs.
            return sink.take(token(0, state.length - 1, .inner, state.start, state.end - 1))
        }
        for index in 0..<state.innerCount {
            let here = state.inner[index]
            let next = index + 1 < state.innerCount ? state.inner[index + 1] : (state.length, state.end)
            let length = next.0 - here.spelling
            var isNew = true
            for earlier in 0..<index where isNew {
                let from = state.inner[earlier].spelling
                let upTo = state.inner[earlier + 1].spelling
                isNew = upTo - from != length || !Self.equal(word + from, word + here.spelling, length)
            }
            guard isNew, length > 1 else { continue }
            status = sink.take(token(here.spelling, next.0, .inner, here.text, next.1))
            if status != 0 { return status }
        }
        return 0
    }

    func skeleton(
        _ text: UnsafeBufferPointer<UInt8>, _ at: inout Int, _ sink: inout some WordSink
    ) -> Int32 {
        let state = readWord(text, &at)
        guard state.length > 0 else { return 0 }
        let mark = Self.encode(Self.skeletonMark, at: run)
        (run + mark).update(from: word, count: state.length)
        return sink.take(
            WordToken(
                spelling: UnsafeBufferPointer(start: run, count: mark + state.length), kind: .skeleton,
                start: state.start, end: state.end, isColocated: false))
    }

    /// How many bytes of `++` or `#` follow a word and end it.
    private static func languageSign(_ text: UnsafeBufferPointer<UInt8>, _ at: Int) -> Int {
        guard at < text.count else { return 0 }
        let length: Int
        if text[at] == UInt8(ascii: "#") {
            length = 1
        } else if text[at] == UInt8(ascii: "+"), at + 1 < text.count, text[at + 1] == UInt8(ascii: "+") {
            length = 2
        } else {
            return 0
        }
        guard at + length < text.count else { return length }
        let (scalar, _) = Self.scalar(text, at + length)
        let next = CharacterTable.shared.kind(scalar)
        let again = scalar == UInt32(text[at])
        return next.isOfWords || again ? 0 : length
    }
}
