import Doctor
import Postgres
import RealCluster
import RenderedCluster
import Testing

struct RoutingProbeTests {
    private func probe(_ running: RenderedPgpool) -> RoutingProbe {
        RoutingProbe(
            ConnectionParameters(
                host: "127.0.0.1", port: running.pgpool.port, database: "app", user: "app",
                password: "app-password", sslmode: .disable), sessions: 5)
    }

    @Test(arguments: [(0, 1), (1, 0)])
    func theServersThatAnsweredAreCounted(writer: Int, reader: Int) async throws {
        let cluster = try await Prepared.cluster
        let running = try await RenderedPgpool.start(
            cluster, .init(pgpool: "allow: [127.0.0.0/8]\nweights: {writer: \(writer), reader: \(reader)}"))
        let found = try await probe(running).run()
        let version = try await cluster.exec("SHOW server_version", on: .writer).scalar ?? ""
        let limit = try await cluster.exec("SHOW max_connections", on: .writer).scalar.flatMap { Int($0) }
        func server(_ name: RealCluster.Server) -> RoutingProbe.Server {
            RoutingProbe.Server(
                address: "127.0.0.1:\(cluster.ports[name] ?? 0)", isReadOnly: name == .reader, version: version,
                maxConnections: limit)
        }
        #expect(found.reads == [server(reader == 1 ? .reader : .writer): 10])
        #expect(found.readOnlyCount == (reader == 1 ? 10 : 0))
        #expect(found.write == server(.writer))
        await running.pgpool.stop()
    }

    @Test func aLoginThatIsRefusedIsAnErrorWithoutThePassword() async throws {
        let cluster = try await Prepared.cluster
        let running = try await RenderedPgpool.start(cluster)
        var probe = probe(running)
        probe.connection.password = "wrong-password"
        let error = await #expect(throws: PostgresError.self) { try await probe.run() }
        #expect(error?.message.contains("authentication failed") == true)
        #expect(error.map { !"\($0)".contains("wrong-password") } == true)
        await running.pgpool.stop()
    }
}
