import ImageBuild
import SimulatedBuild
import SimulatedEC2
import TestBasics
import Testing

/// How soon a build notices what it waits for, in simulated time.
struct PaceTests {
    private struct Lateness {
        var running: [Duration] = []
        var stopped: [Duration] = []
        var available: [Duration] = []
        var verdict: [Duration] = []
    }

    private func mean(_ durations: [Duration]) -> Double {
        durations.reduce(Duration.zero, +) / .seconds(1) / Double(durations.count)
    }

    private func largest(_ durations: [Duration]) -> Double { (durations.max() ?? .zero) / .seconds(1) }

    /// What the build does next, after the state has come to be.
    @Test func statesAreNoticedSoon() async throws {
        var late = Lateness()
        for seed in 1...20 {
            var generator = SeededGenerator(seed: UInt64(seed))
            func chance(_ seconds: Double) -> Duration { .seconds(Double.random(in: 0..<seconds, using: &generator)) }
            let (running, stopped, image, verdict) = (chance(20), chance(40), chance(60), chance(100))
            let scene = try BuildScene(["test": "false"], options: .with { $0.seed = UInt64(seed) }) {
                $0.durations.running = .seconds(5) + running
                $0.durations.stopped = .seconds(10) + stopped
                $0.durations.image = .seconds(20) + image
                $0.guests = [.with { $0.verdictTime = .seconds(45) + verdict }]
            }
            scene.expectPublished(try await scene.build())
            let simulation = scene.simulation
            let instance = simulation.instances[0].id
            func first(_ operation: String, isDryRun: Bool = false) throws -> Duration {
                // The call came before that was noted, by how long it takes.
                try #require(simulation.calls(of: operation).first { $0.isDryRun == isDryRun }?.time)
            }
            let began = try #require(simulation.moment(of: "running", instance))
            late.running.append(try first("StopInstances", isDryRun: true) - began)
            late.verdict.append(try first("StopInstances") - began - .seconds(45) - verdict)
            late.stopped.append(
                try first("CreateImage") - (try #require(simulation.moment(of: "stopped", instance))))
            late.available.append(
                try first("ModifyImageAttribute")
                    - (try #require(simulation.moment(of: "available", simulation.images[0].id))))
        }
        for (name, durations, bound) in [
            ("running", late.running, 5.0), ("stopped", late.stopped, 5), ("available", late.available, 5),
            ("verdict", late.verdict, 15),
        ] {
            print("lateness of \(name): \(mean(durations)) s on average, \(largest(durations)) s at most")
            #expect(durations.allSatisfy { $0 >= .zero } && mean(durations) <= bound, "\(name)")
        }
    }

    @Test func theConsoleIsReadNoMoreOftenThanItMayBe() async throws {
        let scene = try BuildScene(options: .with { $0.seed = 5 })
        _ = try await scene.build()
        let reads = scene.simulation.calls(of: "GetConsoleOutput")
        #expect(reads.count >= 4)
        for instance in scene.simulation.instances {
            let times = reads.filter { $0.parameters["InstanceId"] == instance.id }.map(\.time)
            #expect(zip(times, times.dropFirst()).allSatisfy { $1 - $0 >= .seconds(15) })
        }
    }

    @Test func anotherPaceIsKept() async throws {
        let scene = try BuildScene(options: .with { $0.pace = BuildPace(poll: .milliseconds(500)) })
        scene.expectPublished(try await scene.build())
        let times = scene.simulation.calls(of: "GetConsoleOutput").map(\.time)
        #expect(zip(times, times.dropFirst()).contains { $1 - $0 < .seconds(1) })
    }
}
