import OrderedJSON
import Testing

struct JSONSchemaTests {
    private static let person: JSON = [
        "type": "object", "required": ["name", "tags"], "additionalProperties": false,
        "properties": [
            "name": ["type": "string", "minLength": 1], "age": ["type": ["integer", "null"], "minimum": 0],
            "tags": ["type": "array", "items": ["$ref": "#/$defs/tag"], "maxItems": 2],
            "parent": ["$ref": "#"], "a/b": ["const": 1],
        ],
        "$defs": ["tag": ["enum": ["red", "blue"]]],
    ]

    @Test(arguments: [
        #"{"name":"Ada","tags":[]}"#, #"{"name":"Ada","tags":["red","blue"],"age":3.0}"#,
        #"{"name":"半","tags":["red"],"age":null,"parent":{"name":"B","tags":[]}}"#,
    ])
    func `a document that keeps to its schema has no complaint`(text: String) throws {
        #expect(JSONSchema(Self.person).complaint(about: try JSON(parsing: text)) == nil)
    }

    @Test(arguments: [
        (#"[]"#, "the whole is an array, not object"), (#"{"tags":[]}"#, "/name is missing"),
        (#"{"name":"","tags":[]}"#, "/name has 0 characters, fewer than 1"),
        (#"{"name":"A","tags":["green"]}"#, "/tags/0 is none of the values allowed"),
        (#"{"name":"A","tags":["red","red","red"]}"#, "/tags has 3 elements, more than 2"),
        (#"{"name":"A","tags":[],"age":1.5}"#, "/age is a number, not integer or null"),
        (#"{"name":"A","tags":[],"age":-1}"#, "/age is below 0.0"),
        (#"{"name":"A","tags":[],"more":1}"#, "/more is not allowed"),
        (#"{"name":"A","tags":[],"parent":{"name":"B"}}"#, "/parent/tags is missing"),
        (#"{"name":"A","tags":[],"a/b":2}"#, "/a~1b is not the one value allowed"),
    ])
    func `the first thing a schema does not allow is named by its place`(text: String, complaint: String) throws {
        #expect(JSONSchema(Self.person).complaint(about: try JSON(parsing: text)) == complaint)
    }

    @Test func `alternatives are weighed whole`() throws {
        let number: JSON = ["type": "number"]
        let small: JSON = ["maximum": 10, "type": "number"]
        #expect(JSONSchema(["anyOf": [number, ["type": "null"]]]).complaint(about: "x") != nil)
        #expect(JSONSchema(["anyOf": [number, ["type": "null"]]]).complaint(about: .null) == nil)
        #expect(JSONSchema(["oneOf": [number, small]]).complaint(about: 11) == nil)
        #expect(JSONSchema(["oneOf": [number, small]]).complaint(about: 9) != nil)
        #expect(JSONSchema(["not": number]).complaint(about: 9) != nil)
        #expect(JSONSchema(["allOf": [number, small]]).complaint(about: 11) == "the whole is above 10.0")
    }

    @Test func `a schema that refers to itself without end is not followed for ever`() {
        #expect(JSONSchema(["$ref": "#"]).complaint(about: 1) == nil)
    }
}
