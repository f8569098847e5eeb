/// Where a request goes, in the parts that signing needs.
package struct HTTPURL: Hashable, Sendable {
    /// A parameter of the query string, not yet percent-encoded.
    package struct QueryItem: Hashable, Sendable {
        package var name: String
        package var value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// `http` or `https`.
    package var scheme: String
    /// A name or an address; an IPv6 address without its brackets.
    package var host: String
    /// Nil for the scheme's own.
    package var port: Int?
    /// Percent-encoded, begins with a slash.
    package var path: String
    package var query: [QueryItem]

    package init(scheme: String, host: String, port: Int? = nil, path: String = "/", query: [QueryItem] = []) {
        self.scheme = scheme
        self.host = host
        self.port = port
        self.path = path
        self.query = query
    }

    /// The value of the `Host` header: with the port, unless it is the scheme's own.
    package var authority: String {
        let name = host.contains(":") ? "[\(host)]" : host
        guard let port, port != (scheme == "https" ? 443 : 80) else { return name }
        return "\(name):\(port)"
    }

    /// The path and the query, as the request line has them.
    package var target: String {
        guard !query.isEmpty else { return path }
        let items = query.map { "\(PercentEncoding.encode($0.name))=\(PercentEncoding.encode($0.value))" }
        return "\(path)?\(items.joined(separator: "&"))"
    }
}

extension HTTPURL: CustomStringConvertible {
    package var description: String { "\(scheme)://\(authority)\(target)" }
}

extension HTTPURL {
    /// Reads an absolute address such as `http://127.0.0.1:5000/base?x=1`; nil when it is none.
    package init?(_ text: String) {
        guard let colons = text.firstRange(of: "://") else { return nil }
        scheme = text[..<colons.lowerBound].lowercased()
        guard scheme == "http" || scheme == "https" else { return nil }
        let rest = text[colons.upperBound...]
        let end = rest.firstIndex { "/?#".contains($0) } ?? rest.endIndex
        guard let (host, port) = HTTPURL.hostAndPort(rest[..<end]) else { return nil }
        (self.host, self.port) = (host, port)
        let tail = rest[end...].prefix { $0 != "#" }
        let mark = tail.firstIndex(of: "?") ?? tail.endIndex
        path = mark == tail.startIndex ? "/" : String(tail[..<mark])
        guard path.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }), PercentEncoding.decode(path) != nil else { return nil }
        query = []
        for pair in tail[mark...].dropFirst().split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = PercentEncoding.decode(parts[0]) else { return nil }
            guard let value = parts.count == 2 ? PercentEncoding.decode(parts[1]) : "" else { return nil }
            query.append(QueryItem(name, value))
        }
    }

    private static func hostAndPort(_ text: Substring) -> (String, Int?)? {
        var (host, rest) = (text, Substring())
        if text.hasPrefix("[") {
            guard let bracket = text.firstIndex(of: "]") else { return nil }
            host = text[..<bracket].dropFirst()
            rest = text[bracket...].dropFirst()
            guard host.contains(":"), host.allSatisfy({ $0.isHexDigit || $0 == ":" || $0 == "." }) else { return nil }
        } else if let colon = text.firstIndex(of: ":") {
            host = text[..<colon]
            rest = text[colon...]
        }
        guard !host.isEmpty, host.utf8.allSatisfy(isOfAHost) else { return nil }
        guard !rest.isEmpty else { return (String(host), nil) }
        let digits = rest.dropFirst()
        guard rest.first == ":", digits.first != "+", let port = UInt16(digits), port > 0 else { return nil }
        return (String(host), Int(port))
    }

    private static func isOfAHost(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: ":"):
            true
        default: byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_")
        }
    }
}
