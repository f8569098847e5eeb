import Testing

@testable import AWSClient

@Suite struct XMLElementTests {
    /// `name(child child)` and `name'text'`, so that a tree is one line.
    private func tree(_ element: XMLElement) -> String {
        let children = element.children.isEmpty ? "" : "(\(element.children.map(tree).joined(separator: " ")))"
        return element.name + (element.text.isEmpty ? "" : "'\(element.text)'") + children
    }

    private func parse(_ text: String) throws(XMLError) -> String {
        tree(try XMLElement(parsing: Array(text.utf8)))
    }

    @Test(arguments: [
        ("<a/>", "a"), ("<a></a>", "a"), ("<a>x</a>", "a'x'"), ("<a> x\n</a>", "a' x\n'"),
        ("\u{FEFF}<a>x</a>", "a'x'"),
        ("<?xml version=\"1.0\"?>\n<a>\n  <b>1</b>\n  <b>2</b>\n</a>\n", "a(b'1' b'2')"),
        ("<a>&lt;&gt;&amp;&quot;&apos;&#65;&#x42;&#x1F44D;</a>", "a'<>&\"'AB👍'"),
        ("<a><![CDATA[<b>&amp;]]]]><![CDATA[>x]]></a>", "a'<b>&amp;]]>x'"),
        ("<a>x<!-- <b> -->y<?pi z?></a>", "a'xy'"),
        ("<a>1\r\n2\r3</a>", "a'1\n2\n3'"),
        ("<a k='v'/>", "a"),
        ("<a xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\"><b>x</b></a>", "a(b'x')"),
        ("<p:a xmlns:p='u'><p:b>x</p:b><c xmlns=''>y</c></p:a>", "a(b'x' c'y')"),
        ("<ä>ü</ä>", "ä'ü'"),
    ])
    func readsADocument(text: String, expected: String) throws {
        #expect(try parse(text) == expected)
    }

    @Test func textBesideChildrenIsLayout() throws {
        #expect(try parse("<a>x<b>1</b>y<b>2</b>z</a>") == "a(b'1' b'2')")
    }

    @Test func readsTheEncodingsOfExpat() throws {
        let latin = Array("<?xml version='1.0' encoding='ISO-8859-1'?><a>".utf8) + [0xFC] + Array("</a>".utf8)
        #expect(tree(try XMLElement(parsing: latin)) == "a'ü'")
        let wide = "<a>ü👍</a>".utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
        #expect(tree(try XMLElement(parsing: [0xFF, 0xFE] + wide)) == "a'ü👍'")
    }

    @Test func listsAndTextsAreFoundByName() throws {
        let root = try XMLElement(
            parsing: Array("<r><set><item>1</item><item>2</item></set><e/><x>1</x><x>2</x></r>".utf8))
        #expect(root.items("set").map(\.text) == ["1", "2"])
        #expect(root.items("none").isEmpty)
        #expect(root.text("x") == "1")
        #expect(root.text("e") == nil)
        #expect(root.text("none") == nil)
        #expect(root["set"]?.children.count == 2)
    }

    @Test(arguments: [
        ("", "1: no element found"), (" \n", "2: no element found"), ("x", "1: syntax error"),
        ("<a>", "1: no element found"), ("<a>\n</b>", "2: mismatched tag"),
        ("<a/><b/>", "1: junk after document element"), ("<a/>x", "1: junk after document element"),
        ("<a>&nbsp;</a>", "1: undefined entity"), ("<a>&#0;</a>", "1: reference to invalid character number"),
        ("<a>\u{1}</a>", "1: not well-formed (invalid token)"), ("<a b></a>", "1: not well-formed (invalid token)"),
        ("<a x='1' x='2'/>", "1: duplicate attribute"), ("<p:a/>", "1: unbound prefix"),
        ("<?xml version='1.0' encoding='klingon'?><a/>", "1: unknown encoding"),
        ("{\"a\": 1}", "1: not well-formed (invalid token)"), ("<a>\n<b", "2: unclosed token"),
        ("HTTP/1.1 200 OK", "1: not well-formed (invalid token)"), ("\0\0\0\0", "1: not well-formed (invalid token)"),
    ])
    func saysWhereABrokenDocumentIsBroken(text: String, reason: String) throws {
        let error = try #require(throws: XMLError.self) { _ = try parse(text) }
        #expect("\(error.line): \(error.message)" == reason)
    }

