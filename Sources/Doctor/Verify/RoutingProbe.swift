package import Postgres

/// Finds out where a pgpool sends reads and writes, by asking the servers that they come to.
package struct RoutingProbe: Sendable {
    /// Of pgpool, and who logs in.
    package var connection: ConnectionParameters
    /// pgpool chooses a node for a session, and perhaps again for each statement.
    package var sessions: Int
    package var readsPerSession: Int

    package init(_ connection: ConnectionParameters, sessions: Int = 20, readsPerSession: Int = 2) {
        self.connection = connection
        self.sessions = sessions
        self.readsPerSession = readsPerSession
    }

    /// A server by its own words.
    package struct Server: Hashable, Sendable {
        /// Its address and port; empty when it does not say, as by a Unix socket.
        package var address: String
        /// Whether it is a standby, or as good as one.
        package var isReadOnly: Bool
        /// `server_version`.
        package var version: String
        /// `max_connections`; nil when the server does not say.
        package var maxConnections: Int?

        package init(address: String, isReadOnly: Bool, version: String = "", maxConnections: Int? = nil) {
            self.address = address
            self.isReadOnly = isReadOnly
            self.version = version
            self.maxConnections = maxConnections
        }
    }

    /// What was found.
    package struct Routing: Hashable, Sendable {
        /// How many reads came to which server.
        package var reads: [Server: Int]
        /// Where a write in a transaction came to.
        package var write: Server
        /// How many sessions read.
        package var sessions: Int

        package init(reads: [Server: Int], write: Server, sessions: Int) {
            self.reads = reads
            self.write = write
            self.sessions = sessions
        }

        package var readCount: Int { reads.values.reduce(0, +) }
        /// The reads that the writer was spared.
        package var readOnlyCount: Int { reads.filter(\.key.isReadOnly).values.reduce(0, +) }
    }

    package func run() async throws(PostgresError) -> Routing {
        var reads: [Server: Int] = [:]
        for _ in 0..<sessions {
            let session = try await PostgresConnection.connect(connection)
            for _ in 0..<readsPerSession { reads[try await server(session), default: 0] += 1 }
            await session.close()
        }
        return Routing(reads: reads, write: try await write(), sessions: sessions)
    }

    /// A table of the session's own, which a standby refuses and nobody else sees.
    private func write() async throws(PostgresError) -> Server {
        let session = try await PostgresConnection.connect(connection)
        for statement in [
            "BEGIN", "CREATE TEMPORARY TABLE pgpool_aurora_probe (n int) ON COMMIT DROP",
            "INSERT INTO pgpool_aurora_probe VALUES (1)",
        ] {
            _ = try await session.query(statement)
        }
        let server = try await server(session)
        _ = try await session.query("ROLLBACK")
        await session.close()
        return server
    }

    /// The functions are stable ones, so that pgpool takes the statement for a read.
    private func server(_ session: PostgresConnection) async throws(PostgresError) -> Server {
        try await RoutingProbe.server(session)
    }

    /// The server that a session's next statement comes to.
    package static func server(_ session: PostgresConnection) async throws(PostgresError) -> Server {
        let settings = ["transaction_read_only", "server_version", "max_connections"]
            .map { "pg_catalog.current_setting('\($0)')" }
        let row = try await session.query(
            "SELECT pg_catalog.host(pg_catalog.inet_server_addr()), pg_catalog.inet_server_port(), "
                + settings.joined(separator: ", ")
        ).rows.first
        guard let row, row.count == 5 else {
            throw PostgresError(code: .queryFailed, message: "the server does not say who it is")
        }
        return Server(
            address: row[0].map { "\($0):\(row[1] ?? "")" } ?? "", isReadOnly: row[2] == "on",
            version: row[3] ?? "", maxConnections: row[4].flatMap { Int($0) })
    }
}
