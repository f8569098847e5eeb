package import ClusterSpec
import Diagnostics

/// A parameter's value, checked against its type and in the form that pgpool.conf holds.
package enum ParameterValue: Hashable, Sendable {
    case bool(Bool)
    /// In the parameter's own unit.
    case int(Int64)
    case octal(Int64)
    case double(Double)
    case word(String)
    case string(String)

    /// The text without quotes, as `PGPOOL SHOW` prints it.
    package var text: String {
        switch self {
        case .bool(let value): value ? "on" : "off"
        case .int(let value): String(value)
        case .octal(let value): "0" + String(value, radix: 8)
        case .double(let value): ParameterValue.decimal(value)
        case .word(let value), .string(let value): value
        }
    }

    /// The shortest digits that stand for the value, never with an exponent: pgpool's lexer takes `1e-05` for two tokens.
    private static func decimal(_ value: Double) -> String {
        let shortest = String(value == 0 ? 0 : value)
        let parts = shortest.split(separator: "e")
        guard parts.count == 2, let exponent = Int(parts[1]) else {
            return shortest.hasSuffix(".0") ? String(shortest.dropLast(2)) : shortest
        }
        let sign = parts[0].hasPrefix("-") ? "-" : ""
        let number = parts[0].drop { $0 == "-" }.split(separator: ".")
        let whole = String(number[0])
        let fraction = number.count > 1 && number[1] != "0" ? String(number[1]) : ""
        if exponent < 0 { return sign + "0." + String(repeating: "0", count: -exponent - 1) + whole + fraction }
        return sign + whole + fraction + String(repeating: "0", count: max(0, exponent - fraction.utf8.count))
    }
}

extension Catalogue.ValueType {
    /// Reads a user's text; refuses what pgpool would refuse, and what it would silently misread.
    package func parse(_ text: String) throws(Malformed) -> ParameterValue {
        switch self {
        case .bool:
            return .bool(try Parse.bool(text))
        case .int(let min, let max, let unit):
            let value = try Catalogue.wholeNumber(text, unit: unit)
            guard value >= min, value <= max else {
                let suffix = unit.map { " \($0)" } ?? ""
                throw Malformed("\(value)\(suffix) is out of range: from \(min) to \(max)\(suffix)")
            }
            return .int(value)
        case .octal(let max):
            guard let value = Int64(text, radix: 8), !text.hasPrefix("-"), !text.hasPrefix("+") else {
                throw Malformed("'\(Parse.excerpt(text))' is not an octal number", notes: ["write it as 0600"])
            }
            guard value <= max else {
                throw Malformed("0\(String(value, radix: 8)) is out of range: at most 0\(String(max, radix: 8))")
            }
            return .octal(value)
        case .double(let min, let max):
            guard let value = Parse.decimal(text) else {
                throw Malformed("'\(Parse.excerpt(text))' is not a number", notes: ["write a number such as 1 or 0.5"])
            }
            guard value >= min, value <= max else {
                throw Malformed(
                    "\(Parse.excerpt(text)) is out of range: from \(ParameterValue.double(min).text) to \(ParameterValue.double(max).text)"
                )
            }
            return .double(value)
        case .word(let words):
            if let word = words.first(where: { $0.lowercased() == text.lowercased() }) { return .word(word) }
            let near = nearestName(to: text, in: words).map { "did you mean \($0)?" }
            throw Malformed(
                "'\(Parse.excerpt(text))' is not one of \(words.joined(separator: ", "))",
                notes: near.map { [$0] } ?? [])
        case .string, .list:
            return .string(text)
        }
    }
}

extension Catalogue {
    /// How many of a smaller unit a unit is; the families of time (in ms) and of memory (in B).
    private static let time: [String: Int64] = [
        "ms": 1, "s": 1_000, "min": 60_000, "h": 3_600_000, "d": 86_400_000,
    ]
    private static let memory: [String: Int64] = [
        "B": 1, "kB": 1_024, "MB": 1_048_576, "GB": 1_073_741_824, "TB": 1_099_511_627_776,
    ]

    /// A whole number, or with a unit of the parameter's family a whole number of the parameter's own unit.
    fileprivate static func wholeNumber(_ text: String, unit: String?) throws(Malformed) -> Int64 {
        if let value = Int64(text) { return value }
        let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == "-") }
        let written = text.dropFirst(digits.count).drop { $0 == " " }
        guard let number = Int64(digits), let first = written.first, first.isASCII, first.isLetter,
            written.allSatisfy({ $0.isASCII && $0.isLetter })
        else {
            throw Malformed("'\(Parse.excerpt(text))' is not a whole number")
        }
        guard let unit else {
            throw Malformed("'\(Parse.excerpt(text))' has a unit, which this parameter does not take")
        }
        let family = time[unit] == nil ? memory : time
        guard let own = family[unit], let factor = family[String(written)] else {
            throw Malformed(
                "'\(Parse.excerpt(String(written)))' is not a unit here",
                notes: ["units are \(family.sorted { $0.value < $1.value }.map(\.key).joined(separator: ", "))"])
        }
        let (total, overflow) = number.multipliedReportingOverflow(by: factor)
        guard !overflow, total % own == 0 else {
            throw Malformed("'\(Parse.excerpt(text))' is not a whole number of \(unit), which this parameter counts in")
        }
        return total / own
    }
}
