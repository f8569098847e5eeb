import FoundationEssentials

/// The times that answers tell.
enum AnswerTimes {
    /// When the service wrote the answer; nil when it does not say.
    static func date(_ response: HTTPResponse) -> Date? {
        // Sun, 06 Nov 1994 08:49:37 GMT
        guard let words = response.headers["date"]?.split(separator: " "), words.count == 6, words[5] == "GMT",
            let month = months.firstIndex(of: words[2])
        else { return nil }
        let number = month < 9 ? "0\(month + 1)" : "\(month + 1)"
        return timestamp("\(words[3])-\(number)-\(words[1])T\(words[4])Z")
    }

    private static let months: [Substring] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// How long the service wants to be left alone, at most a minute.
    static func retryAfter(_ response: HTTPResponse) -> Duration? {
        if let text = response.headers["x-amz-retry-after"], let milliseconds = Int(text), milliseconds >= 0 {
            return .milliseconds(min(milliseconds, 60_000))
        }
        guard let text = response.headers["retry-after"], let seconds = Int(text), seconds >= 0 else { return nil }
        return .seconds(min(seconds, 60))
    }

    /// A time such as `2015-08-30T12:36:00Z`, with or without a fraction; nil when it is none.
    static func timestamp(_ text: String) -> Date? {
        // The parser takes 25:00:00 for the next day.
        let clock = text.drop { $0 != "T" }.dropFirst().prefix(8).split(separator: ":")
        guard clock.count == 3, clock[0] < "24", clock[1] < "60", clock[2] < "61" else { return nil }
        let style = Date.ISO8601FormatStyle(timeZone: .gmt)
        let withFraction = Date.ISO8601FormatStyle(includingFractionalSeconds: true, timeZone: .gmt)
        return (try? style.parse(text)) ?? (try? withFraction.parse(text))
    }
}
