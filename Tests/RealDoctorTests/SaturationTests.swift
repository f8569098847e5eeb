import FoundationEssentials
import Glibc
import Postgres
import RealCluster
import RenderedCluster
import Testing

@Suite struct SaturationTests {
    /// A session that holds a child of pgpool.
    private func hold(_ pgpool: RenderedPgpool, _ count: Int) async throws -> [PostgresConnection] {
        var sessions: [PostgresConnection] = []
        for number in 0..<count {
            let session = try await pgpool.connect()
            _ = try await session.query("SET application_name = 'holder \(number)'")
            sessions.append(session)
        }
        return sessions
    }

    @Test(.timeLimit(.minutes(4)))
    func allChildrenBusyForAMinuteIsNoDeathAndCostsNoSession() async throws {
        let row = try #require(FaultTable.rows.first { $0.fault == "all children busy for a minute" })
        let cluster = try await Prepared.cluster
        let pgpool = try await RenderedPgpool.start(cluster)
        let doctor = try await RunningDoctor.start(cluster, pgpool.files)
        try await doctor.wait("health") { try await $0.verdict() == ["200", "200", "200", "200", "ready"] }
        // Eight children: one is reserved, one has the doctor.
        let sessions = try await hold(pgpool, 6)
        #expect(await pgpool.refusal()?.contains("too many clients") == true)
        try await doctor.wait("saturation") { try await $0.verdict() == row.expected }
        let deadline = ContinuousClock.now.advanced(by: .seconds(60))
        while ContinuousClock.now < deadline {
            #expect(try await doctor.verdict() == row.expected)
            try await Task.sleep(for: .seconds(1))
        }
        // 200 probes at once, three times.
        for _ in 0..<3 {
            let answers = await HTTPProbe.concurrently(200, port: doctor.port, path: "/ready")
            #expect(answers.count { (try? $0.get().status) == 200 } == 200)
        }
        for (number, session) in sessions.enumerated() {
            #expect(try await session.query("SHOW application_name").scalar == "holder \(number)")
            await session.close()
        }
        try await doctor.wait("recovery") { try await $0.status().state == "ready" }
        // One child for the doctor, whatever was asked.
        #expect(try await doctor.status().children?.busy == 1)
        await doctor.program.stop()
        await pgpool.pgpool.stop()
    }

    @Test func aFullPoolFromTheStartIsKnownByItsAdministrationPort() async throws {
        let cluster = try await Prepared.cluster
        let pgpool = try await RenderedPgpool.start(cluster)
        let sessions = try await hold(pgpool, 7)
        let doctor = try await RunningDoctor.start(cluster, pgpool.files)
        try await doctor.wait("saturation") { try await $0.status().state == "saturated" }
        #expect(try await doctor.ask("/").status == 200)
        // Nothing is known of the nodes yet, and nothing is made up.
        #expect(try await doctor.ask("/primary").status == 503)
        for session in sessions { await session.close() }
        try await doctor.wait("recovery") { try await $0.verdict() == ["200", "200", "200", "200", "ready"] }
        await doctor.program.stop()
        await pgpool.pgpool.stop()
    }
}
