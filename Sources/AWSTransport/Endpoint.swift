import AWSClient

/// A host and a port, as messages name them.
struct Endpoint: Hashable, Sendable, CustomStringConvertible {
    let host: String
    let port: Int

    init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    init(_ url: HTTPURL) {
        self.init(host: url.host, port: url.port ?? (url.scheme == "https" ? 443 : 80))
    }

    var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
