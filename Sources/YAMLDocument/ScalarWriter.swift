/// Spells a text as a scalar in one of the styles.
enum ScalarWriter {
    /// The text as it is, unless it could not be plain for certain or would be null; libyaml has the last word.
    static func plain(_ text: String) -> String? {
        let scalars = text.unicodeScalars
        guard let first = scalars.first, scalars.last != " ", !" :?".unicodeScalars.contains(first) else { return nil }
        guard !YAMLScalar(text: text, style: .plain).isNull else { return nil }
        return scalars.allSatisfy(isPrintable) ? text : nil
    }

    /// In single quotes; nil when a character needs an escape.
    static func singleQuoted(_ text: String) -> String? {
        guard text.unicodeScalars.allSatisfy(isPrintable) else { return nil }
        var result = "'"
        for scalar in text.unicodeScalars {
            result.unicodeScalars.append(scalar)
            if scalar == "'" { result.unicodeScalars.append(scalar) }
        }
        return result + "'"
    }

    /// In double quotes, with escapes.
    static func doubleQuoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case _ where isPrintable(scalar): result.unicodeScalars.append(scalar)
            default:
                let hex = String(scalar.value, radix: 16, uppercase: true)
                let (sign, width) = scalar.value <= 0xFF ? ("x", 2) : ("u", 4)
                result += "\\\(sign)\(String(repeating: "0", count: width - hex.count))\(hex)"
            }
        }
        return result + "\""
    }

    /// As a block scalar at the indentation of the old one, its header changed only in how the last breaks count; nil
    /// when the text has no such form. The result may still read back as another text.
    static func block(_ text: String, like old: BlockScalarSource) -> [UInt8]? {
        guard let indentation = old.indentation, indentation > 0, !old.lineBreak.isEmpty else { return nil }
        let bytes = Array(text.utf8)
        let breaks = bytes.reversed().prefix { $0 == 0x0A }.count
        let body = bytes.dropLast(breaks)
        guard !body.isEmpty, !bytes.contains(0x0D) else { return nil }

        var chomping = old.chomping
        switch breaks {
        case 0: if old.endsWithBreak { chomping = UInt8(ascii: "-") }
        case 1: if chomping == UInt8(ascii: "-") { chomping = nil }
        default: chomping = UInt8(ascii: "+")
        }
        var result = [old.indicator] + [old.digit, chomping].compactMap { $0 } + old.tail + old.lineBreak
        let spaces = [UInt8](repeating: 0x20, count: indentation)
        let lines = body.split(separator: 0x0A, omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            if index > 0 { result += old.lineBreak }
            guard !line.isEmpty else { continue }
            // Of the breaks before a line of a folded scalar one is folded away.
            if index > 0, old.indicator == UInt8(ascii: ">") { result += old.lineBreak }
            result += spaces + line
        }
        for _ in 0..<(breaks == 0 && old.endsWithBreak ? 1 : breaks) { result += old.lineBreak }
        return result
    }

    /// Whether a character may stand in a scalar on one line as it is.
    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0, 0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF: false
        default: true
        }
    }
}
