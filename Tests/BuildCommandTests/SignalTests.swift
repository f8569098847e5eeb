import FoundationEssentials
import Glibc
import ScriptedServer
import SimulatedEC2
import TestBasics
import Testing
import ToolRuns

extension BuildCommands {
    /// A build that is told to stop.
    @Suite(.serialized, .timeLimit(.minutes(10)))
    struct SignalTests {
        /// When a build is told to stop.
        enum Point: String, CaseIterable, Sendable {
            /// The call has not had its effect yet.
            case duringUpload, duringGroup, duringLaunch, duringStop, duringImage, duringTestLaunch
            /// Something is waited for.
            case launch, install, stop, image, test

            /// The operation by which it is known, which one of it, and how long before or after it has had its effect.
            var place: (operation: String, occurrence: Int, moment: MutationPoint.Moment, pause: Duration) {
                switch self {
                case .duringUpload: ("PutObject", 2, .before, .milliseconds(400))
                case .duringGroup: ("CreateSecurityGroup", 1, .before, .milliseconds(400))
                case .duringLaunch: ("RunInstances", 1, .before, .milliseconds(400))
                case .duringStop: ("StopInstances", 1, .before, .milliseconds(400))
                case .duringImage: ("CreateImage", 1, .before, .milliseconds(400))
                case .duringTestLaunch: ("RunInstances", 2, .before, .milliseconds(400))
                // It runs after 0.3 s, says its verdict 0.9 s later, takes 0.8 s to stop, and the image 0.9 s.
                case .launch: ("RunInstances", 1, .after, .milliseconds(100))
                case .install: ("RunInstances", 1, .after, .milliseconds(700))
                case .stop: ("StopInstances", 1, .after, .milliseconds(300))
                case .image: ("CreateImage", 1, .after, .milliseconds(300))
                case .test: ("RunInstances", 2, .after, .milliseconds(600))
                }
            }
        }

        /// Runs a build and sends a signal at a point.
        private func interrupt(
            _ point: Point, _ signal: Int32,
            _ body: (BuildScene, Simulation, ToolRun, SignalTarget) async throws -> Void
        ) async throws {
            let target = SignalTarget()
            let counter = Counter()
            try await withBuildScene(
                speed: 50, target: target,
                onMutation: { mutation in
                    let place = point.place
                    guard mutation.operation == place.operation, mutation.moment == place.moment,
                        counter.next() == place.occurrence
                    else { return }
                    guard place.moment == .after else {
                        target.send(signal)
                        try? await Task.sleep(for: place.pause)
                        return
                    }
                    Task {
                        try? await Task.sleep(for: place.pause)
                        target.send(signal)
                    }
                }
            ) { scene, simulation in
                let run = try await scene.build(["--json"])
                try await body(scene, simulation, run, target)
            }
        }

