import ClusterSpec
import PgpoolConfig
import Testing

/// What the C pgdoctor makes of a file: values by key, then checks, then the lines that end it.
private func reading(_ text: String) -> String {
    let contents = PgdoctorFile.read(Array(text.utf8))
    var parts = contents.values.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    parts += contents.checks.map { check in
        (["check \(check.query)"] + [check.symbol, check.expected].compactMap(\.self)).joined(separator: " / ")
    }
    parts += contents.fatalLines.map { "fatal in line \($0)" }
    return parts.joined(separator: " | ")
}

@Suite struct PgdoctorFileTests {
    @Test(arguments: [
        ("http_port = 8071\n", "http_port=8071"), ("HTTP_PORT=8071", "http_port=8071"),
        ("\t pg_host \t=\t db \r\n", "pg_host=db"), ("== pg_user = u\n", "pg_user=u"),
        ("pg_user = a\npg_user = b\n", "pg_user=b"), ("pg_password =\n", "pg_password="),
        ("pg_max_replication_lag = -1\n", "pg_max_replication_lag=-1"),
        // A `#` cuts the line anywhere, a second `=` the value.
        ("pg_user = a#b\n# c\n", "pg_user=a"), ("pg_user = '#x'\n", "pg_user='"), ("pg_user = a=b\n", "pg_user=a"),
        ("pg_user = a==b\n", "pg_user=a"),
        // Quotes stay.
        ("pg_user = 'a b'\n", "pg_user='a b'"),
        // Every other line is a check.
        ("foo = x\n", "check foo = x"), ("some words\n", "check some words"), ("pg_usr = x\n", "check pg_usr = x"),
        ("custom_check = x\n", "check custom_check = x"),
        ("", ""), ("\n \r\n# only\n", ""),
        // A number's value that is missing crashes the program.
        ("pg_port =\n", "pg_port= | fatal in line 1"), ("http_port\n", "http_port= | fatal in line 1"),
        ("pg_connection_timeout = # 3\n", "pg_connection_timeout= | fatal in line 1"),
    ])
    func keysHaveTheirValues(_ text: String, _ expected: String) { #expect(reading(text) == expected) }

    @Test(arguments: [
        ("\"SELECT 1\"\n", "check SELECT 1"), ("\"SELECT 1\" = \"1\"\n", "check SELECT 1 / = / 1"),
        ("\"SELECT 1\"<\"2\"\n", "check SELECT 1 / < / 2"), ("\"SELECT 1\" != \"2\"\n", "check SELECT 1 / != / 2"),
        // The query is not trimmed, the value is.
        ("\" q \" = \" v \"\n", "check  q  / = / v"), ("x \"q\" = \"v\"\n", "check x  / q / ="),
        ("\"SELECT '='\"\n", "check SELECT '='"), ("\"SELECT pg_host = 1\"\n", "check SELECT pg_host = 1"),
        // Runs of quotes count as one.
        ("\"\"\n", "fatal in line 1"), ("\"q\" = \"\"\n", "fatal in line 1"), ("\"q\" =\n", "fatal in line 1"),
        ("\"\"q\"\" = \"\"v\"\"\n", "check q / = / v"),
        ("\"a # b\"\n", "check a"),
        ("\"q\" = \"v\" rest\n", "check q / = / v"),
    ])
    func checksAreSplitAtTheirQuotes(_ text: String, _ expected: String) { #expect(reading(text) == expected) }

    @Test func aLineOfMoreThan1023BytesGoesOnAsAnotherLine() {
        let query = String(repeating: "q", count: 1_021)
        #expect(reading("\"\(query)\"pg_user = x\n") == "pg_user=x | check \(query)")
    }

    /// libpq's own parser reads what the program puts into its connection string.
    @Test(arguments: [
        ("app", "app"), ("'app'", "app"), ("'a b'", "a b"), ("'it\\'s \\\\ ok'", "it's \\ ok"), ("a\\ b", "a b"),
        ("a'b", "a'b"), ("''", ""), ("", nil), ("'a", nil), ("a b", nil), ("'a'b", nil), ("'a' b", nil),
    ])
    func aConnectionValueGoesThroughLibpq(_ text: String, _ expected: String?) {
        let contents = PgdoctorFile.read(Array("pg_user = \(text)\n".utf8))
        #expect(contents.connectionValue("pg_user") == expected)
        #expect(contents.connectionValue("pg_host") == nil)
    }

    @Test(arguments: [
        ("app", "app"), ("", "''"), ("a b", "'a b'"), ("it's", "'it\\'s'"), ("a\\b", "'a\\\\b'"), ("'", "'\\''"),
        (" ", "' '"), ("a\"b", "'a\"b'"), ("ü", "ü"), ("a\u{A0}b", "'a\u{A0}b'"),
        ("a#b", "refused: has a '#', which pgdoctor.cfg cannot carry"),
        ("a=b", "refused: has a '=', which pgdoctor.cfg cannot carry"),
        ("a\nb", "refused: has a control character, which pgdoctor.cfg cannot carry"),
        ("a\0", "refused: has a control character, which pgdoctor.cfg cannot carry"),
    ])
    func connectionValuesAreQuotedOrRefused(_ text: String, _ expected: String) {
        #expect(written { () throws(Malformed) in try PgdoctorFile.write(connectionValue: text) } == expected)
    }

    @Test func everyConnectionValueThatIsWrittenIsReadBack() {
        for text in awkwardPasswords {
            let value = written { () throws(Malformed) in try PgdoctorFile.write(connectionValue: text) }
            guard !value.hasPrefix("refused") else { continue }
            let contents = PgdoctorFile.read(Array("pg_user = \(value)\n".utf8))
            #expect(
                contents.connectionValue("pg_user").map { Array($0.utf8) } == Array(text.utf8),
                "\(text.debugDescription)")
            #expect(contents.checks.isEmpty && contents.values.count == 1)
        }
    }

    private func check(_ query: String, _ symbol: Health.Check.Operator? = nil, _ value: String = "") throws -> String {
        var check = try #require(spec().health.checks.first)
        check.query = Setting(query)
        check.comparison = symbol.map { ($0, value) }
        return written { () throws(Malformed) in try PgdoctorFile.write(check) }
    }

    @Test func checksAreWrittenAsTheProgramReadsThem() throws {
        #expect(try check("SELECT 1") == "\"SELECT 1\"")
        #expect(try check("SELECT 1", .equal, "1") == "\"SELECT 1\" = \"1\"")
        #expect(try check("SELECT '='", .less, "a b") == "\"SELECT '='\" < \"a b\"")
    }

    @Test func checksThatTheProgramCannotReadAreRefused() throws {
        let view = "\nnote: put the query into a view or function"
        #expect(try check("SELECT \"a\"") == "refused: the query has a '\"', which pgdoctor.cfg cannot carry" + view)
        #expect(try check("SELECT 1 # c") == "refused: the query has a '#', which pgdoctor.cfg cannot carry" + view)
        #expect(try check("q", .equal, "#") == "refused: the value has a '#', which pgdoctor.cfg cannot carry" + view)
        #expect(
            try check("a\nb")
                == "refused: the query has a line break, which pgdoctor.cfg cannot carry\nnote: write it on one line")
        #expect(try check(" q") == "refused: the query begins or ends with a blank, or is empty")
        #expect(try check("") == "refused: the query begins or ends with a blank, or is empty")
        #expect(try check("q", .equal, "v ") == "refused: the value begins or ends with a blank, or is empty")
    }

    @Test func aCheckHasAtMost1022Bytes() throws {
        let longest = String(repeating: "q", count: 1_020)
        #expect(try check(longest) == "\"\(longest)\"")
        #expect(
            try check(longest + "q") == "refused: is 1023 bytes long; pgdoctor reads 1022\nnote: put it into a view")
    }
}
