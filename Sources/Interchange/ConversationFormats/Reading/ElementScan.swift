import OrderedJSON

/// Takes one JSON value after another off a stream, the broken ones too.
struct ElementScan {
    /// Why a value cannot be read.
    enum Damage: String, Error {
        case cutOff = "the file ends in the middle of it"
        case broken = "it is not JSON"
        case tooDeep = "it is nested too deep"
        case tooLarge = "it is larger than an element may be"
    }

    /// What comes after an object at the top.
    enum Following {
        case nothing, lines, documents
    }

    /// How far the first object is looked at to tell a large one from the first of many.
    private static let lookAhead = 32 << 20
    // Python's json writes NaN where a number is none.
    private static let limits = JSONLimits(allowsNaN: true)

    private var window: ByteWindow
    private let limit: Int
    /// How the elements before began, to find the next one after a broken one.
    private var beginning: ElementBeginning?

    init(_ stream: any ByteStream, limit: Int) {
        window = ByteWindow(stream)
        self.limit = limit
    }

    mutating func drop(_ count: Int) {
        window.drop(count)
    }

    mutating func skipByteOrderMark() throws(FormatError) {
        while window.count < 3, try window.more() {}
        guard window.count >= 2 else { return }
        switch (window[0], window[1]) {
        case (0xEF, 0xBB) where window.count > 2 && window[2] == 0xBF: window.drop(3)
        case (0xFE, 0xFF), (0xFF, 0xFE):
            throw FormatError(.damaged, "The file is in UTF-16. Save it in UTF-8, then import it again.")
        default: break
        }
    }

    /// The first byte of what comes next, white space passed; nil at the end.
    ///
    /// - Parameter separator: passed too, where it stands, however often.
    mutating func firstByte(after separator: UInt8? = nil) throws(FormatError) -> UInt8? {
        while let offset = try window.firstWord() {
            window.drop(offset)
            if window[0] != separator { return window[0] }
            window.drop(1)
        }
        return nil
    }

    /// The first byte inside the array that begins here.
    mutating func byteInsideArray() throws(FormatError) -> UInt8? {
        try window.firstWord(from: 1).map { window[$0] }
    }

    // MARK: - Values

    /// Takes the value that begins here.
    mutating func document() throws(FormatError) -> Result<JSON, Damage> {
        try value(resuming: false)
    }

    /// Takes the value that begins here, an element of an array.
    mutating func element() throws(FormatError) -> Result<JSON, Damage> {
        try value(resuming: true)
    }

    private mutating func value(resuming: Bool) throws(FormatError) -> Result<JSON, Damage> {
        var splitter = JSONSplitter()
        var scanned = 0
        var nextTrial = 64 << 20
        while true {
            if let end = window.withBytes(scanned..<window.count, { splitter.end(in: $0) }) {
                guard scanned + end > 0 else {
                    passGarbage()
                    return .failure(.broken)
                }
                return taken(parsed(scanned + end), scanned + end, resuming: resuming)
            }
            scanned = window.count
            if scanned > nextTrial {
                // A missing bracket makes one element of all the rest: look before it fills the memory.
                nextTrial *= 4
                let trial = parsed(scanned)
                if case .failure(let error) = trial, error.code != .unexpectedEnd, resuming {
                    return taken(trial, scanned, resuming: true)
                }
            }
            if scanned > limit {
                try skip(&splitter)
                return .failure(.tooLarge)
            }
            guard try window.more() else {
                return taken(parsed(scanned), scanned, resuming: resuming)
            }
        }
    }

    private func parsed(_ count: Int) -> Result<JSON, JSONError> {
        window.withBytes(0..<count) { bytes in
            Result { () throws(JSONError) in try JSON(parsing: bytes, limits: Self.limits) }
        }
    }

    /// Takes off what was read, or what is broken: up to the next element, where one is found.
    private mutating func taken(
        _ outcome: Result<JSON, JSONError>, _ count: Int, resuming: Bool
    ) -> Result<JSON, Damage> {
        switch outcome {
        case .success(let json):
            if resuming, !(beginning?.isSure ?? false) {
                beginning = ElementBeginning(of: json, window: window, count: count) ?? beginning
            }
            window.drop(count)
            return .success(json)
        case .failure(let error):
            if resuming, beginning == nil { beginning = ElementBeginning(of: nil, window: window, count: count) }
            let next = resuming ? beginning?.next(in: window, from: error.byteOffset, upTo: count) : nil
            window.drop(next ?? count)
            return .failure(error.code == .tooDeep ? .tooDeep : error.code == .unexpectedEnd ? .cutOff : .broken)
        }
    }

    /// Passes the rest of a value without keeping it.
    private mutating func skip(_ splitter: inout JSONSplitter) throws(FormatError) {
        repeat {
            window.drop(window.count)
            guard try window.more() else { return }
            if let end = window.withBytes(0..<window.count, { splitter.end(in: $0) }) {
                window.drop(end)
                return
            }
        } while true
    }

    /// Passes what begins no value, up to what may.
    private mutating func passGarbage() {
        var offset = 1
        while offset < window.count {
            switch window[offset] {
            case UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: ","), 0x0A:
                window.drop(offset)
                return
            default: offset += 1
            }
        }
        window.drop(offset)
    }

    // MARK: - Lines

    /// Takes the next line that is not blank; nil at the end.
    mutating func line() throws(FormatError) -> Result<JSON, Damage>? {
        while true {
            var end = window.lineFeed(from: 0)
            var scanned = window.count
            var isTooLarge = false
            while end == nil, try window.more() {
                end = window.lineFeed(from: scanned)
                scanned = window.count
                if end == nil, scanned > limit {
                    isTooLarge = true
                    window.drop(scanned)
                    scanned = 0
                }
            }
            let count = end ?? window.count
            if count == 0, end == nil, !isTooLarge { return nil }
            let outcome = parsed(count)
            window.drop(end == nil ? count : count + 1)
            if isTooLarge { return .failure(.tooLarge) }
            switch outcome {
            case .success(let json): return .success(json)
            case .failure(let error) where error.code == .empty: continue
            case .failure(let error) where error.code == .tooDeep: return .failure(.tooDeep)
            case .failure: return .failure(end == nil ? .cutOff : .broken)
            }
        }
    }

    /// Looks, without taking anything, whether the object that begins here is alone in the file.
    mutating func whatFollowsTheFirstDocument() throws(FormatError) -> Following {
        var splitter = JSONSplitter()
        var scanned = 0
        var end: Int?
        while end == nil {
            end = window.withBytes(scanned..<window.count) { splitter.end(in: $0) }.map { $0 + scanned }
            scanned = window.count
            if end == nil {
                guard scanned < Self.lookAhead, try window.more() else { break }
            }
        }
        if let end, case .success = parsed(end) {
            guard try window.firstWord(from: end) != nil else { return .nothing }
            return window.lineFeed(from: 0).map { $0 < end } ?? false ? .documents : .lines
        }
        // It is broken, or too large to see its end. Lines are still lines if the second one is whole.
        guard let first = window.lineFeed(from: 0) else { return .nothing }
        let second = window.lineFeed(from: first + 1) ?? window.count
        let isObject = window.withBytes((first + 1)..<max(first + 1, second)) { bytes in
            (try? JSON(parsing: bytes, limits: Self.limits))?.object != nil
        }
        return isObject ? .lines : .nothing
    }
}
