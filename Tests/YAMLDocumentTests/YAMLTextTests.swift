import Testing

@testable import YAMLDocument

@Suite struct YAMLTextTests {
    private func tree(_ text: String) throws -> YAMLNode {
        try #require(try YAMLDocument(parsing: Array(text.utf8), file: "t.yaml").root)
    }

    /// What a reader of the tree sees: texts, nulls, and their order.
    private static func meaning(_ node: YAMLNode) -> String {
        switch node.content {
        case .scalar(let scalar): scalar.isNull ? "null" : scalar.text.debugDescription
        case .sequence(let items): "[" + items.map(meaning).joined(separator: ",") + "]"
        case .mapping(let entries):
            "{" + entries.map { "\($0.key.debugDescription):\(meaning($0.value))" }.joined(separator: ",") + "}"
        }
    }

    @Test func `a tree is written a key or an item a line`() throws {
        let found = try tree(
            "{a: {b: 1, c: [x, 'two words', {d: e, f: [[g], []]}]}, h: , i: {}, j: 'it''s', k: \"l: #m\"}"
        ).text
        #expect(
            found == """
                a:
                  b: 1
                  c:
                    - x
                    - two words
                    - d: e
                      f:
                        - - g
                        - []
                h:
                i: {}
                j: 'it''s'
                k: 'l: #m'

                """)
    }

    @Test(arguments: 1...4)
    func `any tree reads back as it was`(seed: UInt64) throws {
        var documents = RandomDocument(seed: seed)
        var count = 0
        for _ in 0..<500 {
            let bytes = documents.next()
            guard let root = try? YAMLDocument(parsing: bytes, file: "r.yaml").root else { continue }
            count += 1
            let again = try tree(root.text)
            #expect(Self.meaning(again) == Self.meaning(root), "\(root.text)")
            #expect(again.text == root.text)
        }
        #expect(count > 100)
    }

    @Test(arguments: [
        "", "~", "null", "Null", " ", "a ", " a", "a: b", "a:", ":a", "a #b", "#a", "- a", "-", "-1", "?", "? a", "[a]",
        "{a", "a, b", "*a", "&a", "!a", "|", ">", "%a", "@a", "`a", "'", "\"", "\\", "a\nb", "a\tb", "\n", "\u{85}",
        "é",
        "日本 語", "😀", "\u{2028}", "---", "...", "--- a", "a  b", "x: y: z", "http://h:1/p?q=1", "$(id)", "<<", "=",
        "yes", "1_000", "0x10", "2001-01-01", "a:b:", "\u{FEFF}", "\u{1F}", "//", "a -b", "a - b",
    ])
    func `any text is itself again, as a value, an item and a key`(text: String) throws {
        let made = YAMLNode.mapping([
            "value": .scalar(text), "items": .sequence([.scalar(text), .mapping(["in": .scalar(text)])]),
        ])
        let read = try tree(made.text)
        #expect(Self.meaning(read) == Self.meaning(made), "\(made.text)")
        // Such a key is an error to a reader, by design.
        guard text != "<<" else { return }
        let key = YAMLNode.mapping(["outer": YAMLNode.mapping([:]).setting(text, to: .scalar("v"))])
        #expect(Self.meaning(try tree(key.text)) == Self.meaning(key), "\(key.text)")
    }

    @Test func `a value is set, added and taken out by its path`() throws {
        let root = try tree("a: {b: 1, c: 2}\nd: x\n")
        #expect(root.setting("a", "b", to: .scalar("3")).text == "a:\n  b: 3\n  c: 2\nd: x\n")
        #expect(root.setting("a", "e", "f", to: .scalar("4")).text == "a:\n  b: 1\n  c: 2\n  e:\n    f: 4\nd: x\n")
        #expect(root.setting("d", "g", to: .scalar("5")).text == "a:\n  b: 1\n  c: 2\nd:\n  g: 5\n")
        #expect(root.setting("a", "b", to: nil).setting("no", to: nil).text == "a:\n  c: 2\nd: x\n")
    }

    @Test func `sorted trees are the same, whatever the order of their keys`() throws {
        let one = try tree("b: [{y: 1, x: 2}]\na: 3\n")
        let other = try tree("a: 3\nb: [{x: 2, y: 1}]\n")
        #expect(one.sortedByKey.text == other.sortedByKey.text)
        #expect(one.sortedByKey.text == "a: 3\nb:\n  - x: 2\n    y: 1\n")
    }
}