    @Test func refusesBytesThatAreNoUTF8() {
        #expect(throws: XMLError.self) {
            try XMLElement(parsing: Array("<a>".utf8) + [0xFF, 0xC0] + Array("</a>".utf8))
        }
    }

    @Test(arguments: [
        "<!DOCTYPE a><a/>", "<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>",
        "<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>",
        "<!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><a>&e;</a>",
        "<!DOCTYPE a [<!ENTITY % p SYSTEM 'http://h/'> %p;]><a/>", "<!DOCTYPE html><html></html>",
    ])
    func refusesADocumentType(text: String) throws {
        let error = try #require(throws: XMLError.self) { _ = try parse(text) }
        #expect(error.message == "it has a document type declaration")
    }

    @Test func anEntityBombDoesNotGoOff() {
        let entities = (1...30).map { "<!ENTITY e\($0) '&e\($0 - 1);&e\($0 - 1);&e\($0 - 1);'>" }.joined()
        #expect(throws: XMLError(line: 1, message: "it has a document type declaration")) {
            try parse("<!DOCTYPE a [<!ENTITY e0 'boom'>\(entities)]><a>&e30;</a>")
        }
    }

    @Test func nestingIsBounded() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "<a>", count: depth) + String(repeating: "</a>", count: depth)
        }
        #expect(try parse(nested(64)).count == 64 + 63 * 2)
        #expect(throws: XMLError(line: 1, message: "it is nested deeper than 64")) { try parse(nested(65)) }
        #expect(throws: XMLError(line: 1, message: "it is nested deeper than 64")) { try parse(nested(200_000)) }
        #expect(throws: XMLError(line: 1, message: "it is nested deeper than 64")) {
            try parse(String(repeating: "<a>", count: 64) + "<b/>" + String(repeating: "</a>", count: 64))
        }
    }

    @Test(arguments: [
        ("many elements", "<a>", "<b/>", "</a>"), ("much text", "<a>", "text", "</a>"),
        ("many references", "<a>", "&amp;", "</a>"), ("many lines", "<a>", "\n", "</a>"),
        ("many CDATA sections", "<a>", "<![CDATA[x]]>", "</a>"), ("a long name", "<a", "a", "/>"),
        ("a long attribute", "<a b='", "c", "'/>"), ("a comment without an end", "<a><!--", "-", ""),
        ("many comments", "<a>", "<!---->", "</a>"), ("opening brackets", "", "<", ""),
        ("ampersands", "<a>", "&", "</a>"), ("elements without an end", "", "<a>", ""),
    ])
    func aMebibyteOfItIsReadInBoundedTime(name: String, head: String, part: String, tail: String) {
        let bytes = Array((head + String(repeating: part, count: (1 << 20) / part.utf8.count) + tail).utf8)
        #expect(ContinuousClock().measure { _ = try? XMLElement(parsing: bytes) } < .seconds(60))
    }

    @Test func aMebibyteOfAttributesAndPrefixesIsReadInBoundedTime() {
        let attributes = (0..<80_000).map { " a\($0)='b'" }.joined()
        let prefixes = (0..<40_000).map { " xmlns:a\($0)='b\($0)'" }.joined()
        for text in ["<a\(attributes)/>", "<a\(prefixes)/>"] {
            #expect(ContinuousClock().measure { _ = try? parse(text) } < .seconds(60))
        }
    }
}
