import JSONDocument
import Testing

@Suite struct JSONValueTests {
    @Test func `a value is written in the order of its members`() {
        let value: JSONValue = ["b": 1, "a": [true, nil, -2.5, "x\"y"], "c": [:]]
        #expect(value.text == #"{"b":1,"a":[true,null,-2.5,"x\"y"],"c":{}}"#)
        #expect(
            value.indentedText == """
                {
                  "b": 1,
                  "a": [
                    true,
                    null,
                    -2.5,
                    "x\\"y"
                  ],
                  "c": {}
                }
                """)
    }

    @Test func `quoting escapes what must be and nothing else`() {
        let controls = String(String.UnicodeScalarView((0..<0x20).compactMap(Unicode.Scalar.init)))
        #expect(
            JSONText.quoted(controls + "\"\\/\u{7F}é\u{2028}😀")
                == #""\u0000\u0001\u0002\u0003\u0004\u0005\u0006\u0007\b\t\n\u000b\f\r\u000e\u000f\u0010\u0011\u0012"#
                + #"\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f\"\\/"#
                + "\u{7F}é\u{2028}😀\"")
    }

    @Test func `every character reads back from its quotes`() throws {
        for value in UInt32(0)...0x11_0000 where value % 7 == 0 || value < 0x3000 {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let text = String(scalar)
            let bytes = Array(JSONValue.string(text).text.utf8)
            let read = try JSONDocument(parsing: bytes, file: "f").root.text
            guard read.map({ $0.utf8.elementsEqual(text.utf8) }) == true else {
                Issue.record("U+\(String(value, radix: 16))")
                return
            }
        }
    }

    @Test func `a number that JSON has not is written as null`() {
        #expect(JSONValue.array([.double(.nan), .double(.infinity), 1e300]).text == "[null,null,1e+300]")
    }
}
