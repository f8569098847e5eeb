/// Where the server listens, and what it grants a client.
package struct HTTPServerSettings: Sendable {
    /// Numeric addresses, each meaning itself alone; empty means all interfaces, IPv6 and IPv4.
    package var addresses: [String] = []
    /// 0 lets the kernel choose one.
    package var port: Int
    package var maximumConnections = 1024
    /// The longest request line and headers together, in bytes.
    package var maximumHeadSize = 16 * 1024
    /// The longest body that a request may announce. It is never read, only thrown away.
    package var maximumBodySize = 64 * 1024
    /// How long a request's head may take: the first one from the accept on, a later one from its first byte.
    package var headTimeout: Duration = .seconds(5)
    /// How long a connection may stay without a request. Load balancers reuse theirs for up to 60 seconds.
    package var idleTimeout: Duration = .seconds(75)
    /// How long a client may take to read one response.
    package var writeTimeout: Duration = .seconds(10)
    /// How long a client that was told of the end may take to close.
    package var lingerTimeout: Duration = .seconds(2)
    /// What all clients together may leave unread, in bytes, beyond what the kernel holds.
    package var maximumUnread = 8 * 1024 * 1024

    package init(port: Int) {
        self.port = port
    }
}

extension HTTPServerSettings {
    /// How much may still come after the last response before the connection is cut.
    static let lingerBytes = 1024 * 1024
    /// Responses are made for as long as less than this of a connection's is unread.
    static let writeWindow = 8 * 1024
    /// How much may wait, beyond one head, of a client that ended sending and does not read yet.
    static let readAhead = 64 * 1024
    static let backlog: Int32 = 4096

    /// How often deadlines are looked at: often enough to keep the shortest within a fifth.
    var sweepInterval: Duration {
        let shortest = min(headTimeout, idleTimeout, writeTimeout, lingerTimeout)
        return min(max(shortest / 5, .milliseconds(5)), .milliseconds(250))
    }
}
