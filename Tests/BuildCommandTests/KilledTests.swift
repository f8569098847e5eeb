import Glibc
import SimulatedEC2
import TestBasics
import Testing
import ToolRuns

extension BuildCommands {
    /// A build whose tool is killed at any of its calls that change something.
    @Suite(.serialized, .timeLimit(.minutes(20)))
    struct KilledTests {
        /// EC2 knows everywhere of what was made after 0.3 s of real time.
        private static let speed = 200.0

        private static func hesitate(_ settings: inout SimulationSettings) {
            settings.consistency = Consistency(ids: .seconds(60), filters: .seconds(60))
        }

        /// Kills a build at a point and hands the rest over; returns whether it got there.
        private func kill(
            at point: KillPoint, _ body: (BuildScene, Simulation, _ build: String) async throws -> Void
        ) async throws {
            let killer = Killer(point)
            try await withBuildScene(
                speed: KilledTests.speed, target: killer.target, KilledTests.hesitate, onMutation: killer.mutation,
                intercepting: { killer.request($0) }
            ) { scene, simulation in
                let run = try await scene.build()
                #expect(run.status == 128 + SIGKILL, "\(point): \(run.status) \(run.errors)")
                #expect(scene.builds.count == 1, "\(point)")
                guard let build = scene.builds.first else { return }
                try await body(scene, simulation, build)
            }
        }

        /// The number of calls of a whole build that change something.
        private func countCalls() async throws -> Int {
            try await withBuildScene(speed: KilledTests.speed, KilledTests.hesitate) { scene, simulation in
                let run = try await scene.build()
                #expect(run.status == 0 && simulation.leftovers == [], "\(run.errors)")
                return simulation.mutations.count
            }
        }

        /// Each takes its time, so the two tests share the points between them, unless there is time for all.
        private func every(_ points: [KillPoint], from first: Int) -> [KillPoint] {
            longFactor > 1 ? points : points.indices.filter { $0 % 2 == first }.map { points[$0] }
        }

        @Test func aBuildIsGoneOnWith() async throws {
            let begin = ContinuousClock.now
            let all = KillPoint.all(ofCalls: try await countCalls())
            #expect(all.count >= 42)
            let points = every(all, from: 0)
            try await twoAtATime(points) { point in
                try await self.kill(at: point) { scene, simulation, build in
                    let run = try await scene.resume(build)
                    #expect(run.status == 0, "\(point): \(run.errors)")
                    #expect(simulation.leftovers == [], "\(point): \(run.errors)")
                    #expect(simulation.count(of: "CreateImage") == 1 && simulation.images.count == 1, "\(point)")
                    let image = simulation.publishedImages.first?.id ?? "none"
                    #expect(run.output == "\(image)\n", "\(point)")
                    #expect(try scene.folder.read("stack.yaml") == BuildScene.parameters(image), "\(point)")
                    #expect(simulation.parameters.map(\.value) == [image], "\(point)")
                    #expect(try scene.manifests == ["\(image).manifest.json"], "\(point)")
                    #expect(simulation.volumes.isEmpty, "\(point)")
                }
            }
            print("killed and resumed \(points.count) times in \(begin.duration(to: .now))")
        }

        @Test func aDeadBuildIsRemoved() async throws {
            let begin = ContinuousClock.now
            let points = every(KillPoint.all(ofCalls: try await countCalls()), from: 1)
            try await twoAtATime(points) { point in
                try await self.kill(at: point) { scene, simulation, _ in
                    // What was just made is not found by calls that change it either, from now on.
                    simulation.update { $0.consistency.hidesFromChanges = true }
                    let run = try await scene.reap()
                    #expect(run.status == 0, "\(point): \(run.errors)")
                    #expect(simulation.leftovers == [], "\(point): \(run.errors)")
                    #expect(simulation.count(of: "CreateImage") <= 1, "\(point)")
                    #expect(simulation.images.count == simulation.publishedImages.count, "\(point)")
                    #expect(simulation.volumes.isEmpty, "\(point)")
                    let again = try await scene.reap()
                    #expect(
                        again.status == 0 && again.errors.contains("nothing to remove"), "\(point): \(again.errors)")
                }
            }
            print("killed and reaped \(points.count) times in \(begin.duration(to: .now))")
        }

        /// Killed right after any line of its journal, from the time on when the image is published.
        @Test func anyLineAtTheEndMayBeTheLast() async throws {
            let begin = ContinuousClock.now
            let count = try await withBuildScene(speed: KilledTests.speed) { scene, _ in
                let run = try await scene.build()
                #expect(run.status == 0, "\(run.errors)")
                return lines(scene)
            }
            let last = 17
            try await twoAtATime(Array(count - last + 1...count)) { number in
                try await withBuildScene(speed: KilledTests.speed) { scene, simulation in
                    let place = "line \(number) of \(count)"
                    let killed = try await self.buildAndKill(scene, afterLine: number)
                    #expect(killed.status == 128 + SIGKILL, "\(place): \(killed.errors)")
                    #expect(self.lines(scene) == number, "\(place)")
                    guard let build = scene.builds.first else { return }
                    let run = try await scene.resume(build)
                    #expect(run.status == 0, "\(place): \(run.errors)")
                    let image = simulation.publishedImages.first?.id ?? "none"
                    #expect(run.output == "\(image)\n" && simulation.leftovers == [], "\(place)")
                    #expect(simulation.count(of: "CreateImage") == 1, "\(place)")
                    #expect(try scene.folder.read("stack.yaml") == BuildScene.parameters(image), "\(place)")
                    #expect(simulation.parameters.map(\.value) == [image], "\(place)")
                    #expect(try scene.manifests == ["\(image).manifest.json"], "\(place)")
                    let nothing = try await scene.reap()
                    #expect(nothing.errors.contains("nothing to remove"), "\(place): \(nothing.errors)")
                }
            }
            print("killed after each of the last \(last) of \(count) lines in \(begin.duration(to: .now))")
        }

        /// The lines of the journal.
        private func lines(_ scene: BuildScene) -> Int {
            let text = scene.builds.first.flatMap { try? scene.journal($0) } ?? ""
            return text.utf8.count { $0 == 0x0A }
        }

        /// A build in which every line's way to the disk takes so long that it can be killed on it.
        private func buildAndKill(_ scene: BuildScene, afterLine number: Int) async throws -> ToolRun {
            let watch = Task {
                while !Task.isCancelled {
                    if lines(scene) >= number, let tool = scene.target.pid.flatMap({ Processes.family(of: $0).last }) {
                        Glibc.kill(tool, SIGKILL)
                        return
                    }
                    try? await Task.sleep(for: .milliseconds(2))
                }
            }
            let run = try await scene.build(under: [
                "strace", "-f", "-qqq", "-o", "/dev/null", "-e", "trace=fsync", "-e", "signal=none", "-e",
                "inject=fsync:delay_exit=60000",
            ])
            watch.cancel()
            await watch.value
            return run
        }
    }
}
