import Diagnostics
import JSONDocument
import Testing

@Suite struct JSONDocumentTests {
    private static let accepted: [(String, String)] = [
        ("1", "1"), ("\"\"", "\"\""), ("null", "null"), (" true\n", "true"), ("false", "false"), ("[]", "[]"),
        ("{}", "{}"), ("\t[ \r\n]", "[]"), ("{ }", "{}"), ("\u{FEFF}[1]", "[1]"),
        ("[1,-0,0,-1.5,2e3,2E+3,0.5e-7,9007199254740993]", "[1,-0,0,-1.5,2e3,2E+3,0.5e-7,9007199254740993]"),
        (#"{"a":1,"b":{"c":[null,true]}}"#, #"{"a":1,"b":{"c":[null,true]}}"#),
        (#"["\"\\\/\b\f\n\r\t"]"#, #"["\"\\/\b\f\n\r\t"]"#),
        (#"["\u0041\u00e9\u65E5\ud83d\ude00\uDBFF\uDFFF"]"#, "[\"Aé日😀\u{10FFFF}\"]"),
        (#"["\u0000\u001f\u007f"]"#, "[\"\\u0000\\u001f\u{7F}\"]"),
        (#"["\uFEFF\uFFFF\u2028"]"#, "[\"\u{FEFF}\u{FFFF}\u{2028}\"]"),
        ("[\"é日😀\u{7F}\u{2028}\"]", "[\"é日😀\u{7F}\u{2028}\"]"),
        (#"{"":0,"a":1,"A":2}"#, #"{"":0,"a":1,"A":2}"#),
        ("{\"\u{E9}\":1,\"e\u{301}\":2}", "{\"\u{E9}\":1,\"e\u{301}\":2}"),
        (
            String(repeating: "[", count: 128) + String(repeating: "]", count: 128),
            String(repeating: "[", count: 128)
                + String(repeating: "]", count: 128)
        ),
    ]

    @Test(arguments: accepted)
    func `a text reads as its value`(text: String, canonical: String) throws {
        #expect(try JSONDocument(parsing: Array(text.utf8), file: "f").root.canonical == canonical)
    }

    @Test func `a node says what it is`() throws {
        let text = #"{"s": "x", "n": -7, "f": 1.0, "t": true, "z": null, "l": [1, "b", false, null, {}]}"#
        let root = try JSONDocument(parsing: Array(text.utf8), file: "f").root
        #expect(root["s"]?.text == "x")
        #expect(root["n"]?.integer == -7)
        #expect(root["f"]?.integer == nil)
        #expect(root["f"]?.scalarText == "1.0")
        #expect(root["t"]?.bool == true)
        #expect(root["z"]?.isNull == true)
        #expect(root["l"]?.items?.map(\.scalarText) == ["1", "b", "false", nil, nil])
        #expect(root["l"]?[4]?.members?.isEmpty == true)
        #expect(root["l"]?[5] == nil)
        #expect(root["x"] == nil)
        #expect(root.members?.map(\.key) == ["s", "n", "f", "t", "z", "l"])
    }

    @Test func `places are lines and columns in scalars`() throws {
        let text = "\u{FEFF}{\r\n  \"é😀\": \"日\",\r\t\"b\": [\n1]}"
        let document = try JSONDocument(parsing: Array(text.utf8), file: "f")
        let members = try #require(document.root.members)
        func place(_ offset: Int) -> String { document.location(ofByte: offset).description }
        #expect(place(document.root.range.lowerBound) == "f:1:1")
        #expect(place(members[0].keyRange.lowerBound) == "f:2:3")
        #expect(place(members[0].value.range.lowerBound) == "f:2:9")
        #expect(place(members[1].keyRange.lowerBound) == "f:3:2")
        #expect(place(try #require(members[1].value[0]).range.lowerBound) == "f:4:1")
        #expect(place(-1) == "f:1:1")
        #expect(place(.max) == "f:4:4")
    }

    @Test func `ranges hold the node's own bytes`() throws {
        let text = #" {"a" : "x\n" , "b":[ -1.5 , { } ]} "#
        let root = try JSONDocument(parsing: Array(text.utf8), file: "f").root
        let parts = root.all.map { String(decoding: Array(text.utf8)[$0.range], as: UTF8.self) }
        #expect(
            parts == [
                #"{"a" : "x\n" , "b":[ -1.5 , { } ]}"#, #""x\n""#, "[ -1.5 , { } ]", "-1.5", "{ }",
            ])
        #expect(
            root.members?.map { String(decoding: Array(text.utf8)[$0.range], as: UTF8.self) }.first == #""a" : "x\n""#)
    }

    @Test func `a limit holds for bytes`() {
        #expect(throws: Never.self) { try JSONDocument(parsing: Array("[1]".utf8), file: "f", limit: 3) }
        let error = #expect(throws: DiagnosticsError.self) {
            try JSONDocument(parsing: Array("[1] ".utf8), file: "f", limit: 3)
        }
        #expect(error?.description.hasPrefix("f:1:1: error: the text has 4 bytes; at most 3 are read") == true)
    }

    /// Long texts that make a careless reader quadratic or overflow its stack.
    private static let hostile: [String] = [
        String(repeating: "[", count: 1 << 18), String(repeating: "{\"a\":", count: 1 << 16),
        "[" + String(repeating: "0,", count: 1 << 17) + "0]",
        "\"" + String(repeating: "\\u0041", count: 1 << 15) + "\"",
        "\"a" + String(repeating: "\u{301}", count: 1 << 17) + "\"", String(repeating: "9", count: 1 << 18),
        "{" + (0..<20_000).map { "\"k\($0)\":\($0)" }.joined(separator: ",") + "}",
        "{" + (0..<300).map { "\"a\($0)\(String(repeating: "\u{301}", count: 600))\":0" }.joined(separator: ",") + "}",
        String(repeating: "\n", count: 1 << 18) + "x", "\"" + String(repeating: "a", count: 1 << 18),
    ]

    @Test(.timeLimit(.minutes(1)), arguments: hostile.indices)
    func `a hostile text takes no more than its length`(index: Int) {
        let bytes = Array(Self.hostile[index].utf8)
        let start = ContinuousClock.now
        if let document = try? JSONDocument(parsing: bytes, file: "f") {
            for node in document.root.all { _ = document.location(ofByte: node.range.lowerBound) }
        }
        #expect(ContinuousClock.now - start < .seconds(60))
    }
}
