import Diagnostics

/// An error of libyaml, told so that it helps.
///
/// libyaml gives no codes, only constant English strings, so this one file goes by them; a string that it does not
/// know is passed on as it is.
struct SyntaxError {
    private let error: EventError
    private let source: SourceMap
    /// The innermost `[` or `{` that is open.
    private let openBracket: Int?

    init(_ error: EventError, source: SourceMap, openBracket: Int?) {
        self.error = error
        self.source = source
        self.openBracket = openBracket
    }

    /// What to tell the user.
    var diagnostic: Diagnostic {
        if isDirective { return say(.directive, at: isAtPercent ? error.offset : error.contextOffset) }
        switch error.context {
        case "while scanning a tag", "while parsing a tag": return property("!", Restrictions.tag)
        case "while scanning an anchor": return property("&", Restrictions.anchor)
        case "while scanning an alias": return property("*", Restrictions.alias)
        default: break
        }
        switch error.problem {
        case "could not find expected ':'": return missingColon
        case "mapping values are not allowed in this context": return strayColon
        case "did not find expected key", "did not find expected '-' indicator": return misplaced
        case "did not find expected ',' or ']'", "did not find expected ',' or '}'": return inBrackets
        case "did not find expected node content": return openBracket == nil ? noValue : inBrackets
        case "did not find expected <document start>": return afterRoot
        case "found undefined tag handle": return property("!", Restrictions.tag)
        case "found character that cannot start any token": return badStart
        case "found a tab character that violates indentation",
            "found a tab character where an indentation space is expected":
            return tab
        case "found unexpected end of stream", "found unexpected document indicator": return openQuote
        case "found unexpected ':'":
            return say("a space must follow this ':'", ["Put text that contains a ':' in quotes."])
        case "found unknown escape character", "did not find expected hexdecimal number",
            "found invalid Unicode character escape code":
            return escape
        case "block sequence entries are not allowed in this context":
            return say(
                "a list cannot begin here", ["Put each '- ' on a line of its own, below the key.", quoteHint("-")])
        case "mapping keys are not allowed in this context":
            return say("'? ' cannot stand here", [quoteHint("?")])
        case "did not find expected comment or line break":
            return say(
                "text cannot stand on the line of a '|' or '>'",
                ["Begin it on the next line, indented.", "Put a value that begins with '|' or '>' in quotes."])
        case "found an indentation indicator equal to 0":
            return say("the indentation of a block of text cannot be 0", ["Write a number from 1 to 9, or none."])
        default:
            let context = error.context.isEmpty ? "" : " (\(error.context))"
            return say("this is no valid YAML: \(error.problem)\(context)", [])
        }
    }

    private func say(_ message: String, _ notes: [String], at offset: Int? = nil) -> Diagnostic {
        Diagnostic(.error, at: source.location(ofByte: offset ?? error.offset), message, notes: notes)
    }

    private func say(_ restriction: Restrictions, at offset: Int) -> Diagnostic {
        say(restriction.message, restriction.notes, at: offset)
    }

    private func quoteHint(_ start: String) -> String { "Put a value that begins with '\(start)' in quotes." }

    private func line(_ offset: Int) -> Int { source.line(ofByte: offset) }

    // MARK: - Characters

    private var character: Character? {
        guard error.offset < source.bytes.count else { return nil }
        return String(decoding: source.bytes[error.offset...].prefix(4), as: UTF8.self).first
    }

    private var isDirective: Bool { isAtPercent || error.context.hasSuffix("directive") }

    private var isAtPercent: Bool { character == "%" && source.linePrefix(ofByte: error.offset).isEmpty }

    private func property(_ sign: Character, _ restriction: (String) -> Restrictions) -> Diagnostic {
        var start = error.contextOffset
        if start < source.bytes.count, source.bytes[start] != sign.asciiValue { start = error.offset }
        var scan = BlankScan(source.bytes, from: start, to: source.bytes.count)
        scan.skipWord()
        return say(restriction(String(decoding: source.bytes[start..<scan.offset], as: UTF8.self)), at: start)
    }

