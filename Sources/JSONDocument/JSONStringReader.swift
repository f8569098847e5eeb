extension JSONReader {
    /// Reads a string, from its quote on.
    mutating func string() throws(JSONSyntaxError) -> String {
        let start = offset
        offset += 1
        var text: [UInt8] = []
        while true {
            let plain = offset
            while let next, next >= 0x20, next < 0x80, next != UInt8(ascii: "\""), next != UInt8(ascii: "\\") {
                offset += 1
            }
            text += bytes[plain..<offset]
            switch next {
            case UInt8(ascii: "\""):
                offset += 1
                return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"):
                text += UTF8.encode(try escape()).map { Array($0) } ?? []
            case nil:
                throw JSONSyntaxError(message: "the string has no closing quote", offset: start)
            case .some(let byte) where byte < 0x20:
                throw JSONSyntaxError(
                    message: "a string may not hold \(Self.name(Unicode.Scalar(byte))) as it is", offset: offset,
                    notes: ["Write it as an escape, or close the string before it."])
            case .some:
                guard let (_, length) = scalar(at: offset) else { throw unexpected("UTF-8") }
                text += bytes[offset..<offset + length]
                offset += length
            }
        }
    }

    // MARK: - Escapes

    private mutating func escape() throws(JSONSyntaxError) -> Unicode.Scalar {
        let start = offset
        offset += 1
        let scalar: Unicode.Scalar
        switch next {
        case UInt8(ascii: "\""): scalar = "\""
        case UInt8(ascii: "\\"): scalar = "\\"
        case UInt8(ascii: "/"): scalar = "/"
        case UInt8(ascii: "b"): scalar = "\u{08}"
        case UInt8(ascii: "f"): scalar = "\u{0C}"
        case UInt8(ascii: "n"): scalar = "\n"
        case UInt8(ascii: "r"): scalar = "\r"
        case UInt8(ascii: "t"): scalar = "\t"
        case UInt8(ascii: "u"): return try unicodeEscape(from: start)
        default: throw unexpected("an escape of JSON's behind '\\'")
        }
        offset += 1
        return scalar
    }

    /// One or, for a surrogate pair, two escapes, from the first one's `u` on.
    private mutating func unicodeEscape(from start: Int) throws(JSONSyntaxError) -> Unicode.Scalar {
        let first = try codeUnit()
        if let scalar = Unicode.Scalar(first) { return scalar }
        if first < 0xDC00, next == UInt8(ascii: "\\"), offset + 1 < bytes.count, bytes[offset + 1] == UInt8(ascii: "u")
        {
            offset += 1
            let second = try codeUnit()
            if (0xDC00..<0xE000).contains(second),
                let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
            {
                return scalar
            }
        }
        throw JSONSyntaxError(message: "the escape is half of a surrogate pair", offset: start)
    }

    private mutating func codeUnit() throws(JSONSyntaxError) -> UInt32 {
        offset += 1
        var unit: UInt32 = 0
        for _ in 0..<4 {
            guard let next, let digit = Character(Unicode.Scalar(next)).hexDigitValue else {
                throw unexpected("a hexadecimal digit")
            }
            unit = unit << 4 | UInt32(digit)
            offset += 1
        }
        return unit
    }

    // MARK: - What is there

    /// An error that says what should be at the present place, and which character is.
    func unexpected(_ expected: String) -> JSONSyntaxError {
        guard let next else {
            return JSONSyntaxError(message: "expected \(expected), found the end of the text", offset: offset)
        }
        guard let (scalar, _) = scalar(at: offset) else {
            let hex = String(next, radix: 16, uppercase: true)
            return JSONSyntaxError(
                message: "byte 0x\(hex) is not valid UTF-8", offset: offset, notes: ["Save the file as UTF-8."])
        }
        let notes: [String] =
            switch scalar {
            case "'": ["JSON puts text in double quotes."]
            case "/", "#": ["JSON has no comments."]
            case "T", "F", "N": ["JSON has true, false and null, in small letters."]
            default: []
            }
        return JSONSyntaxError(
            message: "expected \(expected), found \(Self.name(scalar))", offset: offset, notes: notes)
    }

    /// A character for a message: in quotes, or by its number when it would not be seen.
    private static func name(_ scalar: Unicode.Scalar) -> String {
        if scalar == "\n" || scalar == "\r" { return "a line break" }
        let isSeen = scalar.properties.isGraphemeBase && !scalar.properties.isWhitespace
        if isSeen { return scalar == "'" ? "\"'\"" : "'\(scalar)'" }
        let hex = String(scalar.value, radix: 16, uppercase: true)
        return "U+" + String(repeating: "0", count: max(0, 4 - hex.count)) + hex
    }

    /// The scalar at an offset and its length, or nil when no valid one begins there.
    private func scalar(at offset: Int) -> (scalar: Unicode.Scalar, length: Int)? {
        let first = bytes[offset]
        let length: Int
        switch first {
        case 0..<0x80: return (Unicode.Scalar(first), 1)
        case 0xC2..<0xE0: length = 2
        case 0xE0..<0xF0: length = 3
        case 0xF0..<0xF5: length = 4
        default: return nil
        }
        guard offset + length <= bytes.count else { return nil }
        let text = String(validating: bytes[offset..<offset + length], as: UTF8.self)
        guard let text, text.unicodeScalars.count == 1, let scalar = text.unicodeScalars.first else { return nil }
        return (scalar, length)
    }
}
