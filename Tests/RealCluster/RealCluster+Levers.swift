import Glibc
import Postgres

/// What a test can do to a server.
extension RealCluster {
    /// Signals a whole server, the postmaster and its children, as with SIGSTOP and SIGCONT.
    package func signalServer(_ name: Server, _ number: Int32) throws {
        try server(name).signalAll(number)
    }

    /// Makes new transactions on a server read-only unless they say otherwise, or lets them write again.
    package func setReadOnly(_ isReadOnly: Bool, on name: Server) async throws {
        try await exec("ALTER SYSTEM SET default_transaction_read_only = \(isReadOnly ? "on" : "off")", on: name)
        try await reload(name)
    }

    /// Gives a user another password, on the standby too when this returns.
    package func alterPassword(_ user: String, _ password: String) async throws {
        // The superuser may write even where that is not the default.
        try await exec(
            "SET transaction_read_only = off; "
                + "ALTER ROLE \(SQL.identifier(user)) PASSWORD \(SQL.literal(password))", on: primary)
        try await waitForReplayIfFollowed()
    }

    /// How many sessions a user has on a server.
    package func countConnections(of user: String, on name: Server) async throws -> Int {
        let answer = try await exec(
            "SELECT count(*) FROM pg_stat_activity WHERE usename = $1 AND backend_type = 'client backend'",
            parameters: [user], on: name)
        return answer.scalar.flatMap { Int($0) } ?? 0
    }

    /// Takes every connection slot of a server that is free for normal users.
    ///
    /// The superuser's few stay free, so `exec` works. A slot that others free later is not taken.
    package func occupySlots(on name: Server) async throws -> Occupied {
        try await createOccupier()
        var parameters = try superuser(on: name)
        parameters.user = Occupied.user
        var connections: [PostgresConnection] = []
        while true {
            do throws(PostgresError) {
                connections.append(try await PostgresConnection.connect(parameters))
            } catch {
                // 53300 is too_many_connections.
                if error.sqlState == "53300" { break }
                for connection in connections { await connection.close() }
                throw error
            }
        }
        return Occupied(cluster: self, server: name, connections: connections)
    }

    func waitUntilNobodyOccupies(_ name: Server) async throws {
        try await waitFor("the slots to be free") {
            try await self.countConnections(of: Occupied.user, on: name) == 0
        }
    }

    /// Makes the user that occupies, with the superuser's password, unless there is one.
    private func createOccupier() async throws {
        let known = try await exec(
            "SELECT 1 FROM pg_roles WHERE rolname = $1", parameters: [Occupied.user], on: primary)
        guard known.rows.isEmpty else { return }
        try await createUser(name: Occupied.user, password: password)
    }
}

/// Connection slots that a test holds on a server.
package actor Occupied {
    static let user = "real_cluster_occupier"

    private let cluster: RealCluster
    private let server: RealCluster.Server
    private var connections: [PostgresConnection]

    init(cluster: RealCluster, server: RealCluster.Server, connections: [PostgresConnection]) {
        self.cluster = cluster
        self.server = server
        self.connections = connections
    }

    /// How many slots are held.
    package var count: Int { connections.count }

    /// Lets go of the slots, and waits until the server has seen it. Doing it twice is no error.
    package func release() async throws {
        while let connection = connections.popLast() { await connection.close() }
        try await cluster.waitUntilNobodyOccupies(server)
    }
}