    private var badStart: Diagnostic {
        guard let character, character != "\t" else { return tab }
        return say("a plain value cannot begin with '\(character)'", ["Put it in quotes, such as '\(character)…'."])
    }

    private var tab: Diagnostic { say("a tab cannot indent", ["Use spaces."]) }

    private var openQuote: Diagnostic {
        let quote = source.bytes[error.contextOffset] == UInt8(ascii: "'") ? "'" : "\""
        return say("the quote \(quote) is not closed", [inside(quote)], at: error.contextOffset)
    }

    private func inside(_ quote: String) -> String {
        "A \(quote) within it is written as \(quote == "'" ? "''" : "\\\"")."
    }

    private var escape: Diagnostic {
        let before = source.bytes[..<error.offset].suffix(2)
        let start = before.first == UInt8(ascii: "\\") && character != "\\" ? error.offset - 2 : error.offset
        let sign = String(decoding: source.bytes[start...].prefix(5), as: UTF8.self).prefix(2)
        switch error.problem {
        case "did not find expected hexdecimal number":
            let digits = sign == "\\x" ? 2 : sign == "\\u" ? 4 : 8
            return say("\(sign) needs \(digits) hexadecimal digits", ["Write \\\\ for a backslash."], at: start)
        case "found invalid Unicode character escape code":
            let note = "Write the character itself; the surrogate pairs of JSON are not read."
            return say("this escape stands for no character", [note], at: start)
        default:
            let notes = ["Write \\\\ for a backslash, or use single quotes, in which a backslash is just that."]
            return say("\(sign) is no escape", notes, at: start)
        }
    }

    // MARK: - Structure

    private var missingColon: Diagnostic {
        let start = error.contextOffset
        var scan = BlankScan(source.bytes, from: start, to: source.bytes.count)
        scan.skipLine()
        let text = String(decoding: source.bytes[start..<scan.offset], as: UTF8.self)
        return scan.offset - start > YAMLLimits.key ? say(.longKey, at: start) : noKey(text, at: start)
    }

    private var strayColon: Diagnostic {
        let prefix = source.linePrefix(ofByte: error.offset)
        if let colon = Self.separator(in: prefix) {
            let value = String(decoding: source.bytes[colon.upperBound..<error.offset], as: UTF8.self)
            let note = "Put a value that contains ': ' in quotes, or begin the inner mapping on the next line."
            return say("a second ': ' on one line, after \(Excerpt.quoted(value))", [note])
        }
        let ownIndent = prefix.prefix { $0 == 0x20 }.count
        if prefix.count - ownIndent > YAMLLimits.key { return say(.longKey, at: prefix.startIndex + ownIndent) }
        guard let above = lineAbove(error.offset) else {
            return say("a ': ' cannot stand here", ["Put text that contains ': ' in quotes."])
        }
        let aboveIndent = above.prefix { $0 == 0x20 }.count
        if Self.separator(in: above) != nil, aboveIndent < ownIndent {
            let message = "this line is indented below line \(line(above.startIndex)), which has a value already"
            let start = prefix.startIndex + ownIndent
            return say(
                message, ["Indent it as that line (\(aboveIndent) spaces), or remove the value there."], at: start)
        }
        let text = String(decoding: above[(above.startIndex + aboveIndent)...], as: UTF8.self)
        return noKey(text, at: above.startIndex + aboveIndent)
    }

    private func noKey(_ text: String, at offset: Int) -> Diagnostic {
        let note = text.utf8.contains(UInt8(ascii: ":")) ? "A space must follow the colon." : "Write 'key: value'."
        return say("\(Excerpt.quoted(text)) has no ': ', so it is no key", [note], at: offset)
    }

    /// The first `: ` of a line, with the blanks behind it.
    private static func separator(in line: ArraySlice<UInt8>) -> Range<Int>? {
        for index in line.indices where line[index] == UInt8(ascii: ":") {
            let blanks = line[(index + 1)...].prefix { $0 == 0x20 || $0 == 0x09 }
            if !blanks.isEmpty { return index..<blanks.endIndex }
        }
        return nil
    }

