import ClusterSpec
import PgpoolConfig
import Testing

@Suite struct PassFileTests {
    private func reading(_ text: String) -> [String] {
        PassFile.read(Array(text.utf8)).map { line in
            (line.fields.map { $0 ?? "<any>" } + [line.password.clearText]).joined(separator: " ")
        }
    }

    @Test(arguments: [
        ("h:1:d:u:p\n", ["h 1 d u p"]), ("h:1:d:u:p", ["h 1 d u p"]), ("h:1:d:u:p\r\r\n", ["h 1 d u p"]),
        ("# c\n\nh:1:d:u:p\n  #c:1:d:u:p\n", ["h 1 d u p", "  #c 1 d u p"]),
        (" h :1:d:u: p \n", [" h  1 d u  p "]),
        // Only a field that is exactly `*` matches anything.
        ("*:*:*:*:p\n", ["<any> <any> <any> <any> p"]), ("\\*:*x:x*:**:*\n", ["* *x x* ** *"]),
        // Escapes; behind the password's colon stands nothing; a backslash at the very end stays.
        ("h\\:1:1:d\\\\:\\u:p\\:q\\\\r\\s:rest\n", ["h:1 1 d\\ u p:q\\rs"]), ("h:1:d:u:p\\\n", ["h 1 d u p\\"]),
        // Too few fields match nothing.
        ("h:1:d:u\n", []), ("h\n", []), ("h:1:d:u:\n", ["h 1 d u "]),
    ])
    func linesAreReadAsLibpqReadsThem(_ text: String, _ expected: [String]) { #expect(reading(text) == expected) }

    @Test func theFirstLineThatMatchesIsTaken() {
        let file = Array("h:1:d:v:no\nh:*:d:u:yes\nh:1:d:u:late\n*:*:*:*:any\n".utf8)
        func password(_ host: String, _ user: String) -> String? {
            PassFile.password(in: file, host: host, port: "1", database: "d", user: user)?.clearText
        }
        #expect(password("h", "u") == "yes")
        #expect(password("H", "u") == "any")
        #expect(password("h", "v") == "no")
        #expect(PassFile.password(in: [], host: "h", port: "1", database: "d", user: "u") == nil)
    }

    @Test(arguments: [
        ("app", "app"), ("*", "\\*"), ("**", "**"), ("a:b", "a\\:b"), ("a\\", "a\\\\"), ("#x", "#x"), ("", ""),
        ("a\nb", "refused: has a line break or a NUL, which a password file cannot carry"),
        ("a\0", "refused: has a line break or a NUL, which a password file cannot carry"),
    ])
    func fieldsAreEscaped(_ field: String, _ expected: String) {
        #expect(written { () throws(Malformed) in try PassFile.write(field: field) } == expected)
    }

    @Test func everyPasswordThatIsWrittenIsReadBack() throws {
        for password in awkwardPasswords {
            let line = "h:1:d:u:" + (try PassFile.write(Password(password))) + "\n"
            let found = PassFile.password(in: Array(line.utf8), host: "h", port: "1", database: "d", user: "u")
            #expect(found.map { Array($0.clearText.utf8) } == Array(password.utf8), "\(password.debugDescription)")
        }
    }

    @Test func everyFieldThatIsWrittenIsReadBack() throws {
        for name in awkwardPasswords {
            let field = try PassFile.write(field: name)
            let line = Array("h:1:\(field):\(field):p\n".utf8)
            #expect(
                PassFile.password(in: line, host: "h", port: "1", database: name, user: name)?.clearText == "p",
                "\(name.debugDescription)")
            #expect(PassFile.password(in: line, host: "h", port: "1", database: name + "x", user: name) == nil)
        }
    }
}
