import Testing

/// What is told about text that is no YAML.
@Suite struct SyntaxErrorTests {
    private static let colons: [BadText] = [
        BadText(
            "a: 1\nb\nc: 2",
            #"""
            f:2:1: error: 'b' has no ': ', so it is no key
            f:2:1: note: Write 'key: value'.
            """#),
        BadText(
            "a b\nc: 2",
            #"""
            f:1:1: error: 'a b' has no ': ', so it is no key
            f:1:1: note: Write 'key: value'.
            """#),
        BadText(
            "a: 1\nb 2\nc: 3\n",
            #"""
            f:2:1: error: 'b 2' has no ': ', so it is no key
            f:2:1: note: Write 'key: value'.
            """#),
        BadText(
            "key:value\nb: 1",
            #"""
            f:1:1: error: 'key:value' has no ': ', so it is no key
            f:1:1: note: A space must follow the colon.
            """#),
        BadText(
            "a: b: c",
            #"""
            f:1:5: error: a second ': ' on one line, after 'b'
            f:1:5: note: Put a value that contains ': ' in quotes, or begin the inner mapping on the next line.
            """#),
        BadText(
            "a:  b:\tc",
            #"""
            f:1:6: error: a second ': ' on one line, after 'b'
            f:1:6: note: Put a value that contains ': ' in quotes, or begin the inner mapping on the next line.
            """#),
        BadText(
            "- a: b: c",
            #"""
            f:1:7: error: a second ': ' on one line, after 'b'
            f:1:7: note: Put a value that contains ': ' in quotes, or begin the inner mapping on the next line.
            """#),
        BadText(
            "[a: b: c]",
            #"""
            f:1:6: error: expected ',' or ']'
            f:1:6: note: The bracket '[' is in column 1.
            f:1:6: note: Put text that contains brackets, commas or quotes in quotes.
            """#),
        BadText(
            ": a",
            #"""
            f:1:1: error: a key is missing before ':'
            f:1:1: note: Write one, or put text that begins with ':' in quotes.
            """#),
        BadText(
            "{: a}",
            #"""
            f:1:2: error: a key is missing before ':'
            f:1:2: note: Write one, or put text that begins with ':' in quotes.
            """#),
        BadText(
            "{a: , g:}",
            #"""
            f:1:8: error: a space must follow this ':'
            f:1:8: note: Put text that contains a ':' in quotes.
            """#),
    ]

    @Test(arguments: colons)
    func `a missing or second colon is shown where it is`(bad: BadText) {
        #expect(errors(in: bad.text) == bad.errors)
    }

    private static let indentations: [BadText] = [
        BadText(
            "a: 1\n  b: 2",
            #"""
            f:2:3: error: this line is indented below line 1, which has a value already
            f:2:3: note: Indent it as that line (0 spaces), or remove the value there.
            """#),
        BadText(
            "a:\n    b: 1\n  c: 2",
            #"""
            f:3:3: error: an indentation of 2 fits nothing above
            f:3:3: note: The line before has 4, the mapping that begins on line 1 has 0.
            f:3:3: note: Give what belongs together the same indentation.
            """#),
        BadText(
            "- a\nb: 1",
            #"""
            f:2:1: error: a list item is expected here
            f:2:1: note: The list that this belongs to begins on line 1.
            """#),
        BadText(
            "a: 1\n- b",
            #"""
            f:2:1: error: a key is expected here, not a list item
            f:2:1: note: The mapping that this belongs to begins on line 1.
            """#),
        BadText(
            "a:\n  - b\n - c",
            #"""
            f:3:2: error: an indentation of 1 fits nothing above
            f:3:2: note: The line before has 2, the mapping that begins on line 1 has 0.
            f:3:2: note: Give what belongs together the same indentation.
            """#),
        BadText(
            "日:\n    b: 1\n   c: 2",
            #"""
            f:3:4: error: an indentation of 3 fits nothing above
            f:3:4: note: The line before has 4, the mapping that begins on line 1 has 0.
            f:3:4: note: Give what belongs together the same indentation.
            """#),
        BadText(
            "a: - b",
            #"""
            f:1:4: error: a list cannot begin here
            f:1:4: note: Put each '- ' on a line of its own, below the key.
            f:1:4: note: Put a value that begins with '-' in quotes.
            """#),
        BadText(
            "a: ? b",
            #"""
            f:1:4: error: '? ' cannot stand here
            f:1:4: note: Put a value that begins with '?' in quotes.
            """#),
        BadText(
            "[a]\nb: 1",
            #"""
            f:2:1: error: unexpected text after the end of the file's value
            f:2:1: note: Write 'key: value' lines, all with the same indentation.
            """#),
    ]

    @Test(arguments: indentations)
    func `bad indentation is compared with the lines before`(bad: BadText) {
        #expect(errors(in: bad.text) == bad.errors)
    }

    private static let tabs: [BadText] = [
        BadText(
            "\ta: 1",
            #"""
            f:1:1: error: a tab cannot indent
            f:1:1: note: Use spaces.
            """#),
        BadText(
            "a:\n\tb: 1",
            #"""
            f:2:1: error: a tab cannot indent
            f:2:1: note: Use spaces.
            """#),
        BadText(
            "a:\r\n  b: 1\r\n\tc: 2",
            #"""
            f:3:1: error: a tab cannot indent
            f:3:1: note: Use spaces.
            """#),
        BadText(
            "a: x\n\tb",
            #"""
            f:2:1: error: a tab cannot indent
            f:2:1: note: Use spaces.
            """#),
        BadText(
            "a: |\n\tb",
            #"""
            f:2:1: error: a tab cannot indent
            f:2:1: note: Use spaces.
            """#),
        BadText(
            "-\ta: 1",
            #"""
            f:1:2: error: a tab cannot indent
            f:1:2: note: Use spaces.
            """#),
    ]

    @Test(arguments: tabs)
    func `a tab cannot indent`(bad: BadText) {
        #expect(errors(in: bad.text) == bad.errors)
    }

    private static let scalarErrors: [BadText] = [
        BadText(
            "a: \"x",
            #"""
            f:1:4: error: the quote " is not closed
            f:1:4: note: A " within it is written as \".
            """#),
        BadText(
            "# é\na: 'x\nb: 2",
            #"""
            f:2:4: error: the quote ' is not closed
            f:2:4: note: A ' within it is written as ''.
            """#),
        BadText(
            "\"a: 1\nb: 2\n",
            #"""
            f:1:1: error: the quote " is not closed
            f:1:1: note: A " within it is written as \".
            """#),
        BadText(
            "a: \"x\n---\n\"",
            #"""
            f:1:4: error: the quote " is not closed
            f:1:4: note: A " within it is written as \".
            """#),
        BadText(
            "a: \"x\" y",
            #"""
            f:1:8: error: unexpected text after a quoted value
            f:1:8: note: A " within it is written as \".
            """#),
        BadText(
            "a: 'it's'",
            #"""
            f:1:8: error: unexpected text after a quoted value
            f:1:8: note: A ' within it is written as ''.
            """#),
        BadText(
            "\"x\" y",
            #"""
            f:1:5: error: unexpected text after the end of the file's value
            f:1:5: note: Write 'key: value' lines, all with the same indentation.
            """#),
    ]

    @Test(arguments: scalarErrors)
    func `an unclosed quote is shown where it opens`(bad: BadText) {
        #expect(errors(in: bad.text) == bad.errors)
    }

    private static let escapes: [BadText] = [
        BadText(
            "a: \"C:\\path\"",
            #"""
            f:1:7: error: \p is no escape
            f:1:7: note: Write \\ for a backslash, or use single quotes, in which a backslash is just that.
            """#),
        BadText(
            "a: \"\\xZZ\"",
            #"""
            f:1:5: error: \x needs 2 hexadecimal digits
            f:1:5: note: Write \\ for a backslash.
            """#),
        BadText(
            "a: \"\\u12\"",
            #"""
            f:1:5: error: \u needs 4 hexadecimal digits
            f:1:5: note: Write \\ for a backslash.
            """#),
        BadText(
            "a: \"\\U0011FFFF\"",
            #"""
            f:1:5: error: this escape stands for no character
            f:1:5: note: Write the character itself; the surrogate pairs of JSON are not read.
            """#),
        BadText(
            "a: \"\\ud83d\\ude00\"",
            #"""
            f:1:5: error: this escape stands for no character
            f:1:5: note: Write the character itself; the surrogate pairs of JSON are not read.
            """#),
        BadText(
            "a: \"\\0\"",
            #"""
            f:1:4: error: a NUL character (\0) is not allowed in a value
            f:1:4: note: Remove it.
            """#),
    ]

    @Test(arguments: escapes)
    func `a bad escape is shown where it begins`(bad: BadText) {
        #expect(errors(in: bad.text) == bad.errors)
    }

    private static let brackets: [BadText] = [
        BadText(
            "a: [1, 2\nb: 3\nc: 4",
            #"""
            f:1:4: error: the bracket '[' is not closed
            f:1:4: note: Close it with ']', or look for a missing ',' before line 2, column 2.
            """#),
        BadText(
            "a: {b: 1, c: 2\nd: 3",
            #"""
            f:1:4: error: the bracket '{' is not closed
            f:1:4: note: Close it with '}', or look for a missing ',' before line 2, column 2.
            """#),
        BadText(
            "a: {b: 1\n",
            #"""
            f:1:4: error: the bracket '{' is not closed
            f:1:4: note: Close it with '}'.
            """#),
        BadText(
            "[",
            #"""
            f:1:1: error: the bracket '[' is not closed
            f:1:1: note: Close it with ']'.
            """#),
        BadText(
            "a: [1]]",
            #"""
            f:1:7: error: this ']' closes nothing
            f:1:7: note: Remove it, or put the text in quotes.
            """#),
        BadText(
            "a: ]",
            #"""
            f:1:4: error: a value cannot begin with ']'
            f:1:4: note: Put it in quotes, such as ']…'.
            """#),
        BadText(
            "a: }",
            #"""
            f:1:4: error: a value cannot begin with '}'
            f:1:4: note: Put it in quotes, such as '}…'.
            """#),
        BadText(
            "a: [1}",
            #"""
            f:1:6: error: expected ',' or ']'
            f:1:6: note: The bracket '[' is in column 4.
            f:1:6: note: Put text that contains brackets, commas or quotes in quotes.
            """#),
        BadText(
            "a: [\"b\" c]",
            #"""
            f:1:9: error: expected ',' or ']'
            f:1:9: note: The bracket '[' is in column 4.
            f:1:9: note: Put text that contains brackets, commas or quotes in quotes.
            """#),
        BadText(
            "a: [,]",
            #"""
            f:1:5: error: nothing stands before this ','
            f:1:5: note: Remove it, or write an empty item as ''.
            """#),
        BadText(
            "a: [1,,2]",
            #"""
            f:1:7: error: nothing stands before this ','
            f:1:7: note: Remove it, or write an empty item as ''.
            """#),
        BadText(
            "a: ,",
            #"""
            f:1:4: error: a value cannot begin with ','
            f:1:4: note: Put it in quotes, such as ',…'.
            """#),
    ]

    @Test(arguments: brackets)
    func `a bracket that does not match is shown`(bad: BadText) {
        #expect(errors(in: bad.text) == bad.errors)
    }

    private static let starts: [BadText] = [
        BadText(
            "a: @x",
            #"""
            f:1:4: error: a plain value cannot begin with '@'
            f:1:4: note: Put it in quotes, such as '@…'.
            """#),
        BadText(
            "a: `x",
            #"""
            f:1:4: error: a plain value cannot begin with '`'
            f:1:4: note: Put it in quotes, such as '`…'.
            """#),
        BadText(
            "a: %x",
            #"""
            f:1:4: error: a plain value cannot begin with '%'
            f:1:4: note: Put it in quotes, such as '%…'.
            """#),
        BadText(
            "[%x]",
            #"""
            f:1:2: error: a plain value cannot begin with '%'
            f:1:2: note: Put it in quotes, such as '%…'.
            """#),
        BadText(
            "[|x]",
            #"""
            f:1:2: error: a plain value cannot begin with '|'
            f:1:2: note: Put it in quotes, such as '|…'.
            """#),
        BadText(
            "a: |x\n  foo",
            #"""
            f:1:5: error: text cannot stand on the line of a '|' or '>'
            f:1:5: note: Begin it on the next line, indented.
            f:1:5: note: Put a value that begins with '|' or '>' in quotes.
            """#),
        BadText(
            "a: >0\n  foo",
            #"""
            f:1:5: error: the indentation of a block of text cannot be 0
            f:1:5: note: Write a number from 1 to 9, or none.
            """#),
    ]

    @Test(arguments: starts)
    func `a plain value that begins with an indicator is to be quoted`(bad: BadText) {
        #expect(errors(in: bad.text) == bad.errors)
    }
}
