import Diagnostics
import PgpoolConfig
import Testing

/// What pgpool makes of a file: `key=value` for each setting, and where it refuses the file.
private func reading(_ text: String) -> String {
    let contents = PgpoolConfFile.read(Array(text.utf8), file: "f")
    var parts = contents.entries.map { "\($0.key)=\($0.value.replacing("\n", with: "<LF>"))" }
    if let refusal = contents.refusal { parts.append("refused at \(refusal.location?.description ?? "?")") }
    return parts.joined(separator: " | ")
}

/// Each row was run on Pgpool-II 4.3.5, or read in the source of 4.3.5 and 4.6.1.
@Suite struct PgpoolConfFileTests {
    @Test(arguments: [
        ("k v\n", "k=v"), ("k = v\n", "k=v"), ("k='v'\n", "k=v"), ("\t k \t=\t 'v' \n", "k=v"),
        // There is no end of a line after a value.
        ("k = 'a' k2 = 'b'\n", "k=a | k2=b"), ("k a k2 b\n", "k=a | k2=b"),
        // A line's end is a value too.
        ("k\nm = 1\n", "k=<LF> | m=1"), ("k =\nm = 1\n", "k=<LF> | m=1"), ("k = # c\nm = 1\n", "k=<LF> | m=1"),
        ("k", "k="), ("k =", "k="), ("k = \t", "k="),
        ("k = 'a' 'b'\n", "k=a | refused at f:1:9"), ("k = 4 5\n", "k=4 | refused at f:1:7"),
        ("k = = 'a'\n", "k== | refused at f:1:7"), ("k = a b\n", "k=a | b=<LF>"), ("k = =\n", "k=="),
        ("listen_addresses = *\n", "listen_addresses=*"),
    ])
    func theNextTokenIsTheValueWhateverItIs(_ text: String, _ expected: String) { #expect(reading(text) == expected) }

    @Test(arguments: [
        ("k = \"a\"\n", "k=\" | a=\""),
        ("k = 'a\nm = 1\n", "k=' | a=<LF> | m=1"),
        ("k = 'a\\\nb'\n", "k=' | a=\\ | b='"),
    ])
    func aQuoteThatDoesNotCloseIsAValueOfItsOwn(_ text: String, _ expected: String) {
        #expect(reading(text) == expected)
    }

    @Test(arguments: [
        ("k = /tmp/x\n", "k=/ | refused at f:1:6"), ("k = 127.0.0.1\n", "k=127.0 | refused at f:1:10"),
        ("k = 5;\n", "k=5 | refused at f:1:6"), ("k = 1,5\n", "k=1 | refused at f:1:6"),
        ("k = A|B\n", "k=A | refused at f:1:6"), ("k = 0X10\n", "k=0X | refused at f:1:7"),
        ("k = 0o600\n", "k=0o | refused at f:1:7"), ("k = 1e2\n", "k=1e | refused at f:1:7"),
        ("k = 1e-05\n", "k=1e | refused at f:1:7"),
        ("pg.pool = 5\n", "refused at f:1:1"), ("1abc = 5\n", "refused at f:1:1"), ("'k' = 5\n", "refused at f:1:1"),
        ("= 5\n", "refused at f:1:1"), ("a-b = 5\n", "refused at f:1:1"),
        ("m = 1\n\n  \u{0C}k = 1\n", "m=1 | refused at f:3:3"), ("\u{0B}\n", "refused at f:1:1"),
        ("\0k = 1\n", "refused at f:1:1"),
    ])
    func whatNeedsQuotesEndsTheFile(_ text: String, _ expected: String) { #expect(reading(text) == expected) }

    @Test(arguments: [
        ("k = 5\n", "k=5"), ("k = -5\n", "k=-5"), ("k = +5\n", "k=+5"), ("k = 30s\n", "k=30s"),
        ("k = 12ab\n", "k=12ab"),
        ("k = 0x1F\n", "k=0x1F"), ("k = 0x1Fg\n", "k=0x1Fg"), ("k = 1.5\n", "k=1.5"), ("k = .5\n", "k=.5"),
        ("k = 5.\n", "k=5."), ("k = .\n", "k=."), ("k = 1.5e3\n", "k=1.5e3"), ("k = 1.5e-3\n", "k=1.5e-3"),
        ("k = 1.5E+3\n", "k=1.5E+3"),
        // The rest is a key of its own, whose value is the line's end.
        ("k = 1.5min\n", "k=1.5 | min=<LF>"), ("k = 1.5GB\n", "k=1.5 | GB=<LF>"), ("k = 12_ab\n", "k=12 | _ab=<LF>"),
        ("k = 1.5e\n", "k=1.5 | e=<LF>"),
        ("k = some.host-name_1:5432/x\n", "k=some.host-name_1:5432/x"),
    ])
    func numbersAndWordsStandWithoutQuotes(_ text: String, _ expected: String) { #expect(reading(text) == expected) }

    @Test(arguments: [
        // No escape is undone.
        ("k = 'a\\'b'\n", "k=a\\'b"), ("k = 'a\\nb'\n", "k=a\\nb"), ("k = 'a\\\\'\n", "k=a\\\\"),
        ("k = 'a''b'\n", "k=a | refused at f:1:8"), ("k = ''\n", "k="),
        ("k = 'a\t\"#=;\u{E9}\u{1F600}'\n", "k=a\t\"#=;\u{E9}\u{1F600}"), ("k = 'a\rb'\n", "k=a\rb"),
        // A combining character after the quote is a byte like any other.
        ("k = '\u{301}a\u{301}'\n", "k=\u{301}a\u{301}"),
        // A backslash at the end lets the string go on to a later quote of the line.
        ("k = 'a\\'\n", "k=a\\"), ("k = 'a\\' # it's\n", "k=a\\' # it | s=<LF>"),
        ("k = 'a\\\\' # it's\n", "k=a\\\\' # it | s=<LF>"), ("k = 'a\\'\nm = 'b'\n", "k=a\\ | m=b"),
        ("k = '\\''\n", "k=\\'"), ("k = '\\'\n", "k=\\"),
        // A NUL ends the value, and one more byte is lost.
        ("k = 'abc\0def'\nm = 1\n", "k=ab | m=1"), ("k = '\0'\n", "k="),
    ])
    func stringsLoseTheirQuotesAndNothingElse(_ text: String, _ expected: String) {
        #expect(reading(text) == expected)
    }

    @Test(arguments: [
        ("# c\nk = 1 # it's\n", "k=1"), ("#\n", ""), ("# \0\nk = 1\n", "k=1"), ("k = '#'\n", "k=#"),
        // A comment needs its line end.
        ("# c", "refused at f:1:1"), ("k = 'a' # c", "k=a | refused at f:1:9"), ("k = 'a'", "k=a"),
        // A carriage return alone ends no line.
        ("# c\rk = 1\rm = 2\n", ""), ("a='x'\rb=5\r", "a=x | b=5"), ("k = 'a'\r\nm = 1\r\n", "k=a | m=1"),
        ("", ""), ("\n\n", ""),
    ])
    func commentsRunToALineFeed(_ text: String, _ expected: String) { #expect(reading(text) == expected) }

    @Test(arguments: [
        ("k = \u{E9}mile\n", "k=\u{E9}mile"), ("k\u{A0} = 5\n", "k\u{A0}=5"),
        ("\u{FEFF}port = 1\n", "\u{FEFF}port=1"), ("\u{FEFF}# c\nk = 1\n", "\u{FEFF}=<LF> | k=1"),
        ("MAX_POOL = 7\n", "MAX_POOL=7"), ("include 'f'\n", "include=f"),
    ])
    func everyByteAbove127IsALetter(_ text: String, _ expected: String) { #expect(reading(text) == expected) }

    @Test func lengthIsNoMatter() {
        let text = String(repeating: "x", count: 200_000)
        #expect(reading("# \(text)\nk = '\(text)'\n") == "k=\(text)")
    }

    @Test func ofADuplicateTheLastOneCounts() {
        let contents = PgpoolConfFile.read(Array("k = 1\nm = 2\nk = 3\n".utf8), file: "f")
        #expect(contents.values == ["k": "3", "m": "2"])
        #expect(contents.entries.count == 3)
    }

    @Test func everySettingKnowsItsPlaceAndKind() {
        let contents = PgpoolConfFile.read(Array("\u{E9}\u{E9} = 'x'\n a 5 b 1.5 c on d\n".utf8), file: "f")
        #expect(contents.entries.map(\.location.description) == ["f:1:1", "f:2:2", "f:2:6", "f:2:12", "f:2:17"])
        #expect(contents.entries.map(\.valueLocation.description) == ["f:1:6", "f:2:4", "f:2:8", "f:2:14", "f:2:18"])
        #expect(contents.entries.map(\.kind) == [.string, .integer, .real, .word, .other])
    }

    @Test func aRefusalSaysWhatStandsWhereAKeyIsExpected() {
        #expect(
            PgpoolConfFile.read(Array("k = 5;\n".utf8), file: "f").refusal?.description == """
                f:1:6: error: pgpool refuses the file here: ';' where a key is expected
                f:1:6: note: a value with other characters than letters and digits needs single quotes
                """)
    }
}
