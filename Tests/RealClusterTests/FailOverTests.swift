import Glibc
import Postgres
import RealCluster
import Testing

struct FailOverTests {
    @Test func eachTimeTheOtherServerTakesWritesAndTheOldOneFollows() async throws {
        let cluster = try await RealCluster.start()
        try await cluster.exec("CREATE TABLE rounds (n int)")
        for round in 0..<4 {
            let old = await cluster.primary
            let new = old.other
            let session = try await PostgresConnection.connect(cluster.superuser(on: old))
            let steps = try await cluster.failOver(away: .milliseconds(200))
            #expect(await cluster.primary == new)
            #expect(steps.began < steps.promoted)
            #expect(steps.promoted.duration(to: steps.rejoined) >= .milliseconds(200))
            await #expect(throws: PostgresError.self) { try await session.query("SELECT 1") }
            await session.close()
            try await cluster.exec("INSERT INTO rounds VALUES (\(round))", on: new)
            let error = await #expect(throws: PostgresError.self) {
                try await cluster.exec("INSERT INTO rounds VALUES (-1)", on: old)
            }
            #expect(error?.sqlState == "25006")
            try await cluster.waitForReplay()
            #expect(try await cluster.exec("SELECT count(*) FROM rounds", on: old).scalar == "\(round + 1)")
        }
        await cluster.shutDown()
        #expect(processes(in: cluster.directory).isEmpty)
    }

    @Test func itIsRefusedWithoutAStandby() async throws {
        let cluster = try await RealCluster.start()
        try await cluster.promote()
        await #expect(throws: RealClusterError.self) { try await cluster.failOver() }
        await #expect(throws: RealClusterError.self) { try await cluster.moveNames() }
        await cluster.shutDown()
    }
}
