import FoundationEssentials

/// The first part of an HTTP answer, up to and with the empty line.
struct HTTPAnswerHead {
    let status: Int
    /// The values by name in lower case; the last one counts.
    let headers: [String: String]
    /// Where the body begins. A body in chunks is left as it came.
    let end: Int

    var contentLength: Int? { headers["content-length"].flatMap { Int($0) } }

    /// Nil before it is complete, and when it is no HTTP.
    init?(_ bytes: [UInt8]) {
        guard let emptyLine = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
        let lines = String(decoding: bytes[..<emptyLine.lowerBound], as: UTF8.self).split(separator: "\r\n")
        let words = lines.first?.split(separator: " ") ?? []
        guard words.count >= 2, words[0].hasPrefix("HTTP/1."), let status = Int(words[1]) else { return nil }
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { return nil }
            headers[parts[0].lowercased()] = String(parts[1].drop { $0 == " " })
        }
        self.status = status
        self.headers = headers
        end = emptyLine.upperBound
    }
}
