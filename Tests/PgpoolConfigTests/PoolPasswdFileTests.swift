import ClusterSpec
import PgpoolConfig
import Testing

/// What pgpool makes of a file: each entry's user and secret.
private func reading(_ text: String) -> [String] {
    PoolPasswdFile.read(Array(text.utf8)).map { entry in
        switch entry.secret {
        case .clearText(let password): "\(entry.user) text \(password.clearText)"
        case .md5(let hash): "\(entry.user) md5 \(hash)"
        case .aes(let text): "\(entry.user) aes \(text)"
        case .scram(let text): "\(entry.user) scram \(text)"
        }
    }
}

/// The passwords that no other file must cut or misread: each printable character at each end and in the middle.
let awkwardPasswords: [String] =
    printableASCII.flatMap { ["\($0)bc", "a\($0)c", "ab\($0)", "\($0)", "\($0)\($0)"] } + [
        "TEXTabc", "AESabc", "md5" + String(repeating: "0", count: 32), "SCRAM-SHA-256$4096:a$b:c", "TEXT", "AES",
        "md5", "a#b=c\\d 'e:f", "pässe", "\u{301}combining first", "\u{1F600}", "a\u{A0}b", "\u{FEFF}bom", "e\u{301}",
        "\u{E9}", "\u{85}next line", "\u{2028}", "*", "#comment", "\\:", ":\\", "\\\\", "a\tb", "\u{7F}",
        String(repeating: "\\", count: 124), String(repeating: ":", count: 124), String(repeating: "é", count: 62),
    ]

@Suite struct PoolPasswdFileTests {
    @Test(arguments: [
        ("app:TEXTsecret\n", ["app text secret"]), ("app:TEXTsecret", ["app text secret"]),
        ("app:secret\n", ["app text secret"]),
        ("app:TEXT\n", ["app text "]), ("app:AESabc=\n", ["app aes AESabc="]),
        ("app:md5\(String(repeating: "0", count: 32))\n", ["app md5 md5\(String(repeating: "0", count: 32))"]),
        ("app:md5abc\n", ["app text md5abc"]), ("app:SCRAM-SHA-256$x\n", ["app scram SCRAM-SHA-256$x"]),
        ("app:text\n", ["app text text"]),
        // There are no comments and nothing is trimmed.
        ("#x:pw\n\n u:p\nu :p\nu: p\n", ["#x text pw", " u text p", "u  text p", "u text  p"]),
        // A carriage return is part of the password, and of an md5 hash's length.
        ("app:TEXTx\r\n", ["app text x\r"]),
        (
            "app:md5\(String(repeating: "0", count: 32))\r\n",
            ["app text md5\(String(repeating: "0", count: 32))\r"]
        ),
        // Escapes: a backslash takes any character's meaning; at the end it is dropped.
        ("a\\:b\\\\c\\d:TEXTx\\:y\\\\z\\q\n", ["a:b\\cd text x:y\\zq"]), ("u:TEXTback\\\n", ["u text back"]),
        ("u:\\TEXTx\n", ["u text x"]), ("u\\\n", []), ("u\n", []),
        // Behind the password stands another user's mapping.
        ("u:TEXTx:other:y\n", ["u text x"]),
        // An empty password is passed over.
        ("u:\nu:TEXTx\n", ["u text x"]), ("u::b:c\n", []),
        ("üser:pässe\n", ["üser text pässe"]), ("u:TEXT\u{301}x\n", ["u text \u{301}x"]),
    ])
    func entriesAreReadAsPgpoolReadsThem(_ text: String, _ expected: [String]) { #expect(reading(text) == expected) }

    @Test func aPasswordIsSilentlyCutAt128BytesWithItsPrefix() {
        let text = String(repeating: "x", count: 130)
        #expect(reading("u:TEXT\(text)\n") == ["u text \(text.prefix(124))"])
        #expect(reading("u:\(text)\n") == ["u text \(text.prefix(128))"])
        // Escapes count once.
        #expect(
            reading("u:TEXT\(String(repeating: "\\:", count: 125))\n") == [
                "u text \(String(repeating: ":", count: 124))"
            ])
    }

    @Test func aLineOfMoreThan1023BytesGoesOnAsAnotherLine() {
        let user = String(repeating: "u", count: 1_020)
        #expect(reading("\(user):pw:b\n") == ["\(user) text pw", " text b"])
        #expect(reading("\(user)uuu:pw\n") == [" text pw"])
        #expect(reading("\(user)uuux:pw\n") == ["x text pw"])
    }

    @Test func theFirstEntryOfAUserIsTheOneThatCounts() {
        let entries = PoolPasswdFile.read(Array("u:TEXTa\nv:TEXTb\nu:TEXTc\n".utf8))
        #expect(entries.map(\.line) == [1, 2, 3])
        #expect(entries.map(\.user) == ["u", "v", "u"])
    }

    @Test func everyPasswordThatIsWrittenIsReadBack() throws {
        for password in awkwardPasswords {
            let line = "app:" + (try PoolPasswdFile.write(Password(password))) + "\n"
            let entries = PoolPasswdFile.read(Array(line.utf8))
            guard entries.count == 1, case .clearText(let found) = entries[0].secret else {
                Issue.record("\(password.debugDescription) reads as \(reading(line))")
                continue
            }
            #expect(entries[0].user == "app")
            #expect(Array(found.clearText.utf8) == Array(password.utf8), "\(password.debugDescription)")
        }
    }

    @Test(arguments: ["app", "a:b", "a\\b", "#x", " x ", "ü", "\u{301}x", "\\", ":", "TEXT", "*"])
    func everyUserThatIsWrittenIsReadBack(_ user: String) throws {
        let line = (try PoolPasswdFile.write(user: user)) + ":TEXTx\n"
        #expect(reading(line) == ["\(user) text x"])
    }

    @Test(arguments: ["a\nb", "a\r", "\0"])
    func aUserWithALineBreakIsRefused(_ user: String) {
        #expect(
            written { () throws(Malformed) in try PoolPasswdFile.write(user: user) }
                == "refused: the user's name has a line break or a NUL, which pool_passwd cannot carry")
    }
}

@Suite struct PasswordLimitTests {
    private func check(_ text: String) -> String {
        written { () throws(Malformed) in
            try Password(text).check()
            return "fine"
        }
    }

    @Test func has124BytesAtMost() {
        let longest = String(repeating: "x", count: 124)
        #expect(check(longest) == "fine")
        #expect(check(String(repeating: "é", count: 62)) == "fine")
        let refusal = """
            refused: the password is 125 bytes long; pool_passwd carries 124, and pgpool silently cuts what is longer
            note: set a shorter password with ALTER ROLE
            """
        #expect(check(longest + "x") == refusal)
        #expect(check(String(repeating: "é", count: 62) + "x") == refusal)
    }

    @Test func isNotEmpty() {
        #expect(check("") == "refused: the password is empty, which PostgreSQL never accepts")
    }

    @Test(arguments: ["a\nb", "\n", "a\r", "\r\n", "a\0"])
    func hasNoLineBreakAndNoNUL(_ text: String) {
        #expect(
            check(text) == """
                refused: the password has a line break or a NUL, which pool_passwd cannot carry
                note: a file's one final newline is dropped; a second one is not
                """)
    }

    @Test func aRefusalNeverShowsThePassword() {
        let secret = String(repeating: "hunter2", count: 20)
        #expect(!check(secret).contains("hunter"))
        #expect(!check("hunter2\n").contains("hunter"))
    }
}
