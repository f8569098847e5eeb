import AWSClient
import TestBasics
import Testing

@Suite struct PercentEncodingTests {
    @Test(arguments: [
        ("", ""), ("azAZ09-._~", "azAZ09-._~"), (" ", "%20"), ("+", "%2B"), ("*", "%2A"), ("a/b", "a%2Fb"),
        ("%", "%25"), ("ü", "%C3%BC"), ("\u{1234}", "%E1%88%B4"), ("👍", "%F0%9F%91%8D"), ("\0\r\n", "%00%0D%0A"),
        ("\u{7F}", "%7F"), ("!'()", "%21%27%28%29"), ("`{|}^\"<>\\", "%60%7B%7C%7D%5E%22%3C%3E%5C"),
        ("=&?#[]@:;,$", "%3D%26%3F%23%5B%5D%40%3A%3B%2C%24"),
    ])
    func encodesAllButTheUnreserved(text: String, encoded: String) {
        #expect(PercentEncoding.encode(text) == encoded)
        #expect(PercentEncoding.decode(encoded) == text)
    }

    @Test func aPathKeepsItsSlashes() {
        #expect(PercentEncoding.encode("/a b//ü/", keepsSlashes: true) == "/a%20b//%C3%BC/")
    }

    @Test(
        arguments: [("%c3%bC", "ü"), ("a+b", "a+b"), ("%2525", "%25"), ("ü", "ü"), ("%41%", nil), ("%", nil)]
            as [(String, String?)])
    func decodes(text: String, decoded: String?) {
        #expect(PercentEncoding.decode(text) == decoded)
    }

    @Test(arguments: ["%4", "%%41", "%G0", "%0G", "%-1", "%+1", "% 1", "%ff", "%C3", "%ED%A0%80", "%C0%80", "%١١"])
    func refusesBrokenEscapesAndWhatIsNoUTF8(text: String) {
        #expect(PercentEncoding.decode(text) == nil)
    }

    @Test func anyTextComesBack() {
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<2000 {
            let scalars = (0..<Int.random(in: 0...12, using: &generator)).compactMap { _ in
                Unicode.Scalar(
                    UInt32.random(in: 0...(Bool.random(using: &generator) ? 0x7F : 0x10FFFF), using: &generator))
            }
            let text = String(String.UnicodeScalarView(scalars))
            let encoded = PercentEncoding.encode(text)
            #expect(PercentEncoding.decode(encoded)?.unicodeScalars.elementsEqual(text.unicodeScalars) == true)
            #expect(encoded.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F })
        }
    }
}
