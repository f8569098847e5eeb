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

        package init(address: String, isReadOnly: Bool) {
            self.address = address
            self.isReadOnly = isReadOnly
        }
    }

    /// What was found.
    package struct Routing: Hashable, Sendable {
        /// How many reads came to which server.
        package var reads: [Server: Int]
        /// Where a write in a transaction came to.
        package var write: Server

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
        return Routing(reads: reads, write: try await write())
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
        let row = try await session.query(
            "SELECT pg_catalog.host(pg_catalog.inet_server_addr()), pg_catalog.inet_server_port(), "
                + "pg_catalog.current_setting('transaction_read_only')"
        ).rows.first
        guard let row, row.count == 3 else {
            throw PostgresError(code: .queryFailed, message: "the server does not say who it is")
        }
        let address = row[0].map { "\($0):\(row[1] ?? "")" } ?? ""
        return Server(address: address, isReadOnly: row[2] == "on")
    }
}
