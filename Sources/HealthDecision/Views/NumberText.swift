extension Duration {
    /// Seconds as a decimal number, exact to the microsecond, without needless zeros.
    var decimalSeconds: String {
        let (seconds, attoseconds) = magnitude.components
        // Half a microsecond rounds up, perhaps into the next second.
        let micros = (attoseconds + 500_000_000_000) / 1_000_000_000_000
        let whole = micros == 1_000_000 ? seconds + 1 : seconds
        let fraction = micros == 1_000_000 ? 0 : micros
        let sign = self < .zero && (whole != 0 || fraction != 0) ? "-" : ""
        guard fraction != 0 else { return "\(sign)\(whole)" }
        var digits = String(1_000_000 + fraction).dropFirst()
        while digits.last == "0" { digits.removeLast() }
        return "\(sign)\(whole).\(digits)"
    }

    /// A length of time as people say it, cut off: `180 µs`, `4.2 ms`, `17 s`, `3 min 12 s`, `2 h 5 min`, `4 d 3 h`.
    var spoken: String {
        guard self > .zero else { return "0 s" }
        let (seconds, attoseconds) = components
        let micros = attoseconds / 1_000_000_000_000
        switch seconds {
        case 0 where micros < 1000: return "\(micros) \u{B5}s"
        case 0 where micros < 10_000: return "\(micros / 1000).\(micros % 1000 / 100) ms"
        case 0: return "\(micros / 1000) ms"
        case ..<10: return "\(seconds).\(attoseconds / 100_000_000_000_000_000) s"
        case ..<60: return "\(seconds) s"
        case ..<3600: return Self.pair(seconds / 60, "min", seconds % 60, "s")
        case ..<86400: return Self.pair(seconds / 3600, "h", seconds % 3600 / 60, "min")
        default: return Self.pair(seconds / 86400, "d", seconds % 86400 / 3600, "h")
        }
    }

    private static func pair(_ large: Int64, _ largeUnit: String, _ small: Int64, _ smallUnit: String) -> String {
        "\(large.grouped) \(largeUnit)" + (small == 0 ? "" : " \(small) \(smallUnit)")
    }

    private var magnitude: Duration { self < .zero ? .zero - self : self }
}

extension Double {
    /// The shortest text that reads back as this number; nil when it is not finite.
    var decimal: String? {
        guard isFinite else { return nil }
        let text = description
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}

extension BinaryInteger {
    /// With a comma between thousands.
    var grouped: String {
        let digits = String(magnitude)
        var text = self < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { text += "," }
            text.append(digit)
        }
        return text
    }
}

/// A time of the calendar, in UTC.
struct UTCTime {
    /// `2026-07-24`
    let date: String
    /// `12:34:56`
    let time: String

    /// The form of ISO 8601.
    var stamp: String { "\(date)T\(time)Z" }

    /// nil outside the years 1970 to 9999.
    init?(secondsSince1970 seconds: Double) {
        guard seconds >= 0, seconds < 253_402_300_800 else { return nil }
        let seconds = Int(seconds)
        var days = seconds / 86400
        var year = 1970
        while days >= Self.days(in: year) {
            days -= Self.days(in: year)
            year += 1
        }
        let february = Self.days(in: year) - 337
        let lengths = [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        var month = 0
        while days >= lengths[month] {
            days -= lengths[month]
            month += 1
        }
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        date = "\(year)-\(two(month + 1))-\(two(days + 1))"
        time = "\(two(seconds % 86400 / 3600)):\(two(seconds % 3600 / 60)):\(two(seconds % 60))"
    }

    private static func days(in year: Int) -> Int {
        let isLeap = year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
        return isLeap ? 366 : 365
    }
}

extension Snapshot {
    /// The time of the calendar at a time of the doctor's clock.
    func calendarTime(at time: Duration) -> UTCTime? { UTCTime(secondsSince1970: startedAt + time / .seconds(1)) }

    /// How long ago something was.
    func age(of time: Duration) -> Duration { max(.zero, now - time) }
}
