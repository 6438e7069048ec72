import Conversations

/// A date as a page of My Activity writes it, in the language of the account: `Apr 12, 2026, 3:34:31 PM EDT`,
/// `10 de mai. de 2026, 04:12:31 BRT`, `12.04.2026, 21:34:31 MESZ`, `2026年6月20日 00:28:51 CST`.
struct GeminiPageDate: Equatable {
    let time: Timestamp
    /// Whether the line says in which zone, in a way that is known; else it is read as UTC.
    let isZoneKnown: Bool

    /// Nil unless the whole line is a date with a time of day.
    init?(_ line: String) {
        guard line.utf8.count <= 160, line.utf8.contains(UInt8(ascii: ":")), line.unicodeScalars.count <= 64 else {
            return nil
        }
        if let written = Timestamp(exportedISO: line) {
            time = written
            isZoneKnown = true
            return
        }
        var reading = Reading()
        guard reading.read(Self.words(of: line)), let date = reading.date, let clock = reading.clock else { return nil }
        let hour = reading.isAfternoon.map { clock.hour % 12 + ($0 ? 12 : 0) } ?? clock.hour
        guard hour < 24, clock.minute < 60, clock.second < 61 else { return nil }
        time = Timestamp(
            year: date.year, month: date.month, day: date.day, hour: hour, minute: clock.minute - (reading.offset ?? 0),
            second: clock.second)
        isZoneKnown = reading.offset != nil
    }

    // MARK: - Words

    private enum Word: Equatable {
        case number(Int)
        case letters(String)
        case sign(Unicode.Scalar)
    }

    private static func words(of line: String) -> [Word] {
        var words: [Word] = []
        var rest = line.lowercased().unicodeScalars[...]
        while let first = rest.first {
            if let digit = first.properties.numericType == .decimal ? first.properties.numericValue : nil {
                var number = Int(digit)
                rest.removeFirst()
                while let next = rest.first, next.properties.numericType == .decimal, number < 1_000_000 {
                    number = number * 10 + Int(next.properties.numericValue ?? 0)
                    rest.removeFirst()
                }
                words.append(.number(number))
            } else if first.properties.isAlphabetic {
                let letters = rest.prefix {
                    $0.properties.isAlphabetic || $0.properties.generalCategory == .nonspacingMark
                }
                words.append(.letters(String(String.UnicodeScalarView(letters))))
                rest = rest.dropFirst(letters.count)
            } else {
                if !first.properties.isWhitespace { words.append(.sign(first)) }
                rest.removeFirst()
            }
        }
        return words
    }

    // MARK: - Reading

    private struct Reading {
        var numbers: [Int] = []
        var month: Int?
        var clock: (hour: Int, minute: Int, second: Int)?
        var isAfternoon: Bool?
        var offset: Int?
        private var hasSlashes = false
        private var isEastAsian = false

        /// - Returns: false where there is a word that belongs to no date.
        mutating func read(_ words: [Word]) -> Bool {
            var rest = words[...]
            while let word = rest.popFirst() {
                switch word {
                case .number(let number):
                    if clock == nil, rest.first == .sign(":") {
                        guard let time = Self.clock(number, &rest) else { return false }
                        clock = time
                    } else {
                        numbers.append(number)
                    }
                case .letters(let letters):
                    guard take(letters, &rest) else { return false }
                case .sign(let sign):
                    guard ",./-، 。'’".unicodeScalars.contains(sign) else { return false }
                    if sign == "/" { hasSlashes = true }
                }
            }
            return true
        }

        private static func clock(_ hour: Int, _ rest: inout ArraySlice<Word>) -> (Int, Int, Int)? {
            rest.removeFirst()
            guard case .number(let minute)? = rest.popFirst() else { return nil }
            guard rest.first == .sign(":") else { return (hour, minute, 0) }
            rest.removeFirst()
            guard case .number(let second)? = rest.popFirst() else { return nil }
            return (hour, minute, second)
        }

        private mutating func take(_ letters: String, _ rest: inout ArraySlice<Word>) -> Bool {
            if ["am", "pm"].contains(letters) {
                isAfternoon = letters == "pm"
            } else if let afternoon = GeminiPageDate.halves[letters] {
                isAfternoon = afternoon
            } else if ["a", "p"].contains(letters), rest.first == .sign("."), rest.dropFirst().first == .letters("m") {
                isAfternoon = letters == "p"
                rest = rest.dropFirst(2)
            } else if ["年", "月", "日"].contains(letters) {
                isEastAsian = true
            } else if GeminiPageDate.fillers.contains(letters) {
                return true
            } else if month == nil, clock == nil, let found = GeminiPageDate.month(letters) {
                month = found
            } else if clock != nil, offset == nil {
                readZone(letters, &rest)
            } else {
                return false
            }
            return true
        }

