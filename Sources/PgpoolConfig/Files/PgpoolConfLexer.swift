import Diagnostics

/// The tokens of pgpool.conf by the rules of pgpool's lexer: the longest match, and of equal ones the first rule.
struct PgpoolConfLexer {
    enum Kind {
        case endOfLine, key, equals, string, unquoted, integer, real, error
    }

    struct Token {
        var kind: Kind
        var text: String
        var location: SourceLocation

        /// The text that reaches a parameter: it ends at a NUL, and a string then loses its first and last byte and
        /// nothing else.
        var value: String {
            let bytes = text.utf8.prefix { $0 != 0 }
            return String(decoding: kind == .string ? bytes.dropFirst().dropLast() : bytes, as: UTF8.self)
        }

        var entryKind: PgpoolConfFile.Entry.Kind {
            switch kind {
            case .string: .string
            case .key, .unquoted: .word
            case .integer: .integer
            case .real: .real
            case .endOfLine, .equals, .error: .other
            }
        }
    }

    private let bytes: [UInt8]
    private var cursor: LineCursor
    private var index = 0

    init(bytes: [UInt8], file: String) {
        self.bytes = bytes
        cursor = LineCursor(file: file)
    }

    mutating func next() -> Token? {
        while index < bytes.count {
            let byte = bytes[index]
            if byte == 0x20 || byte == 0x09 || byte == 0x0D {
                advance(to: index + 1)
            } else if byte == UInt8(ascii: "#"), let end = endOfLine(from: index) {
                advance(to: end)
            } else {
                return token()
            }
        }
        return nil
    }

    private mutating func token() -> Token {
        let location = cursor.location
        let candidates: [(Kind, Int)] = [
            (.endOfLine, bytes[index] == 0x0A ? index + 1 : index),
            (.key, matchKey()),
            (.string, matchString()),
            (.unquoted, matchUnquoted()),
            (.integer, matchInteger()),
            (.real, matchReal()),
            (.equals, bytes[index] == UInt8(ascii: "=") ? index + 1 : index),
        ]
        var best: (Kind, Int) = (.error, index)
        for candidate in candidates where candidate.1 > best.1 { best = candidate }
        let end = max(best.1, index + 1)
        let text = String(decoding: bytes[index..<end], as: UTF8.self)
        advance(to: end)
        return Token(kind: best.0, text: text, location: location)
    }

    private mutating func advance(to end: Int) {
        cursor.advance(over: bytes[index..<end])
        index = end
    }

    /// Where a comment ends; nil when no line end follows, and the `#` is then no comment.
    private func endOfLine(from start: Int) -> Int? { bytes[start...].firstIndex(of: 0x0A) }

    private func isLetter(_ byte: UInt8) -> Bool {
        byte >= 0x80 || byte == UInt8(ascii: "_") || isASCIILetter(byte)
    }

    private func isASCIILetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    private func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private func isHexDigit(_ byte: UInt8) -> Bool {
        isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20)
    }

    private func run(from start: Int, while test: (UInt8) -> Bool) -> Int {
        var end = start
        while end < bytes.count, test(bytes[end]) { end += 1 }
        return end
    }

    private func matchKey() -> Int {
        guard isLetter(bytes[index]) else { return index }
        return run(from: index) { isLetter($0) || isDigit($0) }
    }

    private func matchUnquoted() -> Int {
        guard isLetter(bytes[index]) else { return index }
        return run(from: index) { isLetter($0) || isDigit($0) || "-._:/".utf8.contains($0) }
    }

    /// From quote to quote; a backslash before a quote lets the string go on to a later quote, if there is one.
    private func matchString() -> Int {
        guard bytes[index] == UInt8(ascii: "'") else { return index }
        var end = index
        var position = index + 1
        while position < bytes.count, bytes[position] != 0x0A {
            if bytes[position] == UInt8(ascii: "'") {
                end = position + 1
                guard position - 1 > index, bytes[position - 1] == UInt8(ascii: "\\") else { break }
            }
            position += 1
        }
        return end
    }

    private func afterSign() -> Int {
        bytes[index] == UInt8(ascii: "+") || bytes[index] == UInt8(ascii: "-") ? index + 1 : index
    }

    private func matchInteger() -> Int {
        let start = afterSign()
        let digits = run(from: start, while: isDigit)
        guard digits > start else { return index }
        var end = run(from: digits, while: isASCIILetter)
        if bytes[start...].starts(with: Array("0x".utf8)) {
            let hex = run(from: start + 2, while: isHexDigit)
            if hex > start + 2 { end = max(end, run(from: hex, while: isASCIILetter)) }
        }
        return end
    }

    private func matchReal() -> Int {
        let whole = run(from: afterSign(), while: isDigit)
        guard whole < bytes.count, bytes[whole] == UInt8(ascii: ".") else { return index }
        let fraction = run(from: whole + 1, while: isDigit)
        guard fraction < bytes.count, bytes[fraction] | 0x20 == UInt8(ascii: "e") else { return fraction }
        var exponent = fraction + 1
        if exponent < bytes.count, "+-".utf8.contains(bytes[exponent]) { exponent += 1 }
        let end = run(from: exponent, while: isDigit)
        return end > exponent ? end : fraction
    }
}

/// Follows lines and columns through a file's bytes.
struct LineCursor {
    private var line = 1
    private var column = 1
    private let file: String

    init(file: String) {
        self.file = file
    }

    var location: SourceLocation { SourceLocation(file: file, line: line, column: column) }

    mutating func advance(over bytes: ArraySlice<UInt8>) {
        for byte in bytes {
            if byte == 0x0A {
                line += 1
                column = 1
            } else if byte & 0xC0 != 0x80 {
                column += 1
            }
        }
    }
}
