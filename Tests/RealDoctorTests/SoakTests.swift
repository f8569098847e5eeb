import FoundationEssentials
import Glibc
import Postgres
import RealCluster
import RenderedCluster
import Testing

/// Nothing grows. A minute here; `scripts/soak` lets it run for an hour.
@Suite struct SoakTests {
    private struct Sample: CustomStringConvertible {
        var memory: Int
        var descriptors: Int
        var connections: Int

        var description: String {
            "\(memory >> 10) KiB, \(descriptors) descriptors, \(connections) connections to the writer"
        }
    }

    private static let seconds =
        ProcessInfo.processInfo.environment["PGPOOL_AURORA_SOAK_SECONDS"].flatMap { Int($0) } ?? 60

    @Test(.timeLimit(.minutes(75)))
    func memoryDescriptorsAndServerConnectionsDoNotGrow() async throws {
        let cluster = try await Prepared.newCluster()
        try await cluster.createUser(name: "doctor_health", password: "health-password")
        let pgpool = try await RenderedPgpool.start(
            cluster,
            .init(
                users: [("app", "app-password"), ("doctor_health", "health-password")], healthUser: "doctor_health",
                health: "interval: 100ms"))
        let doctor = try await RunningDoctor.start(cluster, pgpool.files)
        try await doctor.wait("health") { try await $0.verdict() == ["200", "200", "200", "200", "ready"] }
        let begun = ContinuousClock.now
        let end = begun.advanced(by: .seconds(Self.seconds))
        // What comes once, such as a buffer's final size, comes within the first quarter.
        let warm = begun.advanced(by: .seconds(Self.seconds) / 4)
        var samples: [Sample] = []
        var rounds = 0
        while ContinuousClock.now < end {
            rounds += 1
            for path in ["/", "/live", "/ready", "/primary", "/replica", "/metrics", "/status", "/nothing"] {
                let answers = await HTTPProbe.concurrently(10, port: doctor.port, path: path)
                #expect(answers.count { (try? $0.get().status) == (path == "/nothing" ? 404 : 200) } == 10)
            }
            let session = try await pgpool.connect()
            _ = try await session.query("SELECT 1")
            await session.close()
            if rounds % 10 == 0 { doctor.program.signal(SIGHUP) }
            if ContinuousClock.now > warm { samples.append(try await sample(cluster, doctor)) }
            try await Task.sleep(for: .milliseconds(300))
        }
        // The middle of the first and of the last third, so that one odd moment counts for nothing.
        let third = samples.count / 3
        let (first, last) = (samples.prefix(third), samples.suffix(third))
        func median(_ samples: ArraySlice<Sample>, _ value: (Sample) -> Int) -> Int {
            samples.map(value).sorted()[samples.count / 2]
        }
        try #require(third > 3)
        print(
            "soak: \(rounds) rounds; first \(first.first.map(\.description) ?? ""); last \(last.last.map(\.description) ?? "")"
        )
        #expect(median(last, \.memory) - median(first, \.memory) < 2 << 20)
        #expect(median(last, \.descriptors) - median(first, \.descriptors) <= 3)
        // Each child of pgpool may keep one in its pool: eight children, of which the doctor uses one at a time.
        #expect(samples.allSatisfy { $0.connections <= 8 })
        #expect(median(last, \.connections) - median(first, \.connections) <= 1)
        #expect(try await doctor.verdict() == ["200", "200", "200", "200", "ready"])
        await cluster.shutDown()
    }

    private func sample(_ cluster: RealCluster, _ doctor: RunningDoctor) async throws -> Sample {
        Sample(
            memory: try #require(doctor.program.residentMemory),
            descriptors: try #require(doctor.program.openFileDescriptors),
            connections: try await cluster.countConnections(of: "doctor_health", on: .writer))
    }
}
