import ImageBuild
import LocalFiles
import SimulatedBuild
import SimulatedEC2
import TestBasics
import Testing

/// Builds that were killed, and what the next run makes of them.
struct KillTests {
    /// One scene for each way to end it.
    private func scene(_ change: (inout SimulationSettings) -> Void = { _ in }) throws -> BuildScene {
        try BuildScene(
            ["publish": "{ssm_parameter: /pgpool/ami}"],
            options: .with {
                $0.parameters = "ami_id: ami-0old\n"
                $0.previousImage = "ami-0old"
            }
        ) {
            $0.beQuick()
            change(&$0)
        }
    }

    /// Every moment at which the build can be told apart from the moment before.
    private func moments() async throws -> [KilledBuild.Moment] {
        let whole = try await KilledBuild(try scene(), nil)
        #expect(whole.lines > 30 && whole.mutations > 12)
        return (1...whole.lines).map { .afterLine($0) } + (1..<whole.lines).map { .withinLineAfter($0) }
            + (1...whole.mutations).map { .afterMutation($0) }
    }

    @Test func theNextRunEndsTheBuild() async throws {
        for moment in try await moments() {
            let scene = try scene()
            _ = try await KilledBuild(scene, moment)
            let state = try Journal.read(scene.journals.path(of: try scene.buildID))
            if state.end == .published { continue }
            let outcome = try await scene.resume()
            #expect(outcome.status == .published, "\(moment): \(outcome.text)")
            #expect(scene.simulation.images.count == 1 && scene.imagesMade == 1, "\(moment)")
            #expect(scene.simulation.leftovers == [], "\(moment)")
            #expect(outcome.state.isOver, "\(moment): \(outcome.state.leftovers)")
            #expect(scene.simulation.instances.count == 2, "\(moment)")
            let id = try #require(outcome.result.imageID)
            #expect(try scene.folder.read("stack.yaml") == "ami_id: \(id)\n", "\(moment)")
            #expect(scene.simulation.parameters.map(\.value) == [id], "\(moment)")
            #expect(FileSystem.exists("\(scene.manifests)/\(id).manifest.json"), "\(moment)")
        }
    }

    @Test func theRemoverLeavesNothing() async throws {
        for moment in try await moments() {
            let scene = try scene()
            _ = try await KilledBuild(scene, moment)
            let (left, state) = try await scene.reap()
            #expect(left.isEmpty, "\(moment): \(left)")
            #expect(scene.simulation.leftovers == [], "\(moment)")
            #expect(state.isOver && state.leftovers.isEmpty, "\(moment)")
            // What is published stays, and nothing else does.
            #expect(scene.simulation.images.allSatisfy { $0.tags.values[BuildTags.published] != nil }, "\(moment)")
            #expect(scene.simulation.images.count >= (state.hasReached(.marked) ? 1 : 0), "\(moment)")
            #expect(scene.imagesMade <= 1, "\(moment)")
        }
    }

    /// What the build before it made shows only after a while.
    @Test(arguments: [true, false])
    func whatShowsLateIsFound(_ goesOn: Bool) async throws {
        let late: (inout SimulationSettings) -> Void = {
            $0.consistency = Consistency(ids: .seconds(20), filters: .seconds(20), hidesFromChanges: true)
        }
        let count = try await KilledBuild(try scene(late), nil).mutations
        for number in 1...count {
            let scene = try scene(late)
            _ = try await KilledBuild(scene, .afterMutation(number))
            if goesOn {
                scene.expectPublished(try await scene.resume())
                #expect(scene.simulation.instances.count == 2, "\(number)")
            } else {
                let (left, state) = try await scene.reap()
                #expect(left.isEmpty && state.isOver && scene.simulation.leftovers == [], "\(number): \(left)")
            }
        }
    }

    /// In the second place, after there was no room in the first, at once or later.
    @Test(arguments: [Shortage.Kind.atOnce, .later(.seconds(2))])
    func anotherPlaceIsRemembered(_ kind: Shortage.Kind) async throws {
        let full: (inout SimulationSettings) -> Void = { $0.shortages = [Shortage(nil, zone: "eu-west-1a", kind)] }
        let lines = try await KilledBuild(try scene(full), nil).lines
        for number in 1..<lines {
            let scene = try scene(full)
            _ = try await KilledBuild(scene, .afterLine(number))
            scene.expectPublished(try await scene.resume())
            let running = scene.simulation.instances.filter { $0.history.moment(of: "running") != nil }
            #expect(running.map(\.zone) == ["eu-west-1b", "eu-west-1b"], "\(number)")
        }
    }

    /// What is there does not expire while somebody goes on with it, though part of it is long forgotten.
    @Test func goingOnLateProlongsWhatIsThere() async throws {
        let whole = try await KilledBuild(try scene(), nil)
        let image = try #require(
            whole.scene.simulation.calls.filter(\.hadEffect).firstIndex { $0.operation == "ModifyImageAttribute" })
        // The image is sealed, and the instance that it was made of is going.
        let scene = try scene()
        _ = try await KilledBuild(scene, .afterMutation(image + 2))
        #expect(
            scene.simulation.mutations.map(\.operation).suffix(2) == ["ModifyImageAttribute", "TerminateInstances"])
        scene.clock.advance(by: .seconds(4 * 3600))
        let now = scene.date()
        scene.expectPublished(try await scene.resume())
        let expires = BuildTags.time(scene.simulation.images.first?.tags.values[BuildTags.expires])
        #expect(try #require(expires) > now)
    }

    /// A run that is killed while it goes on with a build that was killed.
    @Test func aSecondKillChangesNothing() async throws {
        for number in stride(from: 3, through: 30, by: 3) {
            let scene = try scene()
            _ = try await KilledBuild(scene, .afterMutation(min(number, 14)))
            let calls = scene.simulation.calls.filter(\.hadEffect).count
            scene.mutations.listen { point in
                if point.moment == .after, scene.simulation.calls.filter(\.hadEffect).count >= calls + number / 3 {
                    scene.wire.cut()
                }
            }
            _ = try? await scene.resume()
            scene.mutations.listen { _ in }
            scene.wire.mend()
            let state = try Journal.read(scene.journals.path(of: try scene.buildID))
            // A run that could not reach anybody has ended the build as failed, with what is left written down.
            if state.end == .failed || state.end == .published {
                let (left, after) = try await scene.reap()
                #expect(left.isEmpty && after.isOver)
            } else {
                scene.expectPublished(try await scene.resume())
            }
            #expect(scene.simulation.leftovers == [] && scene.imagesMade <= 1, "\(number)")
        }
    }
}
