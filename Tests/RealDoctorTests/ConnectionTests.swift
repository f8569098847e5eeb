import FoundationEssentials
import Postgres
import RealCluster
import RenderedCluster
import Testing

/// What is counted on the real pair.
@Suite struct ConnectionTests {
    private struct Counts: Decodable {
        struct Server: Decodable, Equatable {
            var endpoint: String
            var open: Int
            var allowed: Int
        }
        var connections: [Server]
    }

    @Test func eachServersConnectionsAreCountedOnThatServer() async throws {
        let cluster = try await Prepared.newCluster()
        let pgpool = try await RenderedPgpool.start(cluster)
        // Different numbers on the two, past pgpool, with a superuser's among them.
        var sessions: [PostgresConnection] = []
        for (endpoint, count) in [(RealCluster.Server.writer, 5), (.reader, 2)] {
            for _ in 0..<count {
                let parts = cluster.endpoint(endpoint).split(separator: ":")
                sessions.append(
                    try await PostgresConnection.connect(
                        ConnectionParameters(
                            host: String(parts[0]), port: Int(parts[1]) ?? 0, database: "app", user: "app",
                            password: "app-password", sslmode: .disable)))
            }
        }
        let doctor = try await RunningDoctor.start(cluster, pgpool.files)
        var counts = Counts(connections: [])
        try await doctor.wait("the counts") {
            let body = try await $0.ask("/status", accept: "application/json").body
            counts = try JSONDecoder().decode(Counts.self, from: Data(body.utf8))
            return counts.connections.count == 2
        }
        // Besides these pgpool has the doctor's, one with each server, and keeps those that the doctor had before.
        #expect(counts.connections.map(\.endpoint) == ["writer", "reader"])
        let open = counts.connections.map(\.open)
        try #require(open.count == 2)
        #expect((6...13).contains(open[0]) && open[0] - open[1] == 3, "\(open)")
        // By what the servers themselves say of who may connect.
        var allowed: [Int] = []
        for session in [sessions[0], sessions[6]] {
            let all = Int(try await session.query("SHOW max_connections").scalar ?? "") ?? 0
            let kept = Int(try await session.query("SHOW superuser_reserved_connections").scalar ?? "") ?? 0
            allowed.append(all - kept)
        }
        #expect(counts.connections.map(\.allowed) == allowed)
        // Autovacuum and replication are no clients, whatever they are connected to.
        let clients = try await sessions[0].query(
            "SELECT count(*) FROM pg_stat_activity WHERE datname IS NOT NULL AND usename IS NOT NULL")
        #expect((6...13).contains(Int(clients.scalar ?? "") ?? 0), "\(clients.scalar ?? "")")
        let metrics = try await doctor.ask("/metrics").body
        #expect(metrics.contains("\npgpool_aurora_server_connections{endpoint=\"writer\"} \(open[0])\n"))
        #expect(metrics.contains("\npgpool_aurora_server_connections_allowed{endpoint=\"reader\"} \(allowed[1])\n"))
        for session in sessions { await session.close() }
        await doctor.program.stop()
        await pgpool.pgpool.stop()
        await cluster.shutDown()
    }
}