        @Test(arguments: [SIGINT, SIGTERM])
        func itCleansUp(_ signal: Int32) async throws {
            try await twoAtATime(Point.allCases) { point in
                try await self.interrupt(point, signal) { scene, simulation, run, target in
                    #expect(run.status == 128 + signal, "\(point): \(run.words)")
                    #expect(simulation.leftovers == [] && simulation.volumes.isEmpty, "\(point): \(run.words)")
                    try self.check(scene, run, 128 + signal)
                    let reaction = try #require(target.reaction)
                    #expect(reaction < .seconds(30), "\(point)")
                    print("signal \(signal), \(point.rawValue): over after \(reaction)")
                    let nothing = try await scene.reap()
                    #expect(nothing.errors.contains("nothing to remove"), "\(point): \(nothing.errors)")
                    // Nobody goes on with it.
                    let ended = try await scene.resume(try #require(scene.builds.first))
                    #expect(ended.status == 65 && ended.errors.contains("has ended: cancelled"), "\(ended.errors)")
                }
            }
        }

        private func check(_ scene: BuildScene, _ run: ToolRun, _ exit: Int32) throws {
            let last = try #require(try JSONLine.all(run.output).last)
            #expect(last.event == "result" && last.status == "cancelled" && last.exit == Int(exit), "\(run.output)")
            #expect(last.imageID == nil)
            #expect(run.errors.contains("interrupted; cleaning up"), "\(run.errors)")
            #expect(run.errors.contains("interrupted; what was made is removed"), "\(run.errors)")
            #expect(try scene.folder.read("stack.yaml") == BuildScene.parameters())
        }

        /// Before anything is made, a signal is nothing special.
        @Test(arguments: [SIGINT, SIGTERM])
        func thePreflightEndsAtOnce(_ signal: Int32) async throws {
            let target = SignalTarget()
            try await withBuildScene(
                target: target,
                intercepting: { request in
                    if request.text.contains("Action=DescribeSubnets") { target.send(signal) }
                    return nil
                }
            ) { scene, simulation in
                let run = try await scene.build()
                #expect(run.status == 128 + signal, "\(run.errors)")
                #expect(simulation.mutations == [] && scene.builds == [])
            }
        }

        /// What is published stays, and is said to.
        @Test func aPublishedImageStays() async throws {
            let target = SignalTarget()
            let counter = Counter()
            try await withBuildScene(
                target: target,
                onMutation: { mutation in
                    guard mutation.operation == "CreateTags", mutation.moment == .after, counter.next() == 1 else {
                        return
                    }
                    target.send(SIGTERM)
                    try? await Task.sleep(for: .milliseconds(200))
                }
            ) { scene, simulation in
                let run = try await scene.build()
                #expect(run.status == 128 + SIGTERM, "\(run.errors)")
                #expect(simulation.leftovers == [])
                let image = try #require(simulation.publishedImages.first)
                #expect(run.errors.contains("the image \(image.id) is good and stays"), "\(run.errors)")
                let resumed = try await scene.resume(try #require(scene.builds.first))
                #expect(resumed.status == 0 && resumed.output == "\(image.id)\n", "\(resumed.words)")
                #expect(try scene.folder.read("stack.yaml") == BuildScene.parameters(image.id))
                #expect(simulation.leftovers == [] && simulation.images.count == 1)
            }
        }

        /// A call that does not find what was just made does not say that it is gone.
        @Test(arguments: ["RunInstances", "CreateSecurityGroup", "CreateImage"])
        func whatIsNotKnownYetIsNotTakenForGone(_ operation: String) async throws {
            let target = SignalTarget()
            let counter = Counter()
            try await withBuildScene(target: target) {
                // For two seconds of real time.
                $0.consistency = Consistency(ids: .seconds(100), filters: .seconds(100), hidesFromChanges: true)
            } onMutation: { mutation in
                guard mutation.operation == operation, mutation.moment == .after, counter.next() == 1 else { return }
                target.send(SIGINT)
                try? await Task.sleep(for: .milliseconds(100))
            } while: { scene, simulation in
                let run = try await scene.build()
                #expect(run.status == 128 + SIGINT, "\(run.errors)")
                #expect(simulation.leftovers == [], "\(run.errors)")
            }
        }

        /// As `timeout` does, which signals a command and then its group.
        @Test func twoSignalsAtOnceAreOne() async throws {
            let target = SignalTarget()
            let counter = Counter()
            try await withBuildScene(target: target) { _ in
            } onMutation: { mutation in
                guard mutation.operation == "RunInstances", mutation.moment == .after, counter.next() == 1 else {
                    return
                }
                target.send(SIGTERM)
                try? await Task.sleep(for: .milliseconds(50))
                target.send(SIGTERM)
            } while: { scene, simulation in
                let run = try await scene.build()
                #expect(run.status == 128 + SIGTERM, "\(run.errors)")
                #expect(!run.errors.contains("interrupted again"))
                #expect(simulation.leftovers == [], "\(run.errors)")
            }
        }

        @Test func aSecondSignalLeavesTheRestToReap() async throws {
            let target = SignalTarget()
            let counter = Counter()
            try await withBuildScene(target: target) {
                $0.durations.terminated = .seconds(300)
            } onMutation: { mutation in
                guard mutation.moment == .after else { return }
                if mutation.operation == "CreateImage" { target.send(SIGINT) }
                // The clean-up waits for the instance, for six seconds.
                guard mutation.operation == "TerminateInstances", counter.next() == 1 else { return }
                Task {
                    try? await Task.sleep(for: .milliseconds(1_500))
                    target.send(SIGINT)
                }
            } while: { scene, simulation in
                let run = try await scene.build()
                #expect(run.status == 128 + SIGINT, "\(run.errors)")
                #expect(run.errors.contains("interrupted again; `pgpool-aurora build-ami reap` removes what is left"))
                #expect(simulation.leftovers != [])
                let reaction = try #require(target.reaction)
                #expect(reaction < .seconds(5))
                print("a second signal: over after \(reaction)")
                let reaped = try await scene.reap()
                #expect(reaped.status == 0 && simulation.leftovers == [], "\(reaped.errors)")
            }
        }
    }
}
