import Diagnostics
import JSONDocument
import TestBasics
import Testing

@Suite struct SyntaxErrorTests {
    private static let refused: [(String, String)] = [
        ("", "f:1:1: error: expected a value, found the end of the text"),
        (" \n", "f:2:1: error: expected a value, found the end of the text"),
        ("[1", "f:1:3: error: expected ',' or ']', found the end of the text"),
        ("[", "f:1:2: error: expected a value, found the end of the text"),
        ("{", "f:1:2: error: expected a key or '}', found the end of the text"),
        ("[1 2]", "f:1:4: error: expected ',' or ']', found '2'"),
        ("[1,]", "f:1:3: error: expected no ',' before ']'"),
        ("{\"a\":1,\n}", "f:1:7: error: expected no ',' before '}'"),
        ("[,1]", "f:1:2: error: expected a value, found ','"),
        ("[1,,2]", "f:1:4: error: expected a value, found ','"),
        ("]", "f:1:1: error: expected a value, found ']'"),
        ("[1]]", "f:1:4: error: expected the end of the text, found ']'"),
        ("[1}", "f:1:3: error: expected ',' or ']', found '}'"),
        ("1 2", "f:1:3: error: expected the end of the text, found '2'"),
        ("{\"a\" 1}", "f:1:6: error: expected ':' behind a key, found '1'"),
        ("{\"a\":}", "f:1:6: error: expected a value, found '}'"),
        ("{\"a\"}", "f:1:5: error: expected ':' behind a key, found '}'"),
        ("{1:2}", "f:1:2: error: expected a key or '}', found '1'"),
        ("{\"a\":1,b:2}", "f:1:8: error: expected a key, found 'b'"),
        ("{\"a\":1 \"b\":2}", "f:1:8: error: expected ',' or '}', found '\"'"),
        ("01", "f:1:2: error: expected no digit behind a leading 0"),
        ("-", "f:1:2: error: expected a digit, found the end of the text"),
        ("-a", "f:1:2: error: expected a digit, found 'a'"),
        ("+1", "f:1:1: error: expected a value, found '+'"),
        (".5", "f:1:1: error: expected a value, found '.'"),
        ("1.", "f:1:3: error: expected a digit, found the end of the text"),
        ("1.e2", "f:1:3: error: expected a digit, found 'e'"),
        ("1e", "f:1:3: error: expected a digit, found the end of the text"),
        ("1e+-2", "f:1:4: error: expected a digit, found '-'"),
        ("0x1", "f:1:2: error: expected the end of the text, found 'x'"),
        ("NaN", "f:1:1: error: expected a value, found 'N'"),
        ("Infinity", "f:1:1: error: expected a value, found 'I'"),
        ("tru", "f:1:4: error: expected 'true', found the end of the text"),
        ("truE", "f:1:4: error: expected 'true', found 'E'"),
        ("nullx", "f:1:5: error: expected the end of the text, found 'x'"),
        ("True", "f:1:1: error: expected a value, found 'T'"),
        ("['a']", "f:1:2: error: expected a value, found \"'\""),
        ("[1] // x", "f:1:5: error: expected the end of the text, found '/'"),
        ("# x\n1", "f:1:1: error: expected a value, found '#'"),
        ("\"a", "f:1:1: error: the string has no closing quote"),
        ("[\"é\", \"a\nb\"]", "f:1:9: error: a string may not hold a line break as it is"),
        ("\"a\tb\"", "f:1:3: error: a string may not hold U+0009 as it is"),
        ("\"\0\"", "f:1:2: error: a string may not hold U+0000 as it is"),
        (#""\x41""#, "f:1:3: error: expected an escape of JSON's behind '\\', found 'x'"),
        (#""\'""#, "f:1:3: error: expected an escape of JSON's behind '\\', found \"'\""),
        (#""\u12g4""#, "f:1:6: error: expected a hexadecimal digit, found 'g'"),
        (#""\u12""#, "f:1:6: error: expected a hexadecimal digit, found '\"'"),
        (#""\"#, "f:1:3: error: expected an escape of JSON's behind '\\', found the end of the text"),
        (#""a\ud800""#, "f:1:3: error: the escape is half of a surrogate pair"),
        (#""\ud800\n""#, "f:1:2: error: the escape is half of a surrogate pair"),
        (#""\ud800\u0041""#, "f:1:2: error: the escape is half of a surrogate pair"),
        (#""\ud800\ud800""#, "f:1:2: error: the escape is half of a surrogate pair"),
        (#""\udc00\ud800""#, "f:1:2: error: the escape is half of a surrogate pair"),
        (#"{"a":1,"b":2,"a":3}"#, "f:1:14: error: duplicate key"),
        (#"{"a":1,"\u0061":3}"#, "f:1:8: error: duplicate key"),
        ("\u{A0}1", "f:1:1: error: expected a value, found U+00A0"),
        ("\u{0C}1", "f:1:1: error: expected a value, found U+000C"),
        ("[\u{FEFF}1]", "f:1:2: error: expected a value, found U+FEFF"),
        ("é", "f:1:1: error: expected a value, found 'é'"),
        ("[1]\0", "f:1:4: error: expected the end of the text, found U+0000"),
        (String(repeating: "[", count: 129), "f:1:129: error: more than 128 open brackets"),
    ]

    @Test(arguments: refused)
    func `what is no JSON is refused with its place`(text: String, error: String) {
        #expect(errors(in: text).split(separator: "\n").first.map(String.init) == error)
    }

    private static let bytes: [([UInt8], String)] = [
        ([0xFF], "f:1:1: error: byte 0xFF is not valid UTF-8"),
        ([0x22, 0xC3, 0x22], "f:1:2: error: byte 0xC3 is not valid UTF-8"),
        ([0x22, 0xC0, 0xAF, 0x22], "f:1:2: error: byte 0xC0 is not valid UTF-8"),
        ([0x22, 0xED, 0xA0, 0x80, 0x22], "f:1:2: error: byte 0xED is not valid UTF-8"),
        ([0x22, 0x61, 0xF4, 0x90, 0x80, 0x80, 0x22], "f:1:3: error: byte 0xF4 is not valid UTF-8"),
        ([0x22, 0xE2, 0x82], "f:1:2: error: byte 0xE2 is not valid UTF-8"),
        ([0xFF, 0xFE, 0x31, 0x00], "f:1:1: error: byte 0xFF is not valid UTF-8"),
    ]

    @Test(arguments: bytes)
    func `what is no UTF-8 is refused with its place`(bytes: [UInt8], error: String) {
        #expect(
            errors(in: bytes) == error + "\nf:" + error.split(separator: ":")[1...2].joined(separator: ":")
                + ": note: Save the file as UTF-8.")
    }

    @Test func `a duplicate key is named by both places and not by its text`() {
        #expect(
            errors(in: "{\"password1\": 1,\n \"password1\": 2}") == """
                f:2:2: error: duplicate key
                f:2:2: note: Remove one.
                f:2:2: note: The first one is at f:1:2.
                """)
    }

    @Test func `a frequent mistake gets advice`() {
        #expect(errors(in: "['a']").hasSuffix("note: JSON puts text in double quotes."))
        #expect(errors(in: "[1, // x").hasSuffix("note: JSON has no comments."))
        #expect(errors(in: "[True]").hasSuffix("note: JSON has true, false and null, in small letters."))
        #expect(errors(in: "[007]").hasSuffix("note: Put it in quotes."))
    }

    @Test(arguments: 1...4)
    func `no message holds text of the input`(seed: UInt64) {
        var texts = RandomJSON(seed: seed)
        for _ in 0..<(400 * longFactor) {
            let bytes = texts.nextBroken()
            let message = errors(in: bytes)
            guard !message.isEmpty else { continue }
            #expect(message.hasPrefix("f:"), "seed \(seed): \(String(decoding: bytes, as: UTF8.self).debugDescription)")
            #expect(!message.contains("two words"), "seed \(seed)")
        }
    }
}
