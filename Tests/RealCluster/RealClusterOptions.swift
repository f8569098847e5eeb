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

    /// Host names for the servers, which then listen on the same port of different addresses, as Aurora's do.
    ///
    /// Only programs started for the cluster see the names; the test itself uses `RealCluster.addresses`. Needs root.
    package struct Names: Hashable, Sendable {
        package var writer: String
        package var reader: String

        package init(writer: String = "writer.test", reader: String = "reader.test") {
            self.writer = writer
            self.reader = reader
        }
    }

    /// Nil for servers without TLS.
    package var tls: TLS?
    /// Whether there is a reader, a streaming standby.
    package var hasReader: Bool
    /// Settings for both servers' postgresql.conf.
    package var settings: [String: String]
    /// Nil for servers without names, on different ports of 127.0.0.1.
    package var names: Names?

    package init(
        tls: TLS? = nil,
        hasReader: Bool = true,
        settings: [String: String] = [:],
        names: Names? = nil
    ) {
        self.tls = tls
        self.hasReader = hasReader
        self.settings = settings
        self.names = names
    }
}