    /// The last line above that is neither blank nor a comment, without its break.
    private func lineAbove(_ offset: Int) -> ArraySlice<UInt8>? {
        for number in stride(from: line(offset) - 1, to: 0, by: -1) {
            var scan = BlankScan(source.bytes, from: source.lineStart(number), to: source.bytes.count)
            scan.skipLine()
            let line = source.bytes[source.lineStart(number)..<scan.offset]
            guard let first = line.first(where: { $0 != 0x20 && $0 != 0x09 }) else { continue }
            if first != UInt8(ascii: "#") { return line }
        }
        return nil
    }

    private var misplaced: Diagnostic {
        let prefix = source.linePrefix(ofByte: error.offset)
        guard prefix.allSatisfy({ $0 == 0x20 }) else { return trailing }
        if character == ":" { return say(.emptyKey, at: error.offset) }
        if let character, "]},".contains(character) { return trailing }
        let isList = error.problem.contains("'-'")
        let place = source.location(ofByte: error.contextOffset)
        let thing = isList ? "list" : "mapping"
        guard prefix.count != place.column - 1 else {
            let found = isList ? "a list item is expected here" : "a key is expected here, not a list item"
            return say(found, ["The \(thing) that this belongs to begins on line \(place.line)."])
        }
        let before = lineAbove(error.offset)?.prefix { $0 == 0x20 }.count ?? 0
        return say(
            "an indentation of \(prefix.count) fits nothing above",
            [
                "The line before has \(before), the \(thing) that begins on line \(place.line) has \(place.column - 1).",
                "Give what belongs together the same indentation.",
            ])
    }

    /// Something behind a value that is complete.
    private var trailing: Diagnostic {
        if let character, "]}".contains(character) {
            return say("this '\(character)' closes nothing", ["Remove it, or put the text in quotes."])
        }
        if let quote = source.bytes[..<error.offset].last(where: { $0 != 0x20 }), "'\"".utf8.contains(quote) {
            return say("unexpected text after a quoted value", [inside(quote == UInt8(ascii: "'") ? "'" : "\"")])
        }
        return say(
            "unexpected text after a value",
            ["Put the whole value in quotes; a comment needs a space before its '#'."])
    }

    private var noValue: Diagnostic {
        guard let character else { return say("a value is missing at the end of the file", []) }
        return say("a value cannot begin with '\(character)'", ["Put it in quotes, such as '\(character)…'."])
    }

    private var inBrackets: Diagnostic {
        let start = openBracket ?? error.contextOffset
        let bracket = source.bytes[start] == UInt8(ascii: "{") ? "{" : "["
        let closing = bracket == "{" ? "}" : "]"
        let isElsewhere = character == nil || line(start) != line(error.offset)
        if isElsewhere {
            let message = "the bracket '\(bracket)' is not closed"
            let end = source.location(ofByte: error.offset)
            guard character != nil else { return say(message, ["Close it with '\(closing)'."], at: start) }
            let note =
                "Close it with '\(closing)', or look for a missing ',' before line \(end.line), column \(end.column)."
            return say(message, [note], at: start)
        }
        if character == ",", error.problem == "did not find expected node content" {
            return say("nothing stands before this ','", ["Remove it, or write an empty item as ''."])
        }
        let before = source.bytes[..<error.offset].last { $0 != 0x20 }
        if character == ":", let before, "{,".utf8.contains(before) { return say(.emptyKey, at: error.offset) }
        return say(
            "expected ',' or '\(closing)'",
            [
                "The bracket '\(bracket)' is in column \(source.location(ofByte: start).column).",
                "Put text that contains brackets, commas or quotes in quotes.",
            ])
    }

    private var afterRoot: Diagnostic {
        if let character, "]}".contains(character) { return trailing }
        return say(
            "unexpected text after the end of the file's value",
            ["Write 'key: value' lines, all with the same indentation."])
    }
}
