import FoundationEssentials
import Glibc
import Postgres
import RealCluster
import RenderedCluster
import Testing

/// A failover as Aurora's, under a steady write load, with names that move five seconds later.
@Suite(.serialized) struct HealTests {
    private struct Run {
        var records: [WriteLoad.Record]
        var moved: ContinuousClock.Instant
        var steady: [SteadySession.Report]
        var status: RunningDoctor.Status
        var log: String

        /// The writes that began so long after the names had moved.
        func since(_ delay: Duration) -> [WriteLoad.Record] {
            records.filter { $0.began > moved.advanced(by: delay) }
        }
    }

    private func failOver(
        health: String = "", edits: [String: @Sendable (String) -> String] = [:], watching: Duration = .seconds(12)
    ) async throws -> Run {
        let cluster = try await Prepared.newCluster(.init(names: .init()))
        do {
            let pgpool = try await RenderedPgpool.start(cluster, .init(children: 16, health: health))
            let folder = edits.isEmpty ? nil : try copyForDoctor(pgpool.files, editing: edits)
            let doctor = try await RunningDoctor.start(cluster, pgpool.files, folder: folder)
            try await doctor.wait("health") { try await $0.verdict() == ["200", "200", "200", "200", "ready"] }
            let parameters = pgpool.parameters(timeout: .seconds(5))
            let load = try await WriteLoad.start(parameters, workers: 5, pause: .milliseconds(20))
            try await doctor.wait("writes") { _ in load.records.count > 20 }
            let failOver = try await cluster.failOver()
            // Both servers are healthy again, though the names are stale: this session is to live on.
            let first = try await SteadySession.start(parameters)
            try await Task.sleep(until: failOver.rejoined.advanced(by: .seconds(5)), clock: .continuous)
            try await cluster.moveNames()
            let moved = ContinuousClock.now
            let second = try await SteadySession.start(parameters)
            try await Task.sleep(for: watching)
            let records = await load.stop()
            let steady = [await first.stop(), await second.stop()]
            let status = try await doctor.status()
            let log = doctor.program.log()
            let before = records.filter { $0.began.advanced(by: $0.took) < failOver.began }
            #expect(before.count > 10)
            #expect(before.failures.isEmpty)
            await cluster.shutDown()
            return Run(records: records, moved: moved, steady: steady, status: status, log: log)
        } catch {
            await cluster.shutDown()
            throw error
        }
    }

    private func expectHealed(_ run: Run) {
        #expect(!run.records.failures.isEmpty)
        #expect(run.since(.seconds(2)).count > 10)
        #expect(run.since(.seconds(2)).failures.map(\.error) == [], "\(run.log)")
        for report in run.steady {
            #expect(report.rounds > 10)
            #expect(report.errors.map(\.error) == [])
            #expect(!report.wasLost)
        }
        #expect(run.status.heals.count >= 1)
        #expect(run.status.heals.signals > 0)
        #expect(!run.status.heals.active)
        #expect(run.log.contains("asking pgpool's children to drop idle connections: "))
        #expect(run.log.contains(" times to drop idle connections"))
    }

    @Test func writesWorkAgainTwoSecondsAfterTheNamesMovedAndNoneFailsAfterThat() async throws {
        expectHealed(try await failOver())
    }

    @Test func itHealsWithoutPCPToo() async throws {
        expectHealed(try await failOver(edits: ["pcp.conf": { $0.replacing("00000000", with: "ffffffff") }]))
    }

    /// The control: without it, the fault is real.
    @Test func switchedOffPgpoolKeepsFailing() async throws {
        let run = try await failOver(health: "heal: false", watching: .seconds(8))
        #expect(!run.since(.seconds(5)).failures.isEmpty)
        #expect(run.status.heals.count == 0)
        #expect(run.status.heals.signals == 0)
    }
}
