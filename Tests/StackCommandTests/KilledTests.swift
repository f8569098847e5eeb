import Glibc
import SimulatedCloudFormation
import TestBasics
import Testing
import ToolRuns

extension StackCommands {
    /// A tool that is killed at any of its calls that change something.
    @Suite(.timeLimit(.minutes(10)))
    struct KilledTests {
        private static let bucket = ["--bucket", "templates"]

        /// A change set is not ready before another run could have begun.
        private static func hesitate(_ settings: inout CloudSettings) { settings.changeSetTime = .seconds(40) }

        private typealias Step = @Sendable (StackScene) async throws -> ToolRun

        /// Does it once without a death, and says how many calls there were before and at the end.
        private func count(_ prepare: Step?, _ step: Step) async throws -> (before: Int, all: Int) {
            try await withStackScene(Self.hesitate) { scene in
                _ = try await prepare?(scene)
                let before = scene.cloud.mutations
                let run = try await step(scene)
                #expect(run.status == 0, "\(run.errors)")
                return (before, scene.cloud.mutations)
            }
        }

        /// Kills it at each point, and lets it be done again.
        private func everywhere(
            _ prepare: Step? = nil, _ step: @escaping Step, _ moments: [KillPoint.Moment] = KillPoint.Moment.allCases,
            _ check: @escaping @Sendable (StackScene, ToolRun, Testing.Comment) async throws -> Void
        ) async throws {
            let begin = ContinuousClock.now
            let (before, all) = try await count(prepare, step)
            let points = (before + 1...all).flatMap { call in
                moments.map { KillPoint(call: call, moment: $0) }
            }
            try await twoAtATime(points) { point in
                let killer = Killer(point)
                try await withStackScene(
                    target: killer.target, Self.hesitate, onMutation: { await killer.mutation($0) },
                    intercepting: { killer.request($0) }
                ) { scene in
                    _ = try await prepare?(scene)
                    let killed = try await step(scene)
                    #expect(killed.status == 128 + SIGKILL, "\(point): \(killed.status) \(killed.errors)")
                    let run = try await step(scene)
                    let name: Testing.Comment = "\(point): \(run.status) \(run.errors)"
                    #expect(run.status == 0, name)
                    try await check(scene, run, name)
                    #expect(scene.openChangeSets == [], name)
                    #expect(scene.cloud.objects == [], name)
                }
            }
            print("killed and gone on with \(points.count) times in \(begin.duration(to: .now))")
        }

        private static let deploy: Step = { try await $0.deploy() }
        private static let update: Step = { try await $0.deploy(StackScene.ami) }

        @Test func aCreationIsGoneOnWith() async throws {
            try await everywhere(nil, Self.deploy) { scene, run, name in
                #expect(scene.cloud.executions.count == 1 && scene.word == "CREATE_COMPLETE", name)
                #expect(run.output.contains("NLBEndpoint "), name)
            }
        }

        @Test func anUpdateIsGoneOnWith() async throws {
            try await everywhere(Self.deploy, Self.update) { scene, _, name in
                #expect(scene.cloud.executions.count == 2 && scene.image == "ami-0fedcba9876543210", name)
            }
        }

        /// By a bucket, where nothing stays.
        @Test func aCreationByABucketIsGoneOnWith() async throws {
            try await everywhere(nil, { try await $0.deployLarge() }) { scene, _, name in
                #expect(scene.cloud.executions.count == 1 && scene.word == "CREATE_COMPLETE", name)
            }
        }

        @Test func aDeletionIsGoneOnWith() async throws {
            try await everywhere(Self.deploy, { try await $0.destroy() }) { scene, _, name in
                #expect(scene.word == nil && scene.cloud.deletions.count == 1, name)
            }
        }

        /// What a comparison leaves when it dies is in nobody's way.
        @Test func aComparisonLeavesNothingInTheWay() async throws {
            let compare: Step = { scene in
                var run = try await scene.diff()
                if run.status == 1 { run.status = 0 }
                return run
            }
            // What comes late may delete what the next one has just made, which then says so.
            try await everywhere(nil, compare, [.unsent, .done]) { scene, _, name in
                let run = try await scene.deploy()
                #expect(run.status == 0 && scene.cloud.executions.count == 1, name)
            }
        }
    }
}
