import FoundationEssentials
import ImageBuild
import LocalFiles
import SimulatedBuild
import SimulatedEC2
import TestBasics
import Testing

/// What a build leaves on purpose, and its journal.
struct KeepingTests {
    @Test func whatFailedIsKeptIfAsked() async throws {
        let scene = try BuildScene(options: .with { $0.keepsOnFailure = true }) {
            $0.guestsByRole = ["install": .fails()]
        }
        let outcome = try await scene.build()
        #expect(outcome.status == .failed && outcome.result.hasLeftovers && !outcome.state.isOver)
        let id = scene.simulation.instances[0].id
        let build = outcome.state.plan.buildID
        let group = scene.simulation.groups[0]
        #expect(
            scene.simulation.leftovers == [
                "instance \(id) is running", "security group \(group.id) (pgpool-aurora-\(build))",
                "object s3://builds/pgpool-aurora/\(build)/ca", "object s3://builds/pgpool-aurora/\(build)/tool",
            ])
        let (left, state) = try await scene.reap()
        #expect(left.isEmpty && state.isOver && scene.simulation.leftovers == [])
    }

    @Test func anImageThatFailedItsTestIsKeptIfAsked() async throws {
        let scene = try BuildScene(options: .with { $0.keepsOnFailure = true }) {
            $0.guestsByRole = ["test": .fails()]
        }
        let outcome = try await scene.build()
        #expect(outcome.status == .failed && outcome.result.imageID == scene.simulation.images.first?.id)
        #expect(scene.simulation.images.first?.tags.values[BuildTags.published] == nil)
        let (left, state) = try await scene.reap()
        #expect(left.isEmpty && state.isOver && scene.simulation.leftovers == [] && scene.simulation.images.isEmpty)
    }

    @Test func aJournalHasOneHolder() async throws {
        let scene = try BuildScene()
        let journal = try await scene.begin()
        let id = journal.state.plan.buildID
        do throws(FileError) {
            _ = try await Journal.open(id, in: scene.journals, now: { scene.date() })
            Issue.record("it was opened twice")
        } catch {
            #expect(error.code == .locked && error.description.contains("another run is at this build"))
        }
        _ = await scene.flow(journal).run()
    }

    @Test func aJournalThatIsNotThereIsSaidToBeMissing() async throws {
        let scene = try BuildScene()
        let id = try #require(BuildID("20260921-141320-none"))
        do throws(FileError) {
            _ = try await Journal.open(id, in: scene.journals, now: { scene.date() })
            Issue.record("it was opened")
        } catch {
            #expect(error.code == .missing && error.description.contains("there is no journal of a build \(id)"))
        }
        #expect(scene.journals.builds.isEmpty)
    }

    @Test(arguments: [
        "", "\n", "{}\n", "{\"time\": \"2026-09-21T14:13:20Z\", \"event\": {\"resumed\": {}}}\n", "\u{0}\u{1}",
    ])
    func aJournalWithoutAPlanIsDamaged(_ text: String) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("b-1.jsonl", text)
        do throws(FileError) {
            _ = try Journal.read(path)
            Issue.record("it was read")
        } catch {
            #expect(error.code == .damaged && error.description == "\(path) does not begin with a plan")
        }
    }

    @Test func aJournalOfAnotherFormatIsNotUnderstood() async throws {
        let scene = try BuildScene()
        _ = try await scene.build()
        let path = scene.journals.path(of: try scene.buildID)
        let name = "builds/\(try scene.buildID).jsonl"
        try scene.folder.write(name, try scene.folder.read(name).replacing("\"format\":1", with: "\"format\":2"))
        do throws(FileError) {
            _ = try Journal.read(path)
            Issue.record("it was read")
        } catch {
            #expect(
                error.code == .damaged && error.description.hasSuffix("is of format 2; this tool, 1.0-test, knows 1"))
        }
    }

    @Test func aJournalSaysAgainWhatItWasTold() async throws {
        let scene = try BuildScene(["tags": "{a: 'b \"c\"'}"])
        let outcome = try await scene.build()
        let state = try Journal.read(scene.journals.path(of: try scene.buildID))
        // Times are kept to the second.
        var plan = outcome.state.plan
        plan.created = state.plan.created
        #expect(state.plan == plan && state.plan.created.timeIntervalSince1970 == 1_790_000_000)
        #expect(state.milestones == outcome.state.milestones)
        #expect(state.resources == outcome.state.resources && state.packages == outcome.state.packages)
        #expect(state.phases == outcome.state.phases && state.end == .published && state.isOver)
        for resource in state.resources { #expect(state.standing(resource) == outcome.state.standing(resource)) }
    }

    /// A disk that gets full at any phase: nobody makes anything that is not written down.
    @Test(arguments: [BuildPhase.prepare, .launch, .install, .stop, .image, .test, .publish])
    func aFullDiskLeavesTheBuildToBeGoneOnWith(_ phase: BuildPhase) async throws {
        let scene = try BuildScene()
        let disk = try SmallDisk(scene.journals.path)
        defer { disk.remove() }
        let journal = try await scene.begin()
        scene.events.listen { if case .phaseBegins(phase) = $0 { disk.fill() } }
        let first = BuildOutcome(await scene.flow(journal).run(), journal.state)
        _ = consume journal
        scene.events.listen { _ in }
        disk.free()
        #expect(disk.wasFull)
        #expect(first.status == .resumable && [.cannotWrite, .unfinished].contains(first.code), "\(first.text)")
        #expect(first.text.contains("cannot write \(scene.journals.path)"), "\(first.text)")
        scene.expectPublished(try await scene.resume())
        #expect(scene.simulation.instances.count == 2)
    }

    @Test func nothingSecretIsWrittenDown() async throws {
        let scene = try BuildScene()
        _ = try await scene.build()
        let text = try scene.folder.read("builds/\(try scene.buildID).jsonl")
        #expect(!text.contains("X-Amz-") && !text.contains("secret"))
    }
}
