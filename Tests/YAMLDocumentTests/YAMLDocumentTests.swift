import Diagnostics
import Testing
import YAMLDocument

/// The tree and the places of its nodes.
@Suite struct YAMLDocumentTests {
    private func document(_ text: String) throws -> YAMLDocument {
        try YAMLDocument(parsing: Array(text.utf8), file: "f")
    }

    @Test(arguments: ["", "\n", "# only\n", "\u{FEFF}", "\u{FEFF}# é\r\n"])
    func `a file without a value has no root`(text: String) throws {
        #expect(try document(text).root == nil)
    }

    /// Each bracketed piece is the source of one scalar, in the file's order.
    @Test(arguments: [
        "a: ⟦b c⟧  # d\n",
        "a: ⟦'it''s'⟧ #\n",
        "a:\n  - ⟦\"x\\n\"⟧\n  - ⟦b\n    c⟧\n# d\n", "a:⟦⟧   # c\nb:⟦⟧",
        "-⟦⟧ \n-⟦⟧\n-⟦⟧",
        "{a:⟦⟧ , b⟦⟧, c : ⟦d⟧, 'e':⟦f⟧, g:⟦⟧  # h:\n  , i:⟦⟧ }", "[⟦a⟧, ⟦'b'⟧ , c:⟦⟧ ]", "---⟦⟧ # c\n", "--- ⟦a⟧\n",
        "? a\n# c\n:⟦⟧ # d\n? b⟦⟧\n",
        "a: ⟦|\n  b\n\n  c\n⟧\n\n# d\ne: ⟦f⟧",
        "a: ⟦|\r\n  b\r\n⟧\r\n \r\ne: ⟦f⟧",
        "a: ⟦|+ # c\n  b\n\n⟧e: ⟦f⟧",
        "a: ⟦>-\n  b\n  c⟧",
        "a: ⟦|2\n    b\n  c\n⟧  \n",
        "a: ⟦|\n⟧\n# c\n",
        "a: ⟦|⟧",
        "- ⟦|\n   b\n    \n⟧  \n- ⟦c⟧\n", "\u{FEFF}é: ⟦日本⟧ # 😀\r\n'😀': ⟦é⟧\r", "⟦a\nb⟧\n",
    ])
    func `the range of a scalar is its source, quotes and header included`(marked: String) throws {
        var bytes: [UInt8] = []
        var bounds: [Int] = []
        for scalar in marked.unicodeScalars {
            if scalar == "⟦" || scalar == "⟧" {
                bounds.append(bytes.count)
            } else {
                bytes += Array(String(scalar).utf8)
            }
        }
        let expected = stride(from: 0, to: bounds.count, by: 2).map { bounds[$0]..<bounds[$0 + 1] }
        let document = try YAMLDocument(parsing: bytes, file: "f")
        let root = try #require(document.root)
        #expect(root.scalars.map(\.range) == expected)
        #expect(root.scalars.allSatisfy { $0.location == document.location(ofByte: $0.range.lowerBound) })
        #expect(root.isNested)
    }

    @Test(arguments: [
        ("a: 1\nb: [x, {c: d}]\n", "{a=<1>@3-4 b=[<x>@9-10 {c=<d>@16-17}@12-18]@8-19}@0-19"),
        ("# c\n- a:\n  - b\n\n# d\n- []\n# e\n", "[{a=[<b>@13-14]@11-14}@6-14 []@22-24]@4-24"),
        ("a:\n- b:\n# c\nd:\n", "{a=[{b=<>@7-7}@5-7]@3-7 d=<>@14-14}@0-14"),
        ("[a: b, ? c, d]", "[{a=<b>@4-5}@1-5 {c=<>@10-10}@7-10 <d>@12-13]@0-14"),
        ("{}\n", "{}@0-2"),
        ("[[], [[]]]", "[[]@1-3 [[]@6-8]@5-9]@0-10"),
        ("a: |\n  x\n   y\nb: >\n  x\n  y\n", "{a=|<x¶ y¶>@3-14 b=><x y¶>@17-27}@0-27"),
        ("--- # c\na: 'b'\n...\n# d\n", "{a='<b>@11-14}@8-14"),
        ("<<: {a: b}\n", "{<<={a=<b>@8-9}@4-10}@0-10"),
        ("\"a\": \"\\x41\\u00e9\"", "{a=\"<Aé>@5-17}@0-17"),
    ])
    func `the tree has every node and its range`(text: String, outline: String) throws {
        #expect(try document(text).root?.outline == outline)
    }

    @Test func `lines end with LF, CRLF or CR, and columns count Unicode scalars`() throws {
        let document = try document("\u{FEFF}é: 1\r\n😀e\u{301}: x\r'b': [\"日\", y]\n\nc:\n")
        let entries = try #require(document.root?.entries)
        func place(_ location: Diagnostics.SourceLocation) -> String { "\(location)" }
        #expect(entries.map { place($0.keyLocation) } == ["f:1:1", "f:2:1", "f:3:1", "f:5:1"])
        #expect(entries.map { place($0.value.location) } == ["f:1:4", "f:2:6", "f:3:6", "f:5:3"])
        #expect(entries[2].value.children.map { place($0.location) } == ["f:3:7", "f:3:12"])
        #expect(entries[0].keyRange == 3..<5)
        #expect(place(document.location(ofByte: 0)) == "f:1:1")
        #expect(place(document.location(ofByte: 4)) == "f:1:1")
        #expect(place(document.location(ofByte: -1)) == "f:1:1")
        #expect(place(document.location(ofByte: 1_000)) == "f:6:1")
    }

    @Test func `places are right far into a file of many-byte characters`() throws {
        let text = String(repeating: "# 日本é😀\n", count: 500) + "日本" + String(repeating: "é", count: 200) + ": x\n"
        let entry = try #require(try document(text).root?.entries?.first)
        #expect("\(entry.keyLocation) \(entry.value.location)" == "f:501:1 f:501:205")
        #expect(entry.value.range.upperBound == text.utf8.count - 1)
    }

    @Test func `only a plain scalar is null`() throws {
        let document = try document("[~, null, Null, NULL, nULL, '', 'null', \"~\", {a: }, 0]")
        #expect(
            document.root?.items?.map { ($0["a"] ?? $0).isNull }
                == [true, true, true, true, false, false, false, false, true, false])
    }

    @Test func `keys and items are found by subscript`() throws {
        let root = try #require(try document("a: [x, {b: y}]\n").root)
        #expect(root["a"]?[1]?["b"]?.scalar?.text == "y")
        #expect(root["a"]?[0]?.scalar == YAMLScalar(text: "x", style: .plain))
        #expect(
            root["b"] == nil && root["a"]?[2] == nil && root["a"]?[-1] == nil && root[0] == nil
                && root["a"]?["b"] == nil)
    }
}
