import Postgres
import RealCluster
import RenderedCluster
import Testing

struct RoutingTests {
    /// Which server answers, by its port.
    private func node(_ connection: PostgresConnection, _ cluster: RealCluster) async throws -> RealCluster.Server? {
        let port = try await connection.query("SELECT inet_server_port()").scalar.flatMap { Int($0) }
        return cluster.ports.first { $0.value == port }?.key
    }

    @Test func readsLandOnTheReaderAndWritesOnTheWriter() async throws {
        let cluster = try await Prepared.cluster
        let running = try await RenderedPgpool.start(
            cluster, .init(pgpool: "allow: [127.0.0.0/8]\nweights: {writer: 0, reader: 1}"))
        let connection = try await running.connect()
        _ = try await connection.query("CREATE TABLE routing (port int, replica bool)")
        try await cluster.waitForReplay()
        for _ in 0..<20 { #expect(try await node(connection, cluster) == .reader) }
        _ = try await connection.query("INSERT INTO routing SELECT inet_server_port(), pg_is_in_recovery()")
        let written = try await connection.query("SELECT port, replica FROM routing")
        #expect(written.rows.isEmpty || written.rows == [[String(cluster.ports[.writer] ?? 0), "f"]])
        try await cluster.waitForReplay()
        #expect(
            try await connection.query("SELECT port, replica FROM routing").rows
                == [[String(cluster.ports[.writer] ?? 0), "f"]])
        // pg_is_in_recovery is volatile, so it is never balanced.
        #expect(try await connection.query("SELECT pg_is_in_recovery()").scalar == "f")
        _ = try await connection.query("DROP TABLE routing")
        await connection.close()
        await running.pgpool.stop()
    }

    @Test func afterAWriteTheTransactionReadsFromTheWriter() async throws {
        let cluster = try await Prepared.cluster
        let running = try await RenderedPgpool.start(
            cluster, .init(pgpool: "allow: [127.0.0.0/8]\nweights: {writer: 0, reader: 1}"))
        let connection = try await running.connect()
        _ = try await connection.query("CREATE TABLE own_writes (id int)")
        try await cluster.waitForReplay()
        _ = try await connection.query("BEGIN")
        _ = try await connection.query("INSERT INTO own_writes VALUES (1)")
        #expect(try await node(connection, cluster) == .writer)
        #expect(try await connection.query("SELECT count(*) FROM own_writes").scalar == "1")
        _ = try await connection.query("COMMIT")
        _ = try await connection.query("DROP TABLE own_writes")
        await connection.close()
        await running.pgpool.stop()
    }

    @Test func weightsDecideWhoServesReads() async throws {
        let cluster = try await Prepared.cluster
        let running = try await RenderedPgpool.start(
            cluster, .init(pgpool: "allow: [127.0.0.0/8]\nweights: {writer: 1, reader: 0}"))
        let connection = try await running.connect()
        for _ in 0..<20 { #expect(try await node(connection, cluster) == .writer) }
        await connection.close()
        await running.pgpool.stop()
    }

    @Test func theDoctorsApplicationNameReachesTheReader() async throws {
        let cluster = try await Prepared.cluster
        let running = try await RenderedPgpool.start(
            cluster, .init(pgpool: "allow: [127.0.0.0/8]\nweights: {writer: 100000, reader: 1}"))
        for _ in 0..<12 {
            let connection = try await PostgresConnection.connect(
                ConnectionParameters(
                    host: "127.0.0.1", port: running.pgpool.port, database: "app", user: "app",
                    password: "app-password",
                    sslmode: .disable, applicationName: "pgdoctor-replica"))
            #expect(try await connection.query("SELECT current_setting('transaction_read_only')").scalar == "on")
            await connection.close()
        }
        await running.pgpool.stop()
    }

    @Test func aFullPoolAnswersAtOnce() async throws {
        let cluster = try await Prepared.cluster
        let running = try await RenderedPgpool.start(cluster)
        var open: [PostgresConnection] = []
        // Eight children, one of them reserved.
        for _ in 0..<7 { open.append(try await running.connect()) }
        #expect(await running.refusal()?.contains("too many clients") == true)
        for connection in open { await connection.close() }
        await running.pgpool.stop()
    }
}
