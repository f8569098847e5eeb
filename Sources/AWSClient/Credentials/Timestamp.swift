import FoundationEssentials

extension Date {
    /// Reads a time as AWS's services and tools write it: `2030-01-31T12:00:00Z`, with a fraction or with an offset such
    /// as `+00:00`. Nil when it is none.
    init?(timestamp text: String) {
        var rest = text.utf8[...]
        func number(_ digits: Int, then separators: [UInt8] = []) -> Int? {
            let part = rest.prefix(digits)
            guard part.count == digits, part.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
            rest = rest.dropFirst(digits)
            guard !separators.isEmpty else { return Int(Substring(part)) }
            guard let next = rest.first, separators.contains(next) else { return nil }
            rest = rest.dropFirst()
            return Int(Substring(part))
        }
        let (dash, colon) = ([UInt8(ascii: "-")], [UInt8(ascii: ":")])
        guard let year = number(4, then: dash), let month = number(2, then: dash), (1...12).contains(month),
            let day = number(2, then: Array("Tt ".utf8)), (1...31).contains(day),
            let hour = number(2, then: colon), hour < 24, let minute = number(2, then: colon), minute < 60,
            let second = number(2), second <= 60
        else { return nil }
        if rest.first == UInt8(ascii: ".") {
            let fraction = rest.dropFirst().prefix { (0x30...0x39).contains($0) }
            guard !fraction.isEmpty else { return nil }
            rest = rest[fraction.endIndex...]
        }
        var offset = 0
        switch rest.first {
        case UInt8(ascii: "Z"), UInt8(ascii: "z"): rest = rest.dropFirst()
        case UInt8(ascii: "+"), UInt8(ascii: "-"):
            let sign = rest.removeFirst() == UInt8(ascii: "-") ? -1 : 1
            guard let hours = number(2) else { return nil }
            if rest.first == UInt8(ascii: ":") { rest.removeFirst() }
            guard let minutes = number(2) else { return nil }
            offset = sign * (hours * 60 + minutes) * 60
        default: return nil
        }
        guard rest.isEmpty else { return nil }
        let seconds = Date.daysSinceEpoch(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second - offset
        self.init(timeIntervalSince1970: Double(seconds))
    }

    /// Days from 1970-01-01 in the Gregorian calendar, counted from March so that a leap day ends its year.
    private static func daysSinceEpoch(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let year = month > 2 ? year : year - 1
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        return year * 365 + year / 4 - year / 100 + year / 400 + dayOfYear - 719_468
    }
}
