import FoundationEssentials
import TestBasics

extension ManualClock {
    /// The time of day; it begins at 2026-09-21T14:13:20Z.
    var date: Date { Date(timeIntervalSince1970: 1_790_000_000 + now.offset / .seconds(1)) }
}

extension Date {
    /// As HTTP writes it; its readers do not look at the day of the week.
    var httpText: String {
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let parts = formatted(Date.ISO8601FormatStyle(timeZone: .gmt)).split { "-TZ".contains($0) }
        return "Day, \(parts[2]) \(months[(Int(parts[1]) ?? 1) - 1]) \(parts[0]) \(parts[3]) GMT"
    }
}
