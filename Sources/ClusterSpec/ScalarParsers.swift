import Diagnostics

/// Readers of one scalar's text. What a text means follows from its key, never from how YAML would guess its type.
package enum Parse {
    /// A whole number within `range`.
    package static func int(in range: ClosedRange<Int>) -> (String) throws(Malformed) -> Int {
        { text throws(Malformed) in
            let digits = text.filter { $0 != "_" && $0 != "," }
            guard let number = Int(text) else {
                let note = Int(digits).map { ["write \($0)"] } ?? []
                throw Malformed("'\(excerpt(text))' is not a whole number", notes: note)
            }
            guard range.contains(number) else {
                throw Malformed("\(number) is out of range: \(describe(range))")
            }
            return number
        }
    }

    /// A number of at least 0, such as a weight.
    package static func weight(_ text: String) throws(Malformed) -> Double {
        guard let number = decimal(text) else {
            throw Malformed("'\(excerpt(text))' is not a number", notes: ["write a number such as 1 or 0.5"])
        }
        guard number >= 0, number <= 100_000_000 else {
            throw Malformed("\(excerpt(text)) is out of range: a weight is from 0 to 100000000")
        }
        return number
    }

    /// Decimal digits with at most one point; nil for anything else that Swift might take, such as `inf` or `0x1p3`.
    package static func decimal(_ text: String) -> Double? {
        let body = text.hasPrefix("-") || text.hasPrefix("+") ? text.dropFirst() : text[...]
        let digits = body.utf8.filter { $0 != UInt8(ascii: ".") }
        guard !digits.isEmpty, body.utf8.count - digits.count <= 1,
            digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { return nil }
        return Double(body.hasPrefix(".") ? "0" + body : String(body)).map { text.hasPrefix("-") ? -$0 : $0 }
    }

    /// `true`, `yes`, `on`, `1` or their opposites, in any case.
    package static func bool(_ text: String) throws(Malformed) -> Bool {
        switch text.lowercased() {
        case "true", "yes", "on", "1": return true
        case "false", "no", "off", "0": return false
        default:
            throw Malformed("'\(excerpt(text))' is not a truth value", notes: ["write true or false"])
        }
    }

    /// One of the cases of an enumeration, written as its raw value.
    package static func word<Word: RawRepresentable & CaseIterable>(
        _ type: Word.Type
    ) -> (String) throws(Malformed) -> Word where Word.RawValue == String {
        { text throws(Malformed) in
            if let word = Word(rawValue: text) { return word }
            let words = Word.allCases.map(\.rawValue)
            let near = nearestName(to: text, in: words).map { "did you mean \($0)?" }
            throw Malformed(
                "'\(excerpt(text))' is not one of \(words.joined(separator: ", "))", notes: near.map { [$0] } ?? [])
        }
    }

    /// Text that is not empty and has no control character.
    package static func text(_ text: String) throws(Malformed) -> String {
        guard !text.isEmpty else { throw Malformed("is empty") }
        guard !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
            throw Malformed("has a line break or another control character")
        }
        return text
    }

    /// An absolute path.
    package static func absolutePath(_ value: String) throws(Malformed) -> String {
        let path = try text(value)
        guard path.hasPrefix("/") else {
            throw Malformed("'\(excerpt(path))' is not an absolute path", notes: ["begin it with /"])
        }
        return path
    }

    /// A PostgreSQL name: of a role or a database, at most 63 bytes.
    package static func postgresName(_ value: String) throws(Malformed) -> String {
        let name = try text(value)
        guard name.utf8.count <= 63 else {
            throw Malformed("is \(name.utf8.count) bytes long; PostgreSQL's names end at 63")
        }
        return name
    }

    /// A length of time as a whole number and one of ms, s, m, h, d.
    package static func duration(_ text: String) throws(Malformed) -> Duration {
        let units: [(suffix: String, milliseconds: Int)] = [
            ("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000),
        ]
        guard let unit = units.first(where: { text.hasSuffix($0.suffix) }),
            let count = Int(text.dropLast(unit.suffix.count)), count > 0,
            !count.multipliedReportingOverflow(by: unit.milliseconds).overflow
        else {
            throw Malformed(
                "'\(excerpt(text))' is not a length of time",
                notes: ["write a whole number and a unit: 500ms, 90s, 45m, 12h or 180d"])
        }
        return .milliseconds(count * unit.milliseconds)
    }

    /// A length of time within `range`.
    package static func duration(in range: ClosedRange<Duration>) -> (String) throws(Malformed) -> Duration {
        { text throws(Malformed) in
            let length = try duration(text)
            guard range.contains(length) else {
                throw Malformed("\(text) is out of range: from \(range.lowerBound) to \(range.upperBound)")
            }
            return length
        }
    }

    /// An IPv4 or IPv6 address.
    package static func address(_ text: String) throws(Malformed) -> String {
        guard CIDRBlock.addressBytes(text) != nil else {
            throw Malformed("'\(excerpt(text))' is not an address", notes: ["write one such as 10.0.0.1 or ::1"])
        }
        return text
    }

    /// 64 hexadecimal digits.
    package static func sha256(_ text: String) throws(Malformed) -> String {
        let hex = text.lowercased()
        guard hex.utf8.count == 64, hex.allSatisfy(\.isHexDigit) else {
            throw Malformed(
                "is not a SHA-256 sum: that is 64 hexadecimal digits", notes: ["`sha256sum FILE` prints it"])
        }
        return hex
    }

    /// Text with a prefix that AWS gives it, such as `subnet-`.
    package static func identifier(_ prefix: String) -> (String) throws(Malformed) -> String {
        { text throws(Malformed) in
            let rest = text.dropFirst(prefix.count)
            guard text.hasPrefix(prefix), !rest.isEmpty, rest.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) })
            else { throw Malformed("'\(excerpt(text))' is not of the form \(prefix)0123456789abcdef0") }
            return text
        }
    }

    /// A text short enough to stand in a message, without control characters.
    package static func excerpt(_ text: String) -> String {
        let safe = String(
            String.UnicodeScalarView(
                text.unicodeScalars.prefix(60).map { $0.properties.generalCategory == .control ? "\u{FFFD}" : $0 }))
        return text.unicodeScalars.count > 60 ? safe + "…" : safe
    }

    private static func describe(_ range: ClosedRange<Int>) -> String {
        range.upperBound >= Int(Int32.max)
            ? "at least \(range.lowerBound)" : "from \(range.lowerBound) to \(range.upperBound)"
    }
}
