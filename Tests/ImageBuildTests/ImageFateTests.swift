import ImageBuild
import SimulatedBuild
import SimulatedEC2
import Testing

/// Images that fail, or take their time.
struct ImageFateTests {
    @Test(arguments: ["failed", "error", "invalid"])
    func anImageThatFailsIsTakenAway(_ state: String) async throws {
        let reason = SimulatedReason("Server.InternalError", "the snapshot could not be made")
        let scene = try BuildScene { $0.imageFates = [ImageFate(state, after: .seconds(20), reason: reason)] }
        let outcome = try await scene.build()
        scene.expectClean(outcome)
        #expect(
            outcome.text.hasSuffix(
                "to be available: EC2 calls it \(state): Server.InternalError: the snapshot could not be made"))
        #expect(scene.imagesMade == 1 && scene.simulation.instances.count == 1)
    }

    @Test func anImageThatTakesAnHourIsWaitedForByTheNextRun() async throws {
        let scene = try BuildScene(["deadline": "20m"]) { $0.durations.image = .seconds(3600) }
        let first = try await scene.build()
        scene.expectResumable(first)
        let id = scene.simulation.images[0].id
        #expect(
            first.text.hasPrefix(
                "error: the deadline is over, still waiting for the image \(id) to be available"))
        #expect(first.result.imageID == id)
        scene.expectResumable(try await scene.resume())
        scene.expectResumable(try await scene.resume())
        scene.expectPublished(try await scene.resume())
        #expect(scene.simulation.images[0].id == id && scene.simulation.instances.count == 2)
    }

    @Test func theSnapshotsProgressIsTold() async throws {
        let scene = try BuildScene()
        _ = try await scene.build()
        let shown = scene.events.events.compactMap {
            if case .progress("snapshot", let percent) = $0 { percent } else { nil }
        }
        #expect(shown.count >= 5 && shown == shown.sorted() && Set(shown).count == shown.count)
    }

    @Test func aParameterThatNeverShowsLeavesThatToTheNextRun() async throws {
        let scene = try BuildScene(["publish": "{ssm_parameter: /pgpool/ami}"]) {
            $0.durations.parameterCheck = .seconds(100_000)
        }
        let outcome = try await scene.build()
        #expect(outcome.status == .resumable && outcome.result.imageID == scene.simulation.images.first?.id)
        #expect(outcome.text.contains("does not show it") && scene.simulation.leftovers == [])
        scene.simulation.update { $0.durations.parameterCheck = .seconds(2) }
        scene.expectPublished(try await scene.resume())
        #expect(scene.simulation.instances.count == 2)
    }
}
