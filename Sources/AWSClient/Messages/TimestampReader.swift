import FoundationEssentials

/// Reads a time in the profile of ISO 8601 that AWS's services and tools write.
struct TimestampReader {
    private var rest: Substring.UTF8View

    init(_ text: String) {
        rest = text[...].utf8
    }

    /// The time; nil when the text is none, or has more behind it.
    consuming func read() -> Date? {
        let (dash, colon) = ([UInt8(ascii: "-")], [UInt8(ascii: ":")])
        guard let year = number(4, then: dash), let month = number(2, then: dash), (1...12).contains(month),
            let day = number(2, then: Array("Tt ".utf8)), (1...31).contains(day),
            let hour = number(2, then: colon), hour < 24, let minute = number(2, then: colon), minute < 60,
            let second = number(2), second <= 60, let fraction = fraction(), let offset = offset(), rest.isEmpty
        else { return nil }
        let days = TimestampReader.daysSinceEpoch(year, month, day)
        let seconds = days * 86_400 + hour * 3600 + minute * 60 + second - offset
        return Date(timeIntervalSince1970: Double(seconds) + fraction)
    }

    /// So many digits and, if any are named, one of the separators.
    private mutating func number(_ digits: Int, then separators: [UInt8] = []) -> Int? {
        let part = rest.prefix(digits)
        guard part.count == digits, part.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        rest = rest.dropFirst(digits)
        if !separators.isEmpty {
            guard let next = rest.popFirst(), separators.contains(next) else { return nil }
        }
        return Int(Substring(part))
    }

    /// A part of a second, zero when there is none.
    private mutating func fraction() -> Double? {
        guard rest.first == UInt8(ascii: ".") else { return 0 }
        let digits = rest.dropFirst().prefix { (0x30...0x39).contains($0) }
        guard !digits.isEmpty else { return nil }
        rest = rest[digits.endIndex...]
        return Double("0." + Substring(digits))
    }

    /// How far the clock is ahead of UTC, in seconds.
    private mutating func offset() -> Int? {
        switch rest.popFirst() {
        case UInt8(ascii: "Z"), UInt8(ascii: "z"): return 0
        case UInt8(ascii: "+"): return hoursAndMinutes()
        case UInt8(ascii: "-"): return hoursAndMinutes().map { -$0 }
        default: return nil
        }
    }

    private mutating func hoursAndMinutes() -> Int? {
        guard let hours = number(2) else { return nil }
        if rest.first == UInt8(ascii: ":") { rest.removeFirst() }
        return number(2).map { (hours * 60 + $0) * 60 }
    }

    /// Days from 1970-01-01 in the Gregorian calendar, counted from March so that a leap day ends its year.
    private static func daysSinceEpoch(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let year = month > 2 ? year : year - 1
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        return year * 365 + year / 4 - year / 100 + year / 400 + dayOfYear - 719_468
    }
}

extension Date {
    /// The whole second in which an expiration lies, so that it never counts as later than it is; nil when it is no time.
    init?(timestamp text: String) {
        guard let date = AnswerTimes.timestamp(text) else { return nil }
        self.init(timeIntervalSince1970: date.timeIntervalSince1970.rounded(.down))
    }
}
