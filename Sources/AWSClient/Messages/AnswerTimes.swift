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

    /// A time as services and tools write it: `2015-08-30T12:36:00Z`, with a fraction or with an offset such as `+00:00`;
    /// nil when it is none.
    static func timestamp(_ text: String) -> Date? { TimestampReader(text).read() }
}
