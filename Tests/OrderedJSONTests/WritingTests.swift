import OrderedJSON
import TestSupport
import Testing

@Suite struct WritingTests {
    @Test func `the writer puts commas where they belong`() throws {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("a")
        writer.beginArray()
        writer.endArray()
        writer.key("b")
        writer.beginArray()
        writer.number(1)
        writer.number(2.5)
        writer.bool(true)
        writer.null()
        writer.string("x")
        writer.beginObject()
        writer.endObject()
        writer.value(["k": [1, 2]])
        writer.raw(Array(#"{"raw":0}"#.utf8))
        writer.number(try #require(JSONNumber(spelling: "1.00")))
        writer.endArray()
        writer.key("c")
        writer.beginObject()
        writer.key("d")
        writer.number(Double.nan)
        writer.endObject()
        writer.endObject()
        #expect(
            String(decoding: writer.bytes, as: UTF8.self)
                == #"{"a":[],"b":[1,2.5,true,null,"x",{},{"k":[1,2]},{"raw":0},1.00],"c":{"d":null}}"#)
    }

    @Test func `taken bytes leave a fresh writer`() {
        var writer = JSONWriter(reservingCapacity: 64)
        writer.number(1)
        #expect(writer.takeBytes() == Array("1".utf8))
        #expect(writer.bytes.isEmpty)
        writer.string("a")
        #expect(writer.takeBytes() == Array("\"a\"".utf8))
    }

    static let escapes: [(text: String, json: String)] = [
        ("", #""""#),
        ("\"\\", #""\"\\""#),
        ("\u{8}\t\n\u{C}\r", #""\b\t\n\f\r""#),
        ("\0\u{1}\u{1F}", #""\u0000\u0001\u001f""#),
        ("/\u{7F}", "\"/\u{7F}\""),
        ("é😀\u{2028}\u{FFFF}", "\"é😀\u{2028}\u{FFFF}\""),
        (
            "a longer run of text, then \"one\" and more text after it",
            #""a longer run of text, then \"one\" and more text after it""#
        ),
    ]

    @Test(arguments: escapes)
    func `only what must be escaped is escaped`(text: String, json: String) {
        var writer = JSONWriter()
        writer.string(text)
        #expect(writer.bytes == Array(json.utf8))
        var fromBytes = JSONWriter()
        Array(text.utf8).withUnsafeBufferPointer { fromBytes.string(utf8: $0) }
        #expect(fromBytes.bytes == writer.bytes)
        #expect(JSON.string(text).serialized() == writer.bytes)
        #expect(JSON.object([text: 1]).text() == "{\(json):1}")
    }

    @Test func `indented text is for people and reads back the same`() throws {
        let json: JSON = ["a": [1, [], ["b": nil]], "c": [:], "d": "x"]
        let text = """
            {
              "a": [
                1,
                [],
                {
                  "b": null
                }
              ],
              "c": {},
              "d": "x"
            }
            """
        #expect(json.indented() == text)
        #expect(try JSON(parsing: text) == json)
        #expect(JSON.string("x").indented() == "\"x\"")
    }

    @Test func `a seeded thousand of random values survive writing and reading`() throws {
        var random = SeededNumbers(seed: 20_261_122)
        for _ in 0..<1_000 {
            let value = JSON.random(depth: 5, using: &random)
            let bytes = value.serialized()
            #expect(try JSON(parsing: bytes, limits: .strict) == value)
            #expect(try JSON(parsing: bytes).hashValue == value.hashValue)
            #expect(try JSON(parsing: value.indented()) == value)
            #expect(try JSON(parsing: bytes).serialized() == bytes)
            var writer = JSONWriter()
            writer.value(value)
            #expect(writer.bytes == bytes)
        }
    }
}
