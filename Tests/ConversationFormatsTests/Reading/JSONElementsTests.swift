import ConversationFormats
import OrderedJSON
import TestSupport
import Testing

@Suite struct JSONElementsTests {
    struct Sample: Sendable, CustomTestStringConvertible {
        let text: String
        let elements: [String]
        var header = "{}"
        var testDescription: String { text }
    }

    static let samples: [Sample] = [
        Sample(text: #"[{"a":1},{"a":2}]"#, elements: [#"{"a":1}"#, #"{"a":2}"#]),
        Sample(text: "[]", elements: []),
        Sample(text: " [ 1 , \"]\" , [2] , null ] ", elements: ["1", #""]""#, "[2]", "null"]),
        Sample(text: "\u{FEFF}[{}]", elements: ["{}"]),
        Sample(text: #"[{"s":"\"},{\\"},{"t":"[{"}]"#, elements: [#"{"s":"\"},{\\"}"#, #"{"t":"[{"}"#]),
        // Lines: blank ones, CRLF, a last one without an end, a line separator inside.
        Sample(
            text: "{\"a\":1}\r\n\r\n{\"a\":\"\u{2028}\"}\n\n{\"a\":3}",
            elements: [#"{"a":1}"#, "{\"a\":\"\u{2028}\"}", #"{"a":3}"#]),
        Sample(
            text: "{\"messages\":[{\"r\":1}]}\n{\"messages\":[{\"r\":2}]}\n",
            elements: [#"{"messages":[{"r":1}]}"#, #"{"messages":[{"r":2}]}"#]),
        // Documents one after another that are no lines.
        Sample(text: "{\n\"a\": 1\n}\n{\n\"a\": 2\n}", elements: [#"{"a":1}"#, #"{"a":2}"#]),
        Sample(text: #"[{"a":1}][{"a":2}]"#, elements: [#"{"a":1}"#, #"{"a":2}"#]),
        // The array in an object, and what stands around it.
        Sample(
            text: #"{"version":4,"tags":["x"],"none":[],"conversations":[{"a":1},{"a":2}],"folders":[{"f":1}]}"#,
            elements: [#"{"a":1}"#, #"{"a":2}"#], header: #"{"version":4,"tags":["x"],"none":[],"folders":[{"f":1}]}"#),
        Sample(text: #"{"conversations":[]}"#, elements: [], header: #"{"conversations":[]}"#),
        Sample(text: #"{"title":"x","n":1}"#, elements: [#"{"title":"x","n":1}"#], header: #"{"title":"x","n":1}"#),
        Sample(text: "{}", elements: ["{}"]),
        Sample(text: "", elements: []),
        Sample(text: " \n ", elements: []),
    ]

    @Test(arguments: samples, [1, 2, 7, Int.max])
    func `elements are found however the bytes come`(sample: Sample, pieceSize: Int) throws {
        let read = try ElementsRead(sample.text, piecesOf: pieceSize)
        #expect(read.elements == sample.elements)
        #expect(read.damage == [])
        #expect(read.header == sample.header)
    }

    @Test func `an object that is not looked into is one element`() throws {
        let text = #"{"messages":[{"role":"user"}]}"#
        #expect(try ElementsRead(text, .init(looksInside: false)).elements == [text])
        #expect(try ElementsRead(text).elements == [#"{"role":"user"}"#])
    }

    @Test func `the array that is wanted may be named`() throws {
        let read = try ElementsRead(#"{"folders":[{"f":1}],"history":[{"h":1},{"h":2}]}"#, .init(member: "history"))
        #expect(read.elements == [#"{"h":1}"#, #"{"h":2}"#])
        #expect(read.header == #"{"folders":[{"f":1}]}"#)
    }

    @Test func `a file that is cut off gives its whole elements and says what is missing`() throws {
        let text = #"[{"a":1,"b":"x"},{"a":2,"b":"y"},{"a":3,"b":"z"}]"#
        let bytes = Array(text.utf8)
        for cut in 1..<bytes.count {
            let read = try ElementsRead(Array(bytes[..<cut]))
            let whole = cut > 48 ? 3 : cut >= 48 ? 3 : cut >= 32 ? 2 : cut >= 16 ? 1 : 0
            #expect(read.elements.count == whole, "cut at \(cut)")
            #expect(read.damage == ["\(whole + 1): the file ends in the middle of it"], "cut at \(cut)")
        }
    }

    @Test(arguments: [
        #"{"a":tru,"b":2}"#,  // a word that is none
        #"{"a":1],"b":2"#,  // the wrong bracket
        #"{"a":{"c":1,"b":2}"#,  // a bracket too few
        #"{"a":"x,"b":2}"#,  // a quote too few
        #"{"a":1,"b":2}}"#,  // a bracket too many
        #"?"#,
    ])
    func `after a broken element the next ones follow`(broken: String) throws {
        let good = [#"{"a":1,"b":1}"#, #"{"a":2,"b":[{"a":3}]}"#, #"{"a":4,"b":4}"#, #"{"a":5,"b":5}"#]
        let text = "[\(good[0]),\(good[1]),\n\(broken),\n\(good[2]),\(good[3])]"
        let read = try ElementsRead(text)
        #expect(read.elements.filter { good.contains($0) } == good, "\(read)")
        #expect(!read.damage.isEmpty)
    }

    @Test func `a broken line costs that line alone`() throws {
        let read = try ElementsRead("{\"a\":1}\n{\"a\":\"\n\n{\"a\":3}\nnonsense\n{\"a\":4}\n")
        #expect(read.elements == [#"{"a":1}"#, #"{"a":3}"#, #"{"a":4}"#])
        #expect(read.damage == ["2: it is not JSON", "4: it is not JSON"])
    }

    @Test func `lines are lines though the first one is broken`() throws {
        let read = try ElementsRead("{\"a\":\"cut\n{\"a\":2}\n{\"a\":3}\n")
        #expect(read.elements == [#"{"a":2}"#, #"{"a":3}"#])
        #expect(read.damage == ["1: it is not JSON"])
    }

    @Test func `what is nested without end is damaged and nothing worse`() throws {
        let deep = String(repeating: "[", count: 100_000) + String(repeating: "]", count: 100_000)
        let read = try ElementsRead("[{\"a\":1},{\"deep\":\(deep)},{\"a\":2}]")
        #expect(read.elements == [#"{"a":1}"#, #"{"a":2}"#])
        #expect(read.damage == ["2: it is nested too deep"])
        #expect(try ElementsRead(String(repeating: "[", count: 100_000)).elements == [])
        #expect(try ElementsRead(String(repeating: "{\"a\":", count: 100_000)).elements == [])
    }

    @Test func `an element larger than the limit is refused and the next one follows`() throws {
        let large = String(repeating: "x", count: 3 << 20)
        let limit = JSONElements.Layout(elementLimit: 1 << 20)
        let array = try ElementsRead("[{\"a\":1},{\"a\":\"\(large)\"},{\"a\":2}]", limit)
        #expect(array.elements == [#"{"a":1}"#, #"{"a":2}"#])
        #expect(array.damage == ["2: it is larger than an element may be"])
        let lines = try ElementsRead("{\"a\":1}\n{\"a\":\"\(large)\"}\n{\"a\":2}", limit)
        #expect(lines.elements == [#"{"a":1}"#, #"{"a":2}"#])
        #expect(lines.damage == ["2: it is larger than an element may be"])
    }

    @Test func `numbers without end and members twice are kept as they are`() throws {
        let number = String(repeating: "9", count: 5_000) + "e999999"
        #expect(try ElementsRead("[\(number),{\"a\":1,\"a\":2}]").elements == [number, #"{"a":1,"a":2}"#])
    }

    @Test func `UTF-16 is said`() throws {
        #expect(throws: FormatError.self) { try ElementsRead([0xFF, 0xFE, 0x5B, 0x00]) }
    }

    @Test func `flipped bits and cuts lose no more than the elements near them`() throws {
        var random = SeededNumbers(seed: 7)
        let good = (0..<40).map { #"{"id":"\#($0)","text":"words \"quoted\" and {[","list":[1,{"x":null}]}"# }
        let bytes = Array("[\(good.joined(separator: ",\n"))]".utf8)
        var unhurt = 0
        for _ in 0..<500 {
            var hurt = bytes
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                hurt[Int.random(in: 0..<hurt.count, using: &random)] ^= 1 << UInt8.random(in: 0...7, using: &random)
            }
            let read = try ElementsRead(hurt, piecesOf: Int.random(in: 1...5_000, using: &random))
            unhurt += Set(read.elements).intersection(good).count
        }
        // 20,000 elements, of which at most 1,500 were hit themselves.
        #expect(unhurt >= 18_000)
    }
}
