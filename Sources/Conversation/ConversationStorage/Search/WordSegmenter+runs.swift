extension WordSegmenter {
    /// The last characters of a run, at most four.
    private struct RunState {
        var size = 2
        var count = 0
        var length = 0
        // Of the character with number k: at k & 3.
        var offsets: InlineArray<4, Int> = .init(repeating: 0)
        var starts: InlineArray<4, Int> = .init(repeating: 0)
        var ends: InlineArray<4, Int> = .init(repeating: 0)
    }

    func run(
        _ text: UnsafeBufferPointer<UInt8>, _ at: inout Int, _ purpose: Purpose, _ sink: inout some WordSink
    ) -> Int32 {
        var state = RunState()
        let isTripled = table.kind(Self.scalar(text, at).0) == .tripled
        state.size = isTripled ? 3 : 2
        while at < text.count {
            let (scalar, length) = Self.scalar(text, at)
            let kind = table.kind(scalar)
            if kind == .transparent || kind == .unitMark {
                if kind == .unitMark {
                    extend(&state, by: table.spelling(scalar).map { Self.scalar($0, 0).0 } ?? scalar)
                }
                at += length
                state.ends[(state.count - 1) & 3] = at
                continue
            }
            guard kind.isOfRuns, (kind == .tripled) == isTripled else { break }
            let start = at
            var status: Int32 = 0
            at += length
            if let syllable = Hangul.syllable(text, scalar, &at) {
                status = begin(&state, syllable, start, at, &sink)
            } else if let spelling = table.spelling(scalar) {
                // One character may be kept as several: ㍿, and が with its voicing mark.
                var offset = 0
                while offset < spelling.count, status == 0 {
                    let (part, length) = Self.scalar(spelling, offset)
                    if table.kind(part) == .unitMark {
                        extend(&state, by: part)
                    } else {
                        status = begin(&state, part, start, at, &sink)
                    }
                    offset += length
                }
            } else {
                status = begin(&state, scalar, start, at, &sink)
            }
            if status != 0 { return status }
        }
        return finish(state, purpose, &sink)
    }

    /// Hands over the last `count` characters.
    private func take(
        _ state: RunState, last count: Int, _ kind: WordToken.Kind, _ sink: inout some WordSink
    ) -> Int32 {
        let first = (state.count - count) & 3
        let offset = state.offsets[first]
        return sink.take(
            WordToken(
                spelling: UnsafeBufferPointer(start: run + offset, count: state.length - offset), kind: kind,
                start: state.starts[first], end: state.ends[(state.count - 1) & 3], isColocated: kind == .tail))
    }

    private func begin(
        _ state: inout RunState, _ scalar: UInt32, _ start: Int, _ end: Int, _ sink: inout some WordSink
    ) -> Int32 {
        if state.count >= state.size {
            let status = take(state, last: state.size, .piece, &sink)
            if status != 0 { return status }
        }
        if state.length > Self.runByteLimit - Self.unitByteLimit * 2 {
            // Keep what the next piece begins with, at the buffer's front.
            let from = state.offsets[(state.count - state.size + 1) & 3]
            run.update(from: run + from, count: state.length - from)
            for index in 0..<4 { state.offsets[index] -= from }
            state.length -= from
        }
        let slot = state.count & 3
        state.offsets[slot] = state.length
        state.starts[slot] = start
        state.ends[slot] = end
        state.count += 1
        state.length += Self.encode(scalar, at: run + state.length)
        return 0
    }

    private func extend(_ state: inout RunState, by mark: UInt32) {
        let offset = state.offsets[(state.count - 1) & 3]
        guard state.count > 0, state.length - offset < Self.unitByteLimit - 4 else { return }
        state.length += Self.encode(mark, at: run + state.length)
    }

    private func finish(_ state: RunState, _ purpose: Purpose, _ sink: inout some WordSink) -> Int32 {
        let isShort = state.count < state.size
        let status = take(state, last: min(state.count, state.size), isShort ? .shortRun : .piece, &sink)
        guard purpose == .index, status == 0 else { return status }
        var count = min(state.count, state.size) - 1
        while count > 0 {
            let status = take(state, last: count, .tail, &sink)
            if status != 0 { return status }
            count -= 1
        }
        return 0
    }
}
