import Diagnostics
import Testing
import YAMLDocument

/// One replaced scalar, each time the last of its file.
@Suite struct ScalarEditTests {
    /// A file, the new text, and the file afterwards.
    struct Edit: Sendable, CustomTestStringConvertible {
        var before: String
        var text: String
        var after: String

        init(_ before: String, _ text: String, _ after: String) {
            (self.before, self.text, self.after) = (before, text, after)
        }

        var testDescription: String { "\(before.debugDescription) ← \(text.debugDescription)" }
    }

    private static func replaceLast(_ before: String, _ text: String) throws -> String {
        let document = try YAMLDocument(parsing: Array(before.utf8), file: "f")
        let scalar = try #require(document.root?.scalars.last)
        return String(decoding: try document.replacing(scalar, with: text), as: UTF8.self)
    }

    private static let plain: [Edit] = [
        Edit("a: b # c\n", "x y", "a: x y # c\n"),
        Edit("a: b", "x: y", "a: 'x: y'"),
        Edit("a: b", "x #y", "a: 'x #y'"),
        Edit("a: b", "x#y:z", "a: x#y:z"),
        Edit("a: b", "it's", "a: it's"),
        Edit("a: b", "'", "a: ''''"),
        Edit("a: b", "", "a: ''"),
        Edit("a: b", "null", "a: 'null'"),
        Edit("a: b", "~", "a: '~'"),
        Edit("a: b", "NO", "a: NO"),
        Edit("a: b", "12", "a: 12"),
        Edit("a: b", " x", "a: ' x'"),
        Edit("a: b", "x ", "a: 'x '"),
        Edit("a: b", "x\ny", "a: \"x\\ny\""),
        Edit("a: b", "\t\"\\\u{1}\u{2028}\u{FEFF}é😀", "a: \"\\t\\\"\\\\\\x01\\u2028\\uFEFFé😀\""),
        Edit("a: b", "- x", "a: '- x'"),
        Edit("a: b", "@x", "a: '@x'"),
        Edit("a: b", "&x", "a: '&x'"),
        Edit("a: b", "*", "a: '*'"),
        Edit("a: b", "!x", "a: '!x'"),
        Edit("a: b", "|", "a: '|'"),
        Edit("a: b", "[x", "a: '[x'"),
        Edit("a: b", "x]", "a: x]"),
        Edit("[b]", "x]", "['x]']"),
        Edit("{a: b}", "x, y", "{a: 'x, y'}"),
        Edit("a: b", "x, y", "a: x, y"),
        Edit("b", "---", "'---'"),
        Edit("b", "x: y", "'x: y'"),
        Edit("a: b\n  c\n# d\n", "x", "a: x\n# d\n"),
        Edit("a: ~", "~", "a: '~'"),
        Edit("a: b", "b", "a: b"),
        Edit("\u{FEFF}é: b # 日\r\n# c", "日: 本", "\u{FEFF}é: '日: 本' # 日\r\n# c"),
    ]

    @Test(arguments: plain)
    func `a plain value stays plain where it can`(edit: Edit) throws {
        #expect(try Self.replaceLast(edit.before, edit.text) == edit.after)
    }

    private static let quoted: [Edit] = [
        Edit("a: 'b'#c", "x", "a: 'x'#c"),
        Edit("a: 'b'", "it's \"x\"", "a: 'it''s \"x\"'"),
        Edit("a: 'b'", "x\n", "a: \"x\\n\""),
        Edit("a: 'b\n\n  c' # d\n", "", "a: '' # d\n"),
        Edit("a: \"b\"", "x", "a: \"x\""),
        Edit("a: \"b\"", "", "a: \"\""),
        Edit("a: \"b\"", "\"\\\r\n\u{85}\u{7F}", "a: \"\\\"\\\\\\r\\n\\x85\\x7F\""),
        Edit("a: \"\\x41\"", "A", "a: \"\\x41\""),
        Edit("{\"a\":\"b\"}", "null", "{\"a\":\"null\"}"),
    ]

    @Test(arguments: quoted)
    func `a quoted value keeps its quotes where they can carry it`(edit: Edit) throws {
        #expect(try Self.replaceLast(edit.before, edit.text) == edit.after)
    }

