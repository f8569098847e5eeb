import ImageBuild
import SimulatedBuild
import SimulatedEC2
import Synchronization
import Testing

/// Builds that somebody interrupts.
struct CancellationTests {
    /// Runs a build as a task that can be cancelled from within.
    private func build(
        _ scene: BuildScene, _ prepare: (_ cancel: @escaping @Sendable () -> Void) -> Void
    ) async throws -> BuildOutcome {
        let journal = try await scene.begin()
        let flow = scene.flow(journal)
        let task = Mutex<Task<BuildResult, Never>?>(nil)
        prepare { task.withLock { $0 }?.cancel() }
        // It begins when it is known whom to cancel.
        let (start, go) = AsyncStream<Void>.makeStream()
        let running = Task {
            for await _ in start { break }
            return await flow.run()
        }
        task.withLock { $0 = running }
        go.yield()
        return BuildOutcome(await running.value, journal.state)
    }

    private func expectCancelled(_ scene: BuildScene, _ outcome: BuildOutcome, _ label: String) {
        if outcome.status == .published {
            scene.expectPublished(outcome)
        } else {
            // An image that is good already stays, and the rest is for who goes on.
            let isMarked = outcome.state.hasReached(.marked)
            #expect(outcome.status == (isMarked ? .resumable : .cancelled), "\(label): \(outcome.text)")
            #expect(outcome.code == .cancelled, "\(label)")
            #expect(outcome.text == "error: it was interrupted", "\(label)")
            #expect((outcome.result.imageID != nil) == isMarked, "\(label)")
            #expect(scene.simulation.leftovers == [], "\(label)")
            #expect(outcome.state.isOver == !isMarked && !outcome.result.hasLeftovers, "\(label)")
        }
    }

    @Test(arguments: [BuildPhase.prepare, .launch, .install, .stop, .image, .test, .publish])
    func aPhaseIsInterrupted(_ phase: BuildPhase) async throws {
        let scene = try BuildScene()
        let outcome = try await build(scene) { cancel in
            scene.events.listen { if case .phaseBegins(phase) = $0 { cancel() } }
        }
        #expect(outcome.status == .cancelled)
        expectCancelled(scene, outcome, "\(phase)")
        #expect(scene.imagesMade == ([.test, .publish].contains(phase) ? 1 : 0))
        #expect(scene.events.phases.last == (phase == .prepare ? .prepare : .cleanUp))
    }

    @Test(arguments: [BuildPhase.prepare, .launch, .install, .stop, .image, .test])
    func theEndOfAPhaseIsInterrupted(_ phase: BuildPhase) async throws {
        let scene = try BuildScene()
        let outcome = try await build(scene) { cancel in
            scene.events.listen { if case .phaseEnds(phase, _) = $0 { cancel() } }
        }
        #expect(outcome.status == .cancelled)
        expectCancelled(scene, outcome, "\(phase)")
    }

    /// Within each call that changes something, before and after its effect.
    @Test(arguments: [MutationPoint.Moment.before, .after])
    func aCallIsInterrupted(_ moment: MutationPoint.Moment) async throws {
        let whole = try BuildScene(["publish": "{ssm_parameter: /pgpool/ami}"]) { $0.beQuick() }
        _ = try await whole.build()
        let count = whole.simulation.mutations.count
        #expect(count >= 15)
        for number in 1...count {
            let scene = try BuildScene(["publish": "{ssm_parameter: /pgpool/ami}"]) { $0.beQuick() }
            let outcome = try await build(scene) { cancel in
                scene.mutations.listen { if $0.number == number, $0.moment == moment { cancel() } }
            }
            expectCancelled(scene, outcome, "\(moment) \(whole.simulation.mutations[number - 1].operation), \(number)")
        }
    }

    /// The same, when the answer of that call is lost.
    @Test func aCallIsInterruptedWhoseAnswerIsLost() async throws {
        for call in MutatingCall.all {
            let scene = try BuildScene(call.image) { $0.faults = [Fault(call.operation, .first(1), .loseAnswer)] }
            let seen = Mutex(false)
            let outcome = try await build(scene) { cancel in
                scene.mutations.listen { point in
                    guard point.operation == call.operation, point.moment == .after else { return }
                    let isFirst = seen.withLock { seen in
                        defer { seen = true }
                        return !seen
                    }
                    if isFirst { cancel() }
                }
            }
            expectCancelled(scene, outcome, call.operation)
        }
    }

    @Test func waitingForAGuestIsInterruptedAtOnce() async throws {
        let scene = try BuildScene()
        let outcome = try await build(scene) { cancel in
            scene.events.listen { if case .guest = $0 { cancel() } }
        }
        expectCancelled(scene, outcome, "guest")
        // One look at the console may show all of its steps.
        #expect(outcome.status == .cancelled && (1...3).contains(scene.events.steps.count) && scene.imagesMade == 0)
    }
}
