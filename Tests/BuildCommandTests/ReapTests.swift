import AWSClient
import FoundationEssentials
import Glibc
import SimulatedEC2
import TestBasics
import Testing
import ToolRuns

extension BuildCommands {
    /// What dead builds have left, of this machine and of others, and builds that are not dead.
    @Suite(.serialized, .timeLimit(.minutes(10)))
    struct ReapTests {
        /// Leaves a build behind that was killed while its guest worked.
        private func withDeadBuild(
            _ body: (BuildScene, Simulation, _ build: String) async throws -> Void
        ) async throws {
            let target = SignalTarget()
            try await withBuildScene(
                target: target,
                onMutation: { mutation in
                    if mutation.operation == "RunInstances", mutation.moment == .after { target.send(SIGKILL) }
                }
            ) { scene, simulation in
                let run = try await scene.build()
                #expect(run.status == 128 + SIGKILL, "\(run.words)")
                try await body(scene, simulation, try #require(scene.builds.first))
            }
        }

        @Test func aDryRunOnlySays() async throws {
            try await withDeadBuild { scene, simulation, build in
                let (left, mutations) = (simulation.leftoverNames, simulation.mutations.count)
                let journal = try scene.journal(build)
                let run = try await scene.reap(["--dry-run"])
                #expect(run.status == 0, "\(run.words)")
                #expect(run.words.contains(build) && run.words.contains("security-group"), "\(run.words)")
                // The journal has not got the instance's id, only its token.
                #expect(run.words.contains("instance \(build)-install-0, if it is there"), "\(run.words)")
                #expect(simulation.leftoverNames == left && simulation.mutations.count == mutations)
                #expect(try scene.journal(build) == journal)
                let lines = try JSONLine.all(try await scene.reap(["--yes", "--json"]).output)
                #expect(!lines.isEmpty && simulation.leftovers == [])
            }
        }

        @Test func withoutATerminalItWantsToBeSure() async throws {
            try await withDeadBuild { scene, simulation, _ in
                let left = simulation.leftoverNames
                let run = try await scene.reap([])
                #expect(run.status == 64 && run.errors.contains("give --yes"), "\(run.words)")
                #expect(simulation.leftoverNames == left)
                #expect(try await scene.reap().status == 0)
                #expect(simulation.leftovers == [])
            }
        }

        /// What another machine has begun is known by its tags, and may be under way until they say that it has expired.
        @Test func anotherMachinesBuildIsSparedUntilItHasExpired() async throws {
            try await withDeadBuild { scene, simulation, build in
                let (left, mutations) = (simulation.leftoverNames, simulation.mutations.count)
                let spared = try await scene.reap(state: "other")
                #expect(spared.status == 0, "\(spared.words)")
                #expect(
                    spared.errors.contains("the build \(build) of another machine is spared until"), "\(spared.words)")
                #expect(simulation.leftoverNames == left && simulation.mutations.count == mutations)

                let ids = simulation.instances.map(\.id) + simulation.groups.map(\.id)
                #expect(ids.count == 2)
                try await EC2(client(simulation)).createTags(
                    on: ids, ["pgpool-aurora:expires": "2026-01-01T00:00:00Z"])
                let removed = try await scene.reap(state: "other")
                #expect(removed.status == 0, "\(removed.words)")
                for id in ids { #expect(removed.errors.contains("deleted \(id)"), "\(removed.words)") }
                #expect(simulation.instances.map(\.state) == ["terminated"] && simulation.groups.isEmpty)
            }
        }

        /// A journal that nobody can read keeps nobody from what its build has left.
        @Test func aDamagedJournalSparesNothingForEver() async throws {
            try await withDeadBuild { scene, simulation, build in
                try scene.folder.write("state/builds/\(build).jsonl", "{\"time\":\n")
                // One that was cut off in its first line has made nothing, and is of no use.
                let blank = "state/builds/20260101-000000-0000000000000000.jsonl"
                try scene.folder.write(blank, "{\"event\":")
                let spared = try await scene.reap()
                #expect(spared.status == 0 && spared.errors.contains("does not begin with a plan"), "\(spared.words)")
                #expect(spared.errors.contains("is spared until"), "\(spared.words)")
                #expect(!spared.errors.contains("20260101"), "\(spared.words)")
                #expect(!FileManager.default.fileExists(atPath: "\(scene.folder.path)/\(blank)"))
                try await EC2(client(simulation)).createTags(
                    on: simulation.instances.map(\.id) + simulation.groups.map(\.id),
                    ["pgpool-aurora:expires": "2026-01-01T00:00:00Z"])
                let removed = try await scene.reap()
                #expect(removed.status == 0, "\(removed.words)")
                #expect(simulation.instances.map(\.state) == ["terminated"] && simulation.groups.isEmpty)
            }
        }

        private func client(_ simulation: Simulation) -> AWSClient {
            AWSClient(
                region: "eu-west-1", credentials: OtherCredentials(),
                runtime: AWSRuntime(
                    transport: SimulatedTransport(simulation), timer: WaitTimer(ContinuousClock()), now: { Date() },
                    random: { 0.5 }),
                endpoint: { HTTPURL(scheme: "http", host: "\($0.name).simulated.test") })
        }

        /// A published image stays, whoever looks for it, however old it is.
        @Test func aPublishedImageIsNobodysToRemove() async throws {
            try await withBuildScene { scene, simulation in
                #expect(try await scene.build().status == 0)
                let image = try #require(simulation.publishedImages.first)
                let snapshots = simulation.snapshots.map(\.id)
                try await EC2(client(simulation)).createTags(
                    on: [image.id] + snapshots, ["pgpool-aurora:expires": "2026-01-01T00:00:00Z"])
                for state in ["state", "other"] {
                    let run = try await scene.reap(state: state)
                    #expect(run.status == 0 && run.errors.contains("nothing to remove"), "\(run.words)")
                }
                #expect(simulation.images.map(\.id) == [image.id] && simulation.snapshots.map(\.id) == snapshots)
            }
        }

        /// A build that somebody is at is gone on with and removed by nobody else.
        @Test func aBuildThatIsUnderWayIsSpared() async throws {
            try await withBuildScene {
                $0.guests = [.hangs]
            } while: { scene, simulation in
                async let first = scene.build(["--deadline", "30s"])
                let deadline = ContinuousClock.now + .seconds(60)
                while simulation.calls(of: "GetConsoleOutput").isEmpty, ContinuousClock.now < deadline {
                    try await Task.sleep(for: .milliseconds(50))
                }
                let pid = try #require(scene.target.pid)
                let build = try #require(scene.builds.first)
                let other = Onlooker(scene)
                let resumed = try await other.tool(["build-ami", "--resume", build, "--state-dir", "state"])
                #expect(
                    resumed.status == 75 && resumed.errors.contains("another run is at this build"), "\(resumed.words)")
                let mutations = simulation.mutations.count
                let reaped = try await other.tool([
                    "build-ami", "reap", "--yes", "--region", "eu-west-1", "--state-dir", "state",
                ])
                #expect(reaped.status == 0 && reaped.errors.contains("the build \(build) is spared"), "\(reaped.words)")
                #expect(simulation.mutations.count == mutations && simulation.instances.map(\.state) == ["running"])
                kill(pid, SIGTERM)
                let ended = try await first
                #expect(ended.status == 128 + SIGTERM && simulation.leftovers == [], "\(ended.words)")
            }
        }
    }
}

/// Who runs the tool in the same folder at the same time.
private struct Onlooker {
    let scene: BuildScene

    init(_ scene: BuildScene) {
        self.scene = scene
    }

    func tool(_ arguments: [String]) async throws -> ToolRun {
        try await ToolRun.of(arguments, in: scene.folder.path, variables: scene.variables)
    }
}

/// Of somebody else in the same account.
private struct OtherCredentials: CredentialSource {
    func current() async throws(CredentialError) -> Credentials {
        Credentials(accessKeyID: "AKIAOTHEREXAMPLE", secretAccessKey: "FAKE/other/key")
    }

    func invalidate(_ credentials: Credentials) async {}
}
