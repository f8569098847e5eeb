import FoundationEssentials
import Glibc
import Postgres
import RealCluster
import RenderedCluster
import Synchronization
import Testing

/// Each fault of the table in `docs/doctor.md`, made on the real thing.
@Suite(.serialized) struct FaultTests {
    /// A healthy set-up and what is to be broken.
    final class Scene: Sendable {
        let cluster: RealCluster
        let pgpool: RenderedPgpool
        let doctor: RunningDoctor
        /// What a fault holds on to until the end.
        let occupied = Mutex<Occupied?>(nil)

        init(_ cluster: RealCluster, _ pgpool: RenderedPgpool, _ doctor: RunningDoctor) {
            self.cluster = cluster
            self.pgpool = pgpool
            self.doctor = doctor
        }
    }

    /// How a fault is made.
    struct Fault: Sendable {
        var spec = RenderedPgpool.Spec()
        /// Files of the doctor that differ from pgpool's from the start.
        var edits: [String: @Sendable (String) -> String] = [:]
        /// Breaks the set-up.
        var make: @Sendable (Scene) async throws -> Void = { _ in }
    }

    /// So that each session is a new one for the database, too.
    private static let uncached = RenderedPgpool.Spec(parameters: "connection_cache: off")

    private static let faults: [String: Fault] = [
        "none": Fault(),
        "reader stopped": Fault { try await $0.cluster.stop(.reader) },
        "reader out of slots": Fault(spec: uncached) { try await fillReader($0) },
        "writer stopped": Fault { try await $0.cluster.stop(.writer) },
        "node 0 read-only": Fault { try await $0.cluster.setReadOnly(true, on: .writer) },
        "reader hangs": Fault { try await $0.cluster.signalServer(.reader, SIGSTOP) },
        "writer hangs": Fault { try await $0.cluster.signalServer(.writer, SIGSTOP) },
        "pgpool killed": Fault { $0.pgpool.pgpool.signalAll(SIGKILL) },
        "pgpool stopped with SIGSTOP": Fault { $0.pgpool.pgpool.signalAll(SIGSTOP) },
        "main process killed while children answer": Fault { $0.pgpool.pgpool.signalMain(SIGKILL) },
        "password rotated without a new file": Fault(spec: uncached) {
            try await $0.cluster.alterPassword("app", "another-password")
        },
        "password rotated with a new file": Fault(spec: uncached) { scene in
            try await scene.cluster.alterPassword("app", "another-password")
            for name in ["pool_passwd", "pgdoctor.pgpass"] {
                let file = URL(filePath: "\(scene.pgpool.folder)/\(name)")
                let text = String(decoding: try Data(contentsOf: file), as: UTF8.self)
                try Data(text.replacing("app-password", with: "another-password").utf8).write(to: file)
            }
            scene.pgpool.pgpool.reload()
        },
        "PCP password wrong": Fault(
            edits: ["pcp.conf": { $0.replacing("00000000", with: "ffffffff") }]),
        "wrong password from the start": Fault(
            edits: ["pgdoctor.pgpass": { $0.replacing("app-password", with: "no-password") }]),
        "a check fails": Fault(
            spec: RenderedPgpool.Spec(health: #"checks: [{query: "SELECT 2", operator: "=", value: "1"}]"#)),
    ]

    /// Takes every slot of the reader. The doctor has one already, and would get its own back at each renewal, so the
    /// reader is away until the doctor has a session without it, and is filled before the next renewal.
    private static func fillReader(_ scene: Scene) async throws {
        let cluster = scene.cluster
        for _ in 0..<5 {
            try await cluster.stop(.reader)
            try await scene.doctor.wait("a session without the reader") { try await $0.ask("/replica").status == 503 }
            try await cluster.start(.reader)
            let occupied = try await cluster.occupySlots(on: .reader)
            let doctors = try await cluster.exec(
                "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'pgdoctor-replica'", on: .reader)
            if doctors.scalar == "0" { return scene.occupied.withLock { $0 = occupied } }
            try await occupied.release()
        }
        Issue.record("the doctor got a slot of the reader each time")
    }

    /// Saturation is a suite of its own.
    private static let elsewhere: Set<String> = ["all children busy for a minute"]

    @Test func everyFaultOfTheTableIsTriedAndNoOther() {
        #expect(Set(FaultTable.rows.map(\.fault)) == Set(Self.faults.keys).union(Self.elsewhere))
        #expect(FaultTable.rows.count == Self.faults.count + Self.elsewhere.count)
    }

    @Test(arguments: FaultTable.rows.filter { !elsewhere.contains($0.fault) })
    func aFaultLeadsToTheAnswersOfTheTable(row: FaultTable.Row) async throws {
        let fault = try #require(Self.faults[row.fault])
        let cluster = try await Prepared.newCluster(.init(settings: ["max_connections": "25"]))
        do {
            let pgpool = try await RenderedPgpool.start(cluster, fault.spec)
            let folder = fault.edits.isEmpty ? nil : try copyForDoctor(pgpool.files, editing: fault.edits)
            let doctor = try await RunningDoctor.start(cluster, pgpool.files, folder: folder)
            let scene = Scene(cluster, pgpool, doctor)
            if fault.edits.isEmpty, !fault.spec.health.contains("checks") {
                try await doctor.wait("health") { try await $0.verdict() == ["200", "200", "200", "200", "ready"] }
            }
            try await fault.make(scene)
            try await doctor.wait(row.fault) { try await $0.verdict() == row.expected }
            async let verified = VerifyRun(pgpool.files)
            // And so it stays, over a renewal of the doctor's connection.
            let deadline = ContinuousClock.now.advanced(by: .seconds(12))
            while ContinuousClock.now < deadline {
                let verdict = try await doctor.verdict()
                #expect(verdict == row.expected, "\(doctor.program.log())")
                if verdict != row.expected { break }
                try await Task.sleep(for: .milliseconds(300))
            }
            #expect(!doctor.program.hasEnded)
            try expectName(of: row.fault, in: await verified)
            expectNoSecret(in: doctor.program.log())
            expectNoSecret(in: try await doctor.ask("/status").body)
            expectNoSecret(in: try await doctor.ask("/metrics").body)
            try await scene.occupied.withLock { $0 }?.release()
        } catch {
            await cluster.shutDown()
            throw error
        }
        await cluster.shutDown()
    }

    /// What `verify` calls wrong, and a word of why. The databases of the table have room for 25 connections, which is too
    /// little for the eight children, and always said.
    private static let verified: [String: (wrong: [String], finding: String, text: String)] = [
        "none": ([], "connections", "kept back"),
        "reader stopped": (["reader"], "reader", "refused"),
        "reader out of slots": (["reader"], "reader", "slots"),
        "reader hangs": (["reader"], "reader", "time"),
        "writer stopped": (["writer"], "writer", "refused"),
        "writer hangs": (["writer"], "writer", "time"),
        "node 0 read-only": (["writer", "writes"], "writer", "read-only"),
        "pgpool killed": (["login"], "login", "refused"),
        "pgpool stopped with SIGSTOP": (["login", "health /live"], "login", "time"),
        "main process killed while children answer": (["health /live"], "health /live", "main process"),
        "password rotated without a new file": (["writer", "reader"], "writer", "password authentication failed"),
        "password rotated with a new file": (["login"], "login", "authentication failed"),
        "PCP password wrong": ([], "connections", "kept back"),
        "wrong password from the start": (["health /ready"], "health /ready", "authentication"),
        "a check fails": (["health /ready"], "health /ready", "check"),
    ]

    private func expectName(of fault: String, in run: VerifyRun) throws {
        let expected = try #require(Self.verified[fault])
        #expect(Set(expected.wrong).isSubset(of: run.wrongNames), "\(run.output)")
        #expect(run[expected.finding]?.text.contains(expected.text) == true, "\(run.output)")
        #expect(run.exit == (run.wrongNames.isEmpty ? 0 : 1))
        if expected.wrong.isEmpty { #expect(run.wrongNames == ["connections"], "\(run.output)") }
        for finding in run.findings where finding.verdict == "wrong" && !finding.name.hasPrefix("health") {
            #expect(!finding.mend.isEmpty, "\(finding)")
        }
        expectNoSecret(in: run.output)
        print(
            "verify, \(fault):\n\(run.findings.map { "  \($0.name) \($0.verdict) \($0.text)" }.joined(separator: "\n"))"
        )
    }

    private func expectNoSecret(in text: String) {
        for secret in ["app-password", "another-password", "no-password", "00000000", "ffffffff"] {
            #expect(!text.contains(secret))
        }
    }
}
