import Testing
import YAMLDocument

/// Large files that are meant to take time or memory. Each ends, in a tree or in errors.
@Suite struct HostileInputTests {
    private static func fill(_ start: String, _ unit: String, count: Int = 1 << 20) -> String {
        start + String(repeating: unit, count: (count - start.utf8.count) / unit.utf8.count)
    }

    @Test(arguments: [
        ("", "["),
        ("", "[\n"),
        ("", "{a: "),
        ("", "- "),
        ("? ", "- "),
        ("a: ", "[{b: "),
    ])
    func `deep nesting ends at 64 levels`(start: String, unit: String) {
        #expect(errors(in: Self.fill(start, unit, count: 1 << 18)).contains("error: nested deeper than 64 levels"))
    }

    @Test func `64 levels are read, and the 65th is shown`() {
        let open = String(repeating: "[", count: 64)
        let close = String(repeating: "]", count: 64)
        #expect(errors(in: open + close) == "")
        #expect(
            errors(in: "[" + open + close + "]")
                == """
                f:1:65: error: nested deeper than 64 levels
                f:1:65: note: Is a bracket left open, or a '-' one too many?
                """)
    }

    @Test(arguments: [
        ("[", "a,"),
        ("[", "[],"),
        ("", "-\n"),
        ("[", "a: b,"),
    ])
    func `very many nodes end at 100,000`(start: String, unit: String) {
        #expect(errors(in: Self.fill(start, unit)).contains("error: more than 100,000 keys and values"))
    }

    @Test func `100,000 nodes are read`() {
        #expect(errors(in: String(repeating: "- a\n", count: 99_999)) == "")
        #expect(
            errors(in: String(repeating: "- a\n", count: 100_000))
                == """
                f:100000:3: error: more than 100,000 keys and values
                f:100000:3: note: Is it the file that you meant?
                """)
    }

    @Test(arguments: [
        ("", "a: 1\n"),
        ("{", "a,"),
        ("[", "*a,"),
        ("[", "!a b,"),
        ("", "? \n"),
        ("", "\u{2028}"),
    ])
    func `very many errors end at 100`(start: String, unit: String) {
        let lines = errors(in: Self.fill(start, unit, count: 1 << 18)).split(separator: "\n")
        #expect(lines.count { $0.contains(" error: ") } == 100)
        #expect(lines.last?.hasSuffix("note: There are more errors; these 100 are shown.") == true)
    }

    @Test(arguments: [
        ("", "a"),
        ("? ", "a"),
        ("", "a "),
        ("", "a\n"),
        ("|\n", " a\n"),
        (">\n", " a\n\n"),
        ("'", "''"),
        ("", "#\n"),
        ("", "#"),
        ("", "-"),
        ("", "é"),
        ("", "a\r"),
        ("--- ", "--- "),
    ])
    func `long text is read or refused`(start: String, unit: String) {
        #expect(
            ["", "f:1:3: error: a key has at"].contains {
                errors(in: Self.fill(start, unit, count: 1 << 18)).hasPrefix($0)
            })
    }

    @Test(arguments: [
        ("[", ","),
        ("", "{{"),
        ("", "? "),
        ("", "\""),
        ("\"", "a\n"),
        ("\"", "\\x41"),
        ("", "\n"),
        ("", " "),
        ("", "\t"),
        ("", ": "),
        ("", "a: "),
        ("", "&a "),
        ("", "*a "),
        ("", "&"),
        ("!", "a"),
        ("!<", "a"),
        ("%", "a"),
        ("", "%TAG !a! b\n"),
        ("", "---\n"),
        ("a", "\u{301}\u{316}"),
        ("\"", "\\u0301"),
        ("{", "a #\n:\n,"),
        ("\"a" + String(repeating: " ", count: 1_023), "a "),
        ("", String(repeating: "k", count: 1_025) + ": 1\n"),
        ("- |", "1"),
        ("", "\u{1}"),
        ("", "\u{FEFF}"),
    ])
    func `what is no document is refused`(start: String, unit: String) {
        #expect(errors(in: Self.fill(start, unit, count: 1 << 18)) != "")
    }
}
