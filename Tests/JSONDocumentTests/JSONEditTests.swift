import Diagnostics
import JSONDocument
import TestBasics
import Testing

@Suite struct JSONEditTests {
    private static func document(_ text: String) throws -> JSONDocument {
        try JSONDocument(parsing: Array(text.utf8), file: "f")
    }

    private static let replaced: [(String, JSONValue, String)] = [
        ("\u{FEFF}{\r\n\t\"a\" : 1 }\r\n", "x", "\u{FEFF}{\r\n\t\"a\" : \"x\" }\r\n"),
        (#"{"a": "b", "a2": 1}"#, "q\"\\\n\u{1}é", #"{"a": "q\"\\\n\u0001é", "a2": 1}"#),
        (#"{"a": "\u0062"}"#, "b", #"{"a": "\u0062"}"#),
        ("{\"a\": \"e\u{301}\"}", "\u{E9}", "{\"a\": \"\u{E9}\"}"),
        (#"{"a": 20}"#, 30, #"{"a": 30}"#),
        (#"{"a": 2e1}"#, 20, #"{"a": 20}"#),
        (#"{"a": true}"#, false, #"{"a": false}"#),
        (#"{"a": "20"}"#, nil, #"{"a": null}"#),
        (#"{"a": 1}"#, 2.5, #"{"a": 2.5}"#),
        (#"{"a": [ "b", "c" ]}"#, ["d", "e", "f"], #"{"a": [ "d", "e", "f" ]}"#),
        ("{\"a\": [\n  1\n]}", [2, 3], "{\"a\": [\n  2,\n  3\n]}"),
        (#"{"a": [1]}"#, [], #"{"a": []}"#),
        (#"{"a": []}"#, [1, "b"], #"{"a": [1,"b"]}"#),
        (#"{"a": {"b": 1}}"#, ["c": ["d": nil]], #"{"a": {"c":{"d":null}}}"#),
    ]

    @Test(arguments: replaced)
    func `a replaced value leaves every other byte`(before: String, value: JSONValue, after: String) throws {
        let document = try Self.document(before)
        let node = try #require(document.root["a"])
        #expect(String(decoding: try document.replacing(node, with: value), as: UTF8.self) == after)
    }

    @Test func `a node of another text is refused`() throws {
        let other = try #require(try Self.document(#"{"b":[7]}"#).root["b"]?[0])
        let error = #expect(throws: DiagnosticsError.self) {
            try Self.document(#"{"a":[8]}"#).replacing(other, with: "x")
        }
        #expect(error?.description.contains("error: the value is none of this file") == true)
    }

    private static let added: [(String, String)] = [
        ("{}", "{\n  \"k\": 1\n}"),
        ("{}\r\n", "{\r\n  \"k\": 1\r\n}\r\n"),
        ("{ }", "{ \"k\": 1 }"),
        ("{\n}", "{\n  \"k\": 1\n}"),
        (#"{"a":"b"}"#, #"{"a":"b","k":1}"#),
        (#"{"a": "b"}"#, #"{"a": "b", "k": 1}"#),
        (#"{ "a" : "b" }"#, #"{ "a" : "b", "k" : 1 }"#),
        (#"{"a": 1,"b": 2}"#, #"{"a": 1,"b": 2,"k": 1}"#),
        ("{\n\t\"a\": 1\n}\n", "{\n\t\"a\": 1,\n\t\"k\": 1\n}\n"),
        ("{\n    \"a\":1,\n    \"b\":2\n}", "{\n    \"a\":1,\n    \"b\":2,\n    \"k\":1\n}"),
        ("{ \"a\": 1\n, \"b\": 2\n}", "{ \"a\": 1\n, \"b\": 2\n, \"k\": 1\n}"),
        ("{\n  \"a\": 1,\n  \"b\": 2,\n\n  \"c\": 3\n}", "{\n  \"a\": 1,\n  \"b\": 2,\n\n  \"c\": 3,\n\n  \"k\": 1\n}"),
        ("\u{FEFF}{\r\n  \"a\": 1\r\n}", "\u{FEFF}{\r\n  \"a\": 1,\r\n  \"k\": 1\r\n}"),
    ]

    @Test(arguments: added)
    func `a new member follows the style of the others`(before: String, after: String) throws {
        let document = try Self.document(before)
        #expect(String(decoding: try document.adding(.init("k", 1), to: document.root), as: UTF8.self) == after)
    }

    private static let nested: [(String, String)] = [
        ("{\n  \"x\": 1,\n  \"a\": {}\n}", "{\n  \"x\": 1,\n  \"a\": {\n    \"k\": {\n      \"l\": []\n    }\n  }\n}"),
        (#"{"x":1,"a":{}}"#, #"{"x":1,"a":{"k":{"l":[]}}}"#),
        (#"{"x": 1, "a": { }}"#, #"{"x": 1, "a": { "k": {"l": []} }}"#),
        ("{\n\t\"a\": {\n\t}\n}", "{\n\t\"a\": {\n\t\t\"k\": {\n\t\t\t\"l\": []\n\t\t}\n\t}\n}"),
        (
            "{\n   \"a\": {\n      \"b\": 1\n   }\n}",
            "{\n   \"a\": {\n      \"b\": 1,\n      \"k\": {\n         \"l\": []\n      }\n   }\n}"
        ),
    ]

    @Test(arguments: nested)
    func `a nested member is indented by one step more`(before: String, after: String) throws {
        let document = try Self.document(before)
        let object = try #require(document.root["a"])
        let edited = try document.adding(.init("k", ["l": []]), to: object)
        #expect(String(decoding: edited, as: UTF8.self) == after)
    }

    private static let appended: [(String, String)] = [
        ("[]\n", "[\n  {\n    \"k\": \"a\",\n    \"v\": \"b\"\n  }\n]\n"),
        (#"[{"k":"x","v":"y"}]"#, #"[{"k":"x","v":"y"},{"k":"a","v":"b"}]"#),
        (#"[ {"k": "x", "v": "y"} ]"#, #"[ {"k": "x", "v": "y"}, {"k": "a", "v": "b"} ]"#),
        (
            "[\n  { \"k\": \"x\", \"v\": \"y\" }\n]",
            "[\n  { \"k\": \"x\", \"v\": \"y\" },\n  { \"k\": \"a\", \"v\": \"b\" }\n]"
        ),
        (
            "[{\n\t\"k\": \"x\",\n\t\"v\": \"y\"\n}]",
            "[{\n\t\"k\": \"x\",\n\t\"v\": \"y\"\n}, {\n\t\"k\": \"a\",\n\t\"v\": \"b\"\n}]"
        ),
        (
            "[\n    {\n        \"k\": \"x\"\n    }\n]",
            "[\n    {\n        \"k\": \"x\"\n    },\n    {\n        \"k\": \"a\",\n        \"v\": \"b\"\n    }\n]"
        ),
    ]

    @Test(arguments: appended)
    func `a new item follows the style of the others`(before: String, after: String) throws {
        let document = try Self.document(before)
        let edited = try document.appending(["k": "a", "v": "b"], to: document.root)
        #expect(String(decoding: edited, as: UTF8.self) == after)
    }

    @Test func `a key that is there is not added again`() throws {
        let document = try Self.document(#"{"k": 1}"#)
        #expect(throws: DiagnosticsError.self) { try document.adding(.init("k", 1), to: document.root) }
    }

    @Test(arguments: 1...8)
    func `random edits read back and leave every other byte`(seed: UInt64) throws {
        var texts = RandomJSON(seed: seed)
        var generator = SeededGenerator(seed: seed &+ 1_000)
        let values: [JSONValue] = ["x", 12, true, nil, ["a", 1], ["b": "é\"\n"], "\u{10FFFF}\\", [], 0.5]
        for round in 0..<(120 * longFactor) {
            let bytes = texts.next()
            let shown = "seed \(seed) round \(round): \(String(decoding: bytes, as: UTF8.self).debugDescription)"
            let document = try JSONDocument(parsing: bytes, file: "f")
            #expect(document.root.isNested, "\(shown)")
            let nodes = document.root.all
            let node = nodes.pick(&generator)
            let edited = try document.replacing(node, with: values.pick(&generator))
            let kept = bytes.count - node.range.upperBound
            #expect(edited.prefix(node.range.lowerBound) == bytes.prefix(node.range.lowerBound), "\(shown)")
            #expect(edited.suffix(kept) == bytes.suffix(kept), "\(shown)")

            let value = values.pick(&generator)
            let longer: [UInt8]
            if node.members != nil {
                longer = try document.adding(.init("new key", value), to: node)
            } else if node.items != nil {
                longer = try document.appending(value, to: node)
            } else {
                continue
            }
            // One piece more, and nothing else.
            let head = zip(bytes, longer).prefix { $0 == $1 }.count
            #expect(longer.suffix(bytes.count - head).elementsEqual(bytes[head...]), "\(shown)")
        }
    }
}
