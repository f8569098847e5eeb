/// What a client asks, as far as the answer depends on it.
package struct HealthRequest: Sendable, Equatable {
    package var method: String
    /// The path as the client sent it, without the query.
    package var path: String
    /// The `Accept` header.
    package var accept: String?
    /// The client's address in numbers, without the port.
    package var peer: String

    package init(method: String = "GET", path: String, accept: String? = nil, peer: String) {
        self.method = method
        self.path = path
        self.accept = accept
        self.peer = peer
    }

    /// The path within a request's target: `/ready?x=1`, or `http://host/ready` as proxies write it.
    package static func path(ofTarget target: String) -> String {
        let path = target.utf8.prefix { $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") }
        let scheme = "http://".utf8
        guard path.starts(with: scheme) else { return String(Substring(path)) }
        let rest = path.dropFirst(scheme.count).drop { $0 != UInt8(ascii: "/") }
        return rest.isEmpty ? "/" : String(Substring(rest))
    }

    /// Whether the client wants JSON rather than a page or a line of text.
    var wantsJSON: Bool {
        guard let accept else { return false }
        return accept.split(separator: ",").contains { range in
            let parts = range.split(separator: ";").map { $0.filter { !$0.isWhitespace }.lowercased() }
            let isRefused = parts.dropFirst().contains { $0.hasPrefix("q=") && Double($0.dropFirst(2)) == 0 }
            return parts.first == "application/json" && !isRefused
        }
    }
}

/// An answer. The server adds what belongs to the connection: the date, the body's length and whether it closes.
package struct HealthResponse: Sendable, Equatable {
    /// A header's name and value, both fixed in the source: nothing of a request goes here.
    package struct Header: Sendable, Equatable {
        package var name: String
        package var value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    package static let plainText = "text/plain; charset=utf-8"

    package var status: Int
    package var contentType: String
    /// The body; the server leaves it out when it answers HEAD, but still states its length.
    package var body: String
    package var headers: [Header]

    package init(status: Int, contentType: String = plainText, body: String, headers: [Header] = []) {
        self.status = status
        self.contentType = contentType
        self.body = body
        self.headers = [Header("Cache-Control", "no-store")] + headers
    }
}
