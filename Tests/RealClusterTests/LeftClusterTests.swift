import FoundationEssentials
import Glibc
import RealCluster
import Testing

/// What becomes of a cluster that nobody shuts down.
///
/// One after the other: an exit test blocks a thread of the cooperative pool until its process ends (Swift 6.3), and
/// two of them leave a machine of two cores none.
@Suite(.serialized) struct LeftClusterTests {
    @Test func aKilledTestProcessLeavesNothing() async throws {
        let note = "/tmp/real-cluster-note.\(UInt32.random(in: .min ... .max))"
        defer { unlink(note) }
        await #expect(processExitsWith: .signal(SIGKILL)) { [note = note as String] in
            let cluster = try await RealCluster.start()
            try Data(cluster.directory.utf8).write(to: URL(filePath: note))
            kill(getpid(), SIGKILL)
        }
        let directory = try String(decoding: Data(contentsOf: URL(filePath: note)), as: UTF8.self)
        let deadline = ContinuousClock.now.advanced(by: .seconds(10))
        while access(directory, F_OK) == 0, ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(50))
        }
        #expect(access(directory, F_OK) != 0)
        #expect(processes(in: directory).isEmpty)
    }

    @Test func aLeftClusterGoesWithItsProcess() async throws {
        let note = "/tmp/real-cluster-note.\(UInt32.random(in: .min ... .max))"
        defer { unlink(note) }
        await #expect(processExitsWith: .success) { [note = note as String] in
            let cluster = try await RealCluster.shared
            try Data(cluster.directory.utf8).write(to: URL(filePath: note))
        }
        let directory = try String(decoding: Data(contentsOf: URL(filePath: note)), as: UTF8.self)
        #expect(access(directory, F_OK) != 0)
        #expect(processes(in: directory).isEmpty)
    }
}
