import Testing

/// What is told about bytes and characters.
@Suite struct EncodingCheckTests {
    private static let characters: [BadText] = [
        BadText(
            "a: \u{0}",
            #"""
            f:1:4: error: a NUL character (U+0000) is not allowed
            f:1:4: note: Remove it.
            """#),
        BadText(
            "a: b\u{1B}[0m\n# \u{7}",
            #"""
            f:1:5: error: control character U+001B is not allowed
            f:1:5: note: Remove it, or write it in double quotes as "\x1B".
            f:2:3: error: control character U+0007 is not allowed
            f:2:3: note: Remove it, or write it in double quotes as "\x07".
            """#),
        BadText(
            "a: \u{7F}\u{80}",
            #"""
            f:1:4: error: control character U+007F is not allowed
            f:1:4: note: Remove it, or write it in double quotes as "\x7F".
            f:1:5: error: control character U+0080 is not allowed
            f:1:5: note: Remove it, or write it in double quotes as "\x80".
            """#),
        BadText(
            "a: b\u{85}c",
            #"""
            f:1:5: error: U+0085 is not allowed, because programs disagree on whether it ends a line
            f:1:5: note: Remove it, or write it in double quotes as "\N".
            """#),
        BadText(
            "# x\u{2028}a: 1",
            #"""
            f:1:4: error: U+2028 is not allowed, because programs disagree on whether it ends a line
            f:1:4: note: Remove it, or write it in double quotes as "\L".
            """#),
        BadText(
            "\u{2029}",
            #"""
            f:1:1: error: U+2029 is not allowed, because programs disagree on whether it ends a line
            f:1:1: note: Remove it, or write it in double quotes as "\P".
            """#),
        BadText(
            "\u{FEFF}a: \u{FEFF}",
            #"""
            f:1:4: error: a byte order mark (U+FEFF) may only stand at the start of the file
            f:1:4: note: Remove it, or write it in double quotes as "\uFEFF".
            """#),
        BadText(
            "\u{FEFF}\u{FEFF}a: 1",
            #"""
            f:1:1: error: a byte order mark (U+FEFF) may only stand at the start of the file
            f:1:1: note: Remove it, or write it in double quotes as "\uFEFF".
            """#),
        BadText(
            "\u{FFFF}",
            #"""
            f:1:1: error: U+FFFF is no character
            f:1:1: note: Remove it, or write it in double quotes as "\uFFFF".
            """#),
        BadText(
            "a" + String(repeating: "\u{301}", count: 32) + "b",
            #"""
            f:1:32: error: more than 30 combining marks in a row
            f:1:32: note: Remove some of them.
            """#),
        BadText(
            "a: \"b" + String(repeating: "\\u0301", count: 31) + "\"",
            #"""
            f:1:4: error: more than 30 combining marks in a row
            f:1:4: note: Remove some of them.
            """#),
    ]

    @Test(arguments: characters)
    func `a character that may not stand in a file is refused`(bad: BadText) {
        #expect(errors(in: bad.text) == bad.errors)
    }

    @Test func `a file in another encoding is named`() {
        #expect(
            errors(in: [0xFF, 0xFE, 0x61, 0x00])
                == #"""
                f:1:1: error: the file is in UTF-16; only UTF-8 is read
                f:1:1: note: Save the file as UTF-8.
                """#)
        #expect(
            errors(in: [0xFE, 0xFF, 0x00, 0x61])
                == #"""
                f:1:1: error: the file is in UTF-16; only UTF-8 is read
                f:1:1: note: Save the file as UTF-8.
                """#)
        #expect(
            errors(in: [0x61, 0x00, 0x3A, 0x00])
                == #"""
                f:1:1: error: the file is in UTF-16; only UTF-8 is read
                f:1:1: note: Save the file as UTF-8.
                """#)
        #expect(
            errors(in: [0x00, 0x61])
                == #"""
                f:1:1: error: the file is in UTF-16; only UTF-8 is read
                f:1:1: note: Save the file as UTF-8.
                """#)
        #expect(
            errors(in: [0xFF, 0xFE, 0x00, 0x00, 0x61, 0x00, 0x00, 0x00])
                == #"""
                f:1:1: error: the file is in UTF-32; only UTF-8 is read
                f:1:1: note: Save the file as UTF-8.
                """#)
    }

    @Test func `the first byte that is not UTF-8 is shown`() {
        #expect(
            errors(in: [0x23, 0x20, 0xC3, 0xA9, 0x0D, 0x0A, 0x61, 0x3A, 0x20, 0xE9, 0x74, 0xE9])
                == #"""
                f:2:4: error: byte 0xE9 is not valid UTF-8
                f:2:4: note: Save the file as UTF-8; an editor may call the present encoding Latin-1 or Windows-1252.
                """#)
        #expect(
            errors(in: [0x61, 0x0D, 0x62, 0x20, 0xC0, 0x80])
                == #"""
                f:2:3: error: byte 0xC0 is not valid UTF-8
                f:2:3: note: Save the file as UTF-8; an editor may call the present encoding Latin-1 or Windows-1252.
                """#)
        #expect(
            errors(in: [0xEF, 0xBB, 0xBF, 0xED, 0xA0, 0x80])
                == #"""
                f:1:1: error: byte 0xED is not valid UTF-8
                f:1:1: note: Save the file as UTF-8; an editor may call the present encoding Latin-1 or Windows-1252.
                """#)
        #expect(
            errors(in: [0x61, 0x3A, 0x20, 0xF5, 0x80, 0x80, 0x80])
                == #"""
                f:1:4: error: byte 0xF5 is not valid UTF-8
                f:1:4: note: Save the file as UTF-8; an editor may call the present encoding Latin-1 or Windows-1252.
                """#)
        #expect(
            errors(in: [0xF4, 0x90, 0x80, 0x80])
                == #"""
                f:1:1: error: byte 0xF4 is not valid UTF-8
                f:1:1: note: Save the file as UTF-8; an editor may call the present encoding Latin-1 or Windows-1252.
                """#)
        #expect(
            errors(in: [0x61, 0x3A, 0x20, 0xE6, 0x97])
                == #"""
                f:1:4: error: byte 0xE6 is not valid UTF-8
                f:1:4: note: Save the file as UTF-8; an editor may call the present encoding Latin-1 or Windows-1252.
                """#)
        #expect(
            errors(in: [0x80])
                == #"""
                f:1:1: error: byte 0x80 is not valid UTF-8
                f:1:1: note: Save the file as UTF-8; an editor may call the present encoding Latin-1 or Windows-1252.
                """#)
    }

    @Test func `the blanks in a row and the bytes of a file are limited`() {
        let spaces = String(repeating: " ", count: 1_025)
        #expect(
            errors(in: "a:\n\(spaces.dropFirst())b: 1\n\(spaces)# c\n\(spaces)")
                == """
                f:1:3: error: more than 1,024 spaces and line breaks in a row
                f:1:3: note: Shorten them; a comment may stand in between.
                f:2:1029: error: more than 1,024 spaces and line breaks in a row
                f:2:1029: note: Shorten them; a comment may stand in between.
                f:3:1029: error: more than 1,024 spaces and line breaks in a row
                f:3:1029: note: Shorten them; a comment may stand in between.
                """)
        #expect(errors(in: "a:\(spaces.dropFirst())b") == "")
        #expect(
            errors(in: [UInt8](repeating: 0x61, count: 1 << 20 + 1))
                == """
                f:1:1: error: the file has 1048577 bytes; at most 1048576 (1 MiB) are read
                f:1:1: note: Is it the file that you meant?
                """)
    }

    @Test func `at most 100 errors are shown, and that there are more`() {
        let many = errors(in: String(repeating: "\u{1}", count: 200))
        #expect(many.split(separator: "\n").count { $0.contains("error:") } == 100)
        #expect(many.hasSuffix("f:1:100: note: There are more errors; these 100 are shown."))
        let hundred = errors(in: String(repeating: "\u{1}", count: 100))
        #expect(hundred.split(separator: "\n").count == 200)
    }
}
