import Glibc
import Postgres
import RealCluster
import RenderedCluster
import Testing

/// The rendered pgpool in front of servers with names, as in front of Aurora.
struct FailOverTests {
    /// The address of the server that a session's writes go to.
    private func writer(_ running: RenderedPgpool) async throws -> String? {
        let connection = try await running.connect()
        let answer = try await connection.query("/*NO LOAD BALANCE*/ SELECT host(inet_server_addr())")
        await connection.close()
        return answer.scalar
    }

    private func wait(until isSo: () async throws -> Bool) async throws {
        let deadline = ContinuousClock.now.advanced(by: .seconds(15))
        while try await !isSo() {
            try #require(ContinuousClock.now < deadline)
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    @Test func pgpoolFollowsTheNamesWithNewConnections() async throws {
        let cluster = try await Prepared.newCluster(.init(names: .init()))
        // Without pooled connections each session is a new one for pgpool too.
        let running = try await RenderedPgpool.start(cluster, .init(parameters: "connection_cache: off"))
        #expect(try await writer(running) == cluster.addresses[.writer])
        try await cluster.failOver()
        try await cluster.moveNames()
        #expect(try await writer(running) == cluster.addresses[.reader])
        let connection = try await running.connect()
        _ = try await connection.query("CREATE TABLE written AS SELECT 1 AS n")
        await connection.close()
        try await cluster.failOver()
        try await cluster.moveNames()
        #expect(try await writer(running) == cluster.addresses[.writer])
        #expect(!running.pgpool.childPIDs().isEmpty)
        await cluster.shutDown()
        #expect(running.pgpool.hasEnded)
    }

    @Test func theLoadsSeeAFailover() async throws {
        let cluster = try await Prepared.newCluster(.init(names: .init()))
        let running = try await RenderedPgpool.start(cluster)
        let parameters = running.parameters(timeout: .seconds(3))
        let session = try await SteadySession.start(parameters)
        let load = try await WriteLoad.start(parameters, workers: 2)
        try await wait { load.records.count > 10 && session.report.rounds > 10 }
        #expect(session.report.errors.isEmpty)
        let steps = try await cluster.failOver()
        try await cluster.moveNames()
        try await wait { session.report.wasLost }
        let records = await load.stop()
        let before = records.filter { $0.began.advanced(by: $0.took) < steps.began }
        #expect(before.count >= 10)
        #expect(before.failures.isEmpty)
        #expect(!records.filter { $0.began > steps.began }.failures.isEmpty)
        #expect(Set(records.map(\.worker)) == [0, 1])
        let report = await session.stop()
        #expect(!report.errors.isEmpty)
        // What was acknowledged is there, on the new primary.
        let written = try await cluster.exec(
            "SELECT worker || '/' || number FROM write_load", on: cluster.primary, database: "app")
        let rows = Set(written.rows.compactMap { $0.first ?? nil })
        #expect(records.filter { $0.error == nil }.allSatisfy { rows.contains("\($0.worker)/\($0.number)") })
        await cluster.shutDown()
    }

    @Test func withoutTroubleTheLoadsSeeNone() async throws {
        let cluster = try await Prepared.cluster
        let running = try await RenderedPgpool.start(cluster)
        let session = try await SteadySession.start(running.parameters())
        let load = try await WriteLoad.start(running.parameters(), workers: 2, table: "no_trouble")
        try await wait { load.records.count > 10 && session.report.rounds > 10 }
        let records = await load.stop()
        let report = await session.stop()
        #expect(records.failures.isEmpty)
        #expect(report.errors.isEmpty && !report.wasLost)
        let connection = try await running.connect()
        _ = try await connection.query("DROP TABLE no_trouble")
        await connection.close()
        await running.pgpool.stop()
    }
}