        private mutating func readZone(_ letters: String, _ rest: inout ArraySlice<Word>) {
            if letters == "cst", isEastAsian {
                offset = 480
                return
            }
            guard let base = GeminiPageDate.zones[letters] else { return }
            offset = base
            guard case .sign(let sign)? = rest.first, "+-−".unicodeScalars.contains(sign) else { return }
            rest.removeFirst()
            guard case .number(let hours)? = rest.popFirst() else { return }
            var minutes = hours > 99 ? hours / 100 * 60 + hours % 100 : hours * 60
            if rest.first == .sign(":") {
                rest.removeFirst()
                if case .number(let more)? = rest.popFirst() { minutes += more }
            }
            offset = base + (sign == "+" ? minutes : -minutes)
        }

        /// Year, month and day by where the year stands and by what cannot be a month.
        var date: (year: Int, month: Int, day: Int)? {
            guard let place = numbers.firstIndex(where: { $0 > 1900 }), numbers[place] < 3000 else { return nil }
            var others = numbers
            let year = others.remove(at: place)
            let found: (Int, Int)
            if let month {
                guard others.count == 1 else { return nil }
                found = (month, others[0])
            } else {
                guard others.count == 2 else { return nil }
                let isMonthFirst = place == 0 || others[1] > 12 || hasSlashes && isAfternoon != nil && others[0] <= 12
                found = isMonthFirst ? (others[0], others[1]) : (others[1], others[0])
            }
            guard (1...12).contains(found.0), (1...31).contains(found.1) else { return nil }
            return (year, found.0, found.1)
        }
    }

    // MARK: - Languages

    private static func month(_ letters: String) -> Int? {
        if letters.hasPrefix("juin") { return 6 }
        return months[String(letters.prefix(3))]
    }

    private static let months: [String: Int] = Dictionary(
        [
            ["jan", "ene", "gen", "янв", "січ", "sty", "oca"], ["feb", "fév", "fev", "фев", "лют", "lut", "şub"],
            ["mar", "mär", "mrt", "maa", "мар", "бер"], ["apr", "avr", "abr", "апр", "кві", "kwi", "nis"],
            ["may", "mai", "mag", "mei", "maj", "май", "мая", "тра"], ["jun", "giu", "июн", "чер", "cze", "haz"],
            ["jul", "jui", "lug", "июл", "лип", "lip", "tem"],
            ["aug", "aoû", "aou", "ago", "авг", "сер", "sie", "ağu"],
            ["sep", "set", "сен", "вер", "wrz", "eyl"], ["oct", "okt", "out", "ott", "окт", "жов", "paź", "eki"],
            ["nov", "ноя", "лис", "lis", "kas"], ["dec", "dez", "déc", "dic", "дек", "гру", "gru", "ara"],
        ].enumerated().flatMap { index, names in names.map { ($0, index + 1) } },
        uniquingKeysWith: { first, _ in first })

    /// Halves of the day: whether it is the second.
    private static let halves = ["上午": false, "下午": true, "오전": false, "오후": true, "午前": false, "午後": true]

    private static let fillers: Set = [
        "de", "del", "of", "at", "um", "uhr", "à", "a", "las", "alle", "г", "р", "в", "о", "년", "월", "일",
    ]

    /// Minutes ahead of UTC, of the abbreviations that browsers write.
    private static let zones = [
        "utc": 0, "gmt": 0, "z": 0, "wet": 0, "west": 60, "bst": 60, "cet": 60, "mez": 60, "cest": 120, "mesz": 120,
        "eet": 120, "eest": 180, "msk": 180, "trt": 180, "ist": 330, "sgt": 480, "hkt": 480, "awst": 480, "jst": 540,
        "kst": 540, "aest": 600, "aedt": 660, "nzst": 720, "nzdt": 780, "est": -300, "edt": -240, "cst": -360,
        "cdt": -300, "mst": -420, "mdt": -360, "pst": -480, "pdt": -420, "akst": -540, "akdt": -480, "hst": -600,
        "ast": -240, "adt": -180, "brt": -180, "art": -180, "clt": -240, "cot": -300, "pet": -300, "sast": 120,
        "wib": 420, "ict": 420, "pkt": 300, "uzt": 300,
    ]
}
