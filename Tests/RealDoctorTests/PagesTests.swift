import FoundationEssentials
import Glibc
import Postgres
import RealCluster
import RenderedCluster
import Subprocess
import SystemPackage
import Testing

/// What people and Prometheus see of a real doctor.
@Suite struct PagesTests {
    private static let root = FilePath(#filePath).removingLastComponent().appending("../..").lexicallyNormalized()

    /// Runs a script of the project's; returns what it says if it fails.
    private func complaint(of script: String, _ arguments: [String], input: String = "") async throws -> String? {
        let result = try await Subprocess.run(
            .path(Self.root.appending("scripts").appending(script)), arguments: Arguments(arguments),
            input: .string(input), output: .string(limit: 1 << 20), error: .combinedWithOutput)
        return result.terminationStatus.isSuccess ? nil : result.standardOutput
    }

    @Test(.timeLimit(.minutes(3)))
    func theStatusPageIsReadableOnAPhoneAndOnADesktopAndTheMetricsAreOpenMetrics() async throws {
        let cluster = try await Prepared.cluster
        let pgpool = try await RenderedPgpool.start(cluster, .init(health: "interval: 200ms"))
        let doctor = try await RunningDoctor.start(cluster, pgpool.files)
        // Something to see: sessions that come and go.
        for count in [1, 3, 4, 2, 5, 3] {
            var sessions: [PostgresConnection] = []
            for _ in 0..<count { sessions.append(try await pgpool.connect()) }
            try await Task.sleep(for: .seconds(2))
            for session in sessions { await session.close() }
        }
        try await doctor.wait("health") { try await $0.status().state == "ready" }
        let pictures = Self.root.appending(".build/pictures")
        try FileManager.default.createDirectory(atPath: pictures.string, withIntermediateDirectories: true)
        for (width, option) in [(390, nil), (1280, nil), (390, "--dark")] as [(Int, String?)] {
            let picture = pictures.appending("status-\(width)\(option == nil ? "" : "-dark").png")
            unlink(picture.string)
            let arguments =
                (option.map { [$0] } ?? []) + [
                    "http://127.0.0.1:\(doctor.port)/status", String(width), "0", picture.string,
                ]
            #expect(try await complaint(of: "screenshot", arguments) == nil)
            #expect(FileManager.default.fileExists(atPath: picture.string))
        }
        let metrics = try await doctor.ask("/metrics")
        #expect(metrics.headers["content-type"]?.hasPrefix("application/openmetrics-text") == true)
        #expect(try await complaint(of: "check-openmetrics", [], input: metrics.body) == nil)
        // The page of a doctor that knows nothing, as its port opens; a complaint of the checker can be seen.
        #expect(try await complaint(of: "check-openmetrics", [], input: metrics.body + "x\n") != nil)
        await doctor.program.stop()
        await pgpool.pgpool.stop()
    }
}