    private static let empty: [Edit] = [
        Edit("a:", "x", "a: x"),
        Edit("a:\n", "x", "a: x\n"),
        Edit("a:   # c\r\n", "x", "a: x   # c\r\n"),
        Edit("a: ", "", "a: '' "),
        Edit("-", "x", "- x"),
        Edit("- \n", "x", "- x \n"),
        Edit("{a: , b: }", "x", "{a: , b: x }"),
        Edit("{\"b\":}", "x", "{\"b\": x}"),
        Edit("{a}", "x", "{a: x}"),
        Edit("[a, b: ]", "x]", "[a, b: 'x]' ]"),
        Edit("---", "x", "--- x"),
        Edit("--- # c\n", "x", "--- x # c\n"),
        Edit("a:\n# c\n", "x\ny", "a: \"x\\ny\"\n# c\n"),
        Edit("{\"a\":#c\n}", "x", "{\"a\": x #c\n}"),
        Edit("? a\n:\n", "x", "? a\n: x\n"),
    ]

    @Test(arguments: empty)
    func `an empty value is put behind its indicator`(edit: Edit) throws {
        #expect(try Self.replaceLast(edit.before, edit.text) == edit.after)
    }

    private static let blocks: [Edit] = [
        Edit("a: |\n  b\n\n# c\n", "x\n\n y\n", "a: |\n  x\n\n   y\n\n# c\n"),
        Edit("a: |\n  b\n", "x", "a: |-\n  x\n"),
        Edit("a: |-  # c\r\n  b\r\n# d", "x\ny\n", "a: |  # c\r\n  x\r\n  y\r\n# d"),
        Edit("a: |\n  b", "x", "a: |\n  x"),
        Edit("a: |\n  b", "x\n", "a: |\n  x\n"),
        Edit("a: |\n  b\n# c\n", "x\n\n", "a: |+\n  x\n\n# c\n"),
        Edit("a: |\n  b\n\n# c\n", "x\n\n", "a: \"x\\n\\n\"\n\n# c\n"),
        Edit("a: |+\n  b\n\n\n# c", "x\n", "a: |+\n  x\n# c"),
        Edit("a: |\r\n  b\r\nc: |\r\n    d\r\n", "", "a: |\r\n  b\r\nc: ''\r\n"),
        Edit("a: | # c\n  b\n", " x", "a: ' x' # c\n"),
        Edit("a: |2\n   b\n", " x\n", "a: |2\n   x\n"),
        Edit("a: |\n  b\n", "x\ty\n", "a: |\n  x\ty\n"),
        Edit("a: |\n  b\n", "x\r\n", "a: \"x\\r\\n\"\n"),
        Edit("- |\n\n  b\n", "\nx\n", "- |\n\n  x\n"),
        Edit("a: |\n", "x", "a: 'x'\n"),
        Edit("a: >\n  b\n  c\n# d\n", "x\ny\n\nz\n", "a: >\n  x\n\n  y\n\n\n  z\n# d\n"),
        Edit("a: >-\n  b\n", "x", "a: >-\n  x\n"),
        Edit("a: >\n  b\n", "x\n y\n", "a: \"x\\n y\\n\"\n"),
    ]

    @Test(arguments: blocks)
    func `a block of text stays one where its indentation can carry it`(edit: Edit) throws {
        #expect(try Self.replaceLast(edit.before, edit.text) == edit.after)
    }

    private static let refused: [(String, String, String)] = [
        (
            "a: b", "x\0",
            """
            f:1:4: error: the new value contains a NUL character
            f:1:4: note: Remove it.
            """
        ),
        (
            "? a\n? b\n", "x",
            """
            f:2:4: error: the value 'x' cannot be written here
            f:2:4: note: It would read: a key must be plain or quoted text, not a list or a mapping.
            f:2:4: note: Edit the file by hand.
            """
        ),
        (
            "a: b", String(repeating: " ", count: 1_025),
            """
            f:1:4: error: the value '\(String(repeating: " ", count: 40))…' cannot be written here
            f:1:4: note: It would read: more than 1,024 spaces and line breaks in a row.
            f:1:4: note: Edit the file by hand.
            """
        ),
    ]

    @Test(arguments: refused)
    func `what cannot be written is refused`(before: String, text: String, errors: String) throws {
        let error = try #require(throws: DiagnosticsError.self) { try Self.replaceLast(before, text) }
        #expect(error.description == errors)
    }

    @Test func `a node of another file or a collection is refused`() throws {
        let document = try YAMLDocument(parsing: Array("a: [b]\n".utf8), file: "f")
        let other = try YAMLDocument(parsing: Array("a: [c]\n".utf8), file: "g")
        for node in [document.root?["a"], other.root?["a"]?[0]] {
            let node = try #require(node)
            let error = try #require(throws: DiagnosticsError.self) { _ = try document.replacing(node, with: "x") }
            #expect(error.description.contains("error: the value is no scalar of this file"))
        }
    }
}
