/// How to set up a test cluster.
package struct RealClusterOptions: Hashable, Sendable {
    /// TLS on the servers.
    package struct TLS: Hashable, Sendable {
        /// The common name of the servers' certificate.
        package var commonName: String
        /// Its alternative names, as openssl writes them.
        package var alternativeNames: [String]
        /// Whether the servers refuse TCP connections without TLS, as `rds.force_ssl` does.
        package var isForced: Bool

        package init(
            commonName: String = "localhost",
            alternativeNames: [String] = ["DNS:localhost", "IP:127.0.0.1"],
            isForced: Bool = false
        ) {
            self.commonName = commonName
            self.alternativeNames = alternativeNames
            self.isForced = isForced
        }
    }

    /// Nil for servers without TLS.
    package var tls: TLS?
    /// Whether there is a reader, a streaming standby.
    package var hasReader: Bool
    /// Settings for both servers' postgresql.conf.
    package var settings: [String: String]

    package init(tls: TLS? = nil, hasReader: Bool = true, settings: [String: String] = [:]) {
        self.tls = tls
        self.hasReader = hasReader
        self.settings = settings
    }
}
