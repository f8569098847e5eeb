import Glibc
import RealCluster
import Testing

struct RunningProgramTests {
    @Test func itsOutputUserAndEndAreSeen() async throws {
        let cluster = try await RealCluster.shared
        let plain = try await cluster.launch(
            ["sh", "-c", "id -un; echo $GREETING >&2; exit 7"], name: "plain", environment: ["GREETING": "hello"])
        #expect(await plain.waitForEnd(within: .seconds(5)) == .exited(7))
        #expect(plain.hasEnded)
        #expect(plain.log() == "postgres\nhello\n")
        #expect(plain.residentMemory == nil)
        let root = try await cluster.launch(["id", "-un"], name: "root", asRoot: true)
        #expect(await root.waitForEnd(within: .seconds(5)) == .exited(0))
        #expect(root.log() == "root\n")
    }

    @Test func itsMemoryAndDescriptorsAreCounted() async throws {
        let cluster = try await RealCluster.shared
        let program = try await cluster.launch(
            ["sh", "-c", "exec 7</dev/null 8</dev/null; echo ready; exec sleep 60"], name: "sleeper")
        try await program.waitUntilReady(within: .seconds(5)) { program.log() == "ready\n" }
        #expect(try #require(program.openFileDescriptors) >= 5)
        #expect((100_000..<100_000_000).contains(try #require(program.residentMemory)))
        program.signal(SIGUSR1)
        #expect(await program.waitForEnd(within: .seconds(5)) == .signalled(SIGUSR1))
    }

    @Test func oneThatHeedsNothingIsKilled() async throws {
        let cluster = try await RealCluster.shared
        let program = try await cluster.launch(
            ["sh", "-c", "trap '' TERM; echo ready; while :; do sleep 1; done"], name: "stubborn")
        try await program.waitUntilReady(within: .seconds(5)) { program.log() == "ready\n" }
        #expect(await program.stop(within: .milliseconds(300)) == .signalled(SIGKILL))
        // Its child too; killed is not yet gone.
        let deadline = ContinuousClock.now.advanced(by: .seconds(10))
        func group() -> [String] {
            processes(in: cluster.directory).filter { getpgid(pid_t($0) ?? 0) == program.pid }
        }
        while !group().isEmpty, ContinuousClock.now < deadline { try await Task.sleep(for: .milliseconds(20)) }
        #expect(group().isEmpty)
    }

    @Test func aStoppedOneHeedsItsEnd() async throws {
        let cluster = try await RealCluster.shared
        let program = try await cluster.launch(["sleep", "60"], name: "stopped")
        program.signal(SIGSTOP)
        #expect(await program.stop() == .signalled(SIGTERM))
    }

    @Test func oneThatCannotStartSaysSo() async throws {
        let cluster = try await RealCluster.shared
        let program = try await cluster.launch(["/nonexistent/program"], name: "missing")
        let error = await #expect(throws: RealClusterError.self) {
            try await program.waitUntilReady(within: .seconds(5)) { false }
        }
        #expect(error?.message == "missing ended while starting")
        #expect(error?.output.contains("/nonexistent/program") == true)
    }
}
