/// What YAML allows and this subset does not: what to say, and what to do instead.
struct Restrictions {
    let message: String
    let notes: [String]

    private init(_ message: String, _ notes: String...) {
        self.message = message
        self.notes = notes
    }

    static func alias(_ text: String) -> Restrictions {
        Restrictions(
            "aliases are not supported: \(Excerpt.quoted(text))",
            "Write the value out in full.", "Put text that begins with '*' in quotes.")
    }

    static func anchor(_ text: String) -> Restrictions {
        Restrictions(
            "anchors are not supported: \(Excerpt.quoted(text))",
            "Remove it, and write the value out wherever it is used.", "Put text that begins with '&' in quotes.")
    }

    static func tag(_ text: String) -> Restrictions {
        Restrictions(
            "tags are not supported: \(Excerpt.quoted(text))",
            "Remove it: the type of a value comes from its key.", "Put text that begins with '!' in quotes.")
    }

    static let directive = Restrictions(
        "directives are not supported", "Remove the lines that begin with '%'; text that begins so needs quotes.")

    static let secondDocument = Restrictions(
        "a second document begins here; a file holds one", "Move it to a file of its own, or remove the '---'.")

    static let depth = Restrictions(
        "nested deeper than \(YAMLLimits.depth) levels", "Is a bracket left open, or a '-' one too many?")

    static let nodes = Restrictions(
        "more than 100,000 keys and values", "Is it the file that you meant?")

    static let nulEscape = Restrictions(
        "a NUL character (\\0) is not allowed in a value", "Remove it.")

    static let combiningRun = Restrictions(
        "more than \(YAMLLimits.combiningRun) combining marks in a row", "Remove some of them.")

    static let longKey = Restrictions(
        "a key has at most 1,024 characters, and ends on its line", "Is a line break or a quote missing?")

    static let emptyKey = Restrictions(
        "a key is missing before ':'", "Write one, or put text that begins with ':' in quotes.")

    static func collectionAsKey(isTemplate: Bool) -> Restrictions {
        let hint =
            isTemplate
            ? "Put a value that begins with '{{' in quotes." : "Put text that begins with a bracket in quotes."
        return Restrictions("a key must be plain or quoted text, not a list or a mapping", hint)
    }

    static func duplicate(_ key: String, firstLine: Int) -> Restrictions {
        Restrictions(
            "duplicate key \(Excerpt.quoted(key))", "The first one is on line \(firstLine); remove one of them.")
    }
}

/// A piece of a file that fits into a message.
enum Excerpt {
    /// The text between quotation marks, on one line and not too long.
    static func quoted(_ text: some StringProtocol) -> String {
        let scalars = text.unicodeScalars
        let head = scalars.prefix(40).map { scalar in
            let isPrintable = scalar.value >= 0x20 && !(0x7F..<0xA0).contains(scalar.value)
            return isPrintable ? String(scalar) : "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
        }
        let isCut = scalars.dropFirst(40).first != nil
        return "'\(head.joined())\(isCut ? "…" : "")'"
    }
}
