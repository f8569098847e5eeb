package import Postgres

extension RealCluster {
    /// Connects over TCP, as psql would: to a server of the cluster or to a pgpool before it.
    package nonisolated func connect(
        host: String = "127.0.0.1",
        port: Int,
        user: String,
        password: String?,
        database: String = "postgres",
        sslmode: ConnectionParameters.SSLMode = .prefer,
        sslrootcert: String? = nil
    ) async throws(PostgresError) -> PostgresConnection {
        try await PostgresConnection.connect(
            ConnectionParameters(
                host: host, port: port, database: database, user: user, password: password, sslmode: sslmode,
                sslrootcert: sslrootcert))
    }
}
