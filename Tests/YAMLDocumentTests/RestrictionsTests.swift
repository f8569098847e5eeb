import Testing

/// What is told about YAML that this subset does not have.
@Suite struct RestrictionsTests {
    private static let properties: [BadText] = [
        BadText(
            "a: &x 1",
            #"""
            f:1:4: error: anchors are not supported: '&x'
            f:1:4: note: Remove it, and write the value out wherever it is used.
            f:1:4: note: Put text that begins with '&' in quotes.
            """#),
        BadText(
            "&x a: 1\nb: *x\n",
            #"""
            f:1:1: error: anchors are not supported: '&x'
            f:1:1: note: Remove it, and write the value out wherever it is used.
            f:1:1: note: Put text that begins with '&' in quotes.
            f:2:4: error: aliases are not supported: '*x'
            f:2:4: note: Write the value out in full.
            f:2:4: note: Put text that begins with '*' in quotes.
            """#),
        BadText(
            "a: * x",
            #"""
            f:1:4: error: aliases are not supported: '*'
            f:1:4: note: Write the value out in full.
            f:1:4: note: Put text that begins with '*' in quotes.
            """#),
        BadText(
            "a: *.log",
            #"""
            f:1:4: error: aliases are not supported: '*.log'
            f:1:4: note: Write the value out in full.
            f:1:4: note: Put text that begins with '*' in quotes.
            """#),
        BadText(
            "a: !Ref x",
            #"""
            f:1:4: error: tags are not supported: '!Ref'
            f:1:4: note: Remove it: the type of a value comes from its key.
            f:1:4: note: Put text that begins with '!' in quotes.
            """#),
        BadText(
            "a: !!str 1",
            #"""
            f:1:4: error: tags are not supported: '!!str'
            f:1:4: note: Remove it: the type of a value comes from its key.
            f:1:4: note: Put text that begins with '!' in quotes.
            """#),
        BadText(
            "a: !foo!bar x",
            #"""
            f:1:4: error: tags are not supported: '!foo!bar'
            f:1:4: note: Remove it: the type of a value comes from its key.
            f:1:4: note: Put text that begins with '!' in quotes.
            """#),
        BadText(
            "a: !<",
            #"""
            f:1:4: error: tags are not supported: '!<'
            f:1:4: note: Remove it: the type of a value comes from its key.
            f:1:4: note: Put text that begins with '!' in quotes.
            """#),
        BadText(
            "&a !b c: !d &e [1]",
            #"""
            f:1:1: error: anchors are not supported: '&a'
            f:1:1: note: Remove it, and write the value out wherever it is used.
            f:1:1: note: Put text that begins with '&' in quotes.
            f:1:4: error: tags are not supported: '!b'
            f:1:4: note: Remove it: the type of a value comes from its key.
            f:1:4: note: Put text that begins with '!' in quotes.
            f:1:10: error: tags are not supported: '!d'
            f:1:10: note: Remove it: the type of a value comes from its key.
            f:1:10: note: Put text that begins with '!' in quotes.
            f:1:13: error: anchors are not supported: '&e'
            f:1:13: note: Remove it, and write the value out wherever it is used.
            f:1:13: note: Put text that begins with '&' in quotes.
            """#),
        BadText(
            "- &a\n  !t x: 1",
            #"""
            f:1:3: error: anchors are not supported: '&a'
            f:1:3: note: Remove it, and write the value out wherever it is used.
            f:1:3: note: Put text that begins with '&' in quotes.
            f:2:3: error: tags are not supported: '!t'
            f:2:3: note: Remove it: the type of a value comes from its key.
            f:2:3: note: Put text that begins with '!' in quotes.
            """#),
        BadText(
            "*x : 1",
            #"""
            f:1:1: error: aliases are not supported: '*x'
            f:1:1: note: Write the value out in full.
            f:1:1: note: Put text that begins with '*' in quotes.
            """#),
    ]

    @Test(arguments: properties)
    func `anchors, aliases and tags are refused, each with what to do instead`(bad: BadText) {
        #expect(errors(in: bad.text) == bad.errors)
    }

    private static let directivesAndDocuments: [BadText] = [
        BadText(
            "%YAML 1.2\n---\na: 1",
            #"""
            f:1:1: error: directives are not supported
            f:1:1: note: Remove the lines that begin with '%'; text that begins so needs quotes.
            """#),
        BadText(
            "%TAG ! tag:x,2000:\n---\na: 1",
            #"""
            f:1:1: error: directives are not supported
            f:1:1: note: Remove the lines that begin with '%'; text that begins so needs quotes.
            """#),
        BadText(
            "%FOO\n---\na: 1",
            #"""
            f:1:1: error: directives are not supported
            f:1:1: note: Remove the lines that begin with '%'; text that begins so needs quotes.
            """#),
        BadText(
            "a: 1\n%x",
            #"""
            f:2:1: error: directives are not supported
            f:2:1: note: Remove the lines that begin with '%'; text that begins so needs quotes.
            """#),
        BadText(
            "a: 1\n---\nb: 2",
            #"""
            f:2:1: error: a second document begins here; a file holds one
            f:2:1: note: Move it to a file of its own, or remove the '---'.
            """#),
        BadText(
            "--- a\n--- b\n--- c\n",
            #"""
            f:2:1: error: a second document begins here; a file holds one
            f:2:1: note: Move it to a file of its own, or remove the '---'.
            """#),
        BadText(
            "a: 1\n...\n---\n",
            #"""
            f:3:1: error: a second document begins here; a file holds one
            f:3:1: note: Move it to a file of its own, or remove the '---'.
            """#),
    ]

    @Test(arguments: directivesAndDocuments)
    func `directives and second documents are refused`(bad: BadText) {
        #expect(errors(in: bad.text) == bad.errors)
    }

    private static let keys: [BadText] = [
        BadText(
            "[a]: b",
            #"""
            f:1:1: error: a key must be plain or quoted text, not a list or a mapping
            f:1:1: note: Put text that begins with a bracket in quotes.
            """#),
        BadText(
            "? [a]\n: b",
            #"""
            f:1:3: error: a key must be plain or quoted text, not a list or a mapping
            f:1:3: note: Put text that begins with a bracket in quotes.
            """#),
        BadText(
            "? - a\n: b",
            #"""
            f:1:3: error: a key must be plain or quoted text, not a list or a mapping
            f:1:3: note: Put text that begins with a bracket in quotes.
            """#),
        BadText(
            "a: {{ x }}",
            #"""
            f:1:5: error: a key must be plain or quoted text, not a list or a mapping
            f:1:5: note: Put a value that begins with '{{' in quotes.
            """#),
        BadText(
            "{[a, {b: c}]: d}",
            #"""
            f:1:2: error: a key must be plain or quoted text, not a list or a mapping
            f:1:2: note: Put text that begins with a bracket in quotes.
            """#),
        BadText(
            "a: 1\nb: 2\na: 3\nb: 4\na: 5\n",
            #"""
            f:3:1: error: duplicate key 'a'
            f:3:1: note: The first one is on line 1; remove one of them.
            f:4:1: error: duplicate key 'b'
            f:4:1: note: The first one is on line 2; remove one of them.
            f:5:1: error: duplicate key 'a'
            f:5:1: note: The first one is on line 1; remove one of them.
            """#),
        BadText(
            "{a: 1, 'a': 2}",
            #"""
            f:1:8: error: duplicate key 'a'
            f:1:8: note: The first one is on line 1; remove one of them.
            """#),
        BadText(
            "- a: {b: 1, \"b\": 2}\n  a: x",
            #"""
            f:1:13: error: duplicate key 'b'
            f:1:13: note: The first one is on line 1; remove one of them.
            f:2:3: error: duplicate key 'a'
            f:2:3: note: The first one is on line 1; remove one of them.
            """#),
        BadText(
            "é: 1\ne\u{301}: 2\n",
            #"""
            f:2:1: error: duplicate key 'é'
            f:2:1: note: The first one is on line 1; remove one of them.
            """#),
    ]

    @Test(arguments: keys)
    func `a key is a scalar, and stands once`(bad: BadText) {
        #expect(errors(in: bad.text) == bad.errors)
    }

    private static let several: [BadText] = [
        BadText(
            "b: *x\na: &y 1\na: !t 2\nc: {d: 1, d: [}\n",
            #"""
            f:1:4: error: aliases are not supported: '*x'
            f:1:4: note: Write the value out in full.
            f:1:4: note: Put text that begins with '*' in quotes.
            f:2:4: error: anchors are not supported: '&y'
            f:2:4: note: Remove it, and write the value out wherever it is used.
            f:2:4: note: Put text that begins with '&' in quotes.
            f:3:1: error: duplicate key 'a'
            f:3:1: note: The first one is on line 2; remove one of them.
            f:3:4: error: tags are not supported: '!t'
            f:3:4: note: Remove it: the type of a value comes from its key.
            f:3:4: note: Put text that begins with '!' in quotes.
            f:4:11: error: duplicate key 'd'
            f:4:11: note: The first one is on line 4; remove one of them.
            f:4:15: error: expected ',' or ']'
            f:4:15: note: The bracket '[' is in column 14.
            f:4:15: note: Put text that contains brackets, commas or quotes in quotes.
            """#)
    ]

    @Test(arguments: several)
    func `all that is wrong is told in one run, in order`(bad: BadText) {
        #expect(errors(in: bad.text) == bad.errors)
    }
}
