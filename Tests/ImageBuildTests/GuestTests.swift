import ImageBuild
import SimulatedBuild
import SimulatedEC2
import Testing

/// Guests of every kind.
struct GuestTests {
    @Test func aFailedInstallationIsToldWithItsLog() async throws {
        let scene = try BuildScene {
            $0.guestsByRole = [
                "install": .fails(
                    step: "packages", exit: 100, message: "no such package", log: ["Reading…", "E: none"])
            ]
        }
        let outcome = try await scene.build()
        scene.expectClean(outcome)
        #expect(
            outcome.text == """
                error: the installation failed in the step 'packages', exit status 100: no such package
                note: its last step was 2 of 3, packages
                note: the last lines of its console:
                note:   [    0.000000] Linux version 6.1.0 (simulated) #1 SMP PREEMPT_DYNAMIC
                note:   [    1.250000] systemd[1]: Detected virtualization amazon.
                note:   [   12.500000] cloud-init[640]: Cloud-init v. 24.1 running 'modules:final'
                note:   Reading…
                note:   E: none
                note: all of it: \(scene.journals.path(of: try scene.buildID, "install.console.log"))
                """)
        #expect(scene.events.steps == ["tool", "packages"])
        #expect(scene.simulation.instances.count == 1 && scene.imagesMade == 0)
    }

    @Test func aFailedTestTakesTheImageAway() async throws {
        let scene = try BuildScene { $0.guestsByRole = ["test": .fails(step: "tool", exit: 3, message: "no pgpool")] }
        let outcome = try await scene.build()
        scene.expectClean(outcome)
        #expect(
            outcome.text.hasPrefix(
                "error: the test of the image failed in the step 'tool', exit status 3: no pgpool\n"
                    + "note: its last step was 1 of 3, tool\n"))
        #expect(scene.imagesMade == 1 && scene.simulation.instances.count == 2)
    }

    @Test func aGuestThatHangsLeavesTheBuildToBeGoneOnWith() async throws {
        let scene = try BuildScene(["deadline": "10m"]) { $0.guestsByRole = ["install": .hangs] }
        let outcome = try await scene.build()
        scene.expectResumable(outcome)
        let id = scene.simulation.instances[0].id
        #expect(
            outcome.text.hasPrefix(
                """
                error: the deadline is over, still waiting for the guest of \(id) to say that it is ready
                note: its last step was 3 of 3, configuration
                note: the last lines of its console:
                """))
        #expect((.seconds(590)...(.seconds(610))).contains(scene.simulation.elapsed))
        // It still hangs, until its dead-man timer ends it, and so the build.
        scene.expectResumable(try await scene.resume())
        let last = try await scene.resume()
        scene.expectClean(last)
        #expect(last.text.contains("it ended without a word: Client.InstanceInitiatedShutdown"))
        #expect(last.text.contains("the guest shut itself down, perhaps by its dead-man timer"))
        #expect(scene.simulation.instances.count == 1)
    }

    @Test func aSlowGuestEndsWellAfterTheDeadline() async throws {
        let scene = try BuildScene(["deadline": "10m"]) {
            $0.guestsByRole = ["install": .with { $0.verdictTime = .seconds(800) }]
        }
        scene.expectResumable(try await scene.build())
        scene.expectPublished(try await scene.resume())
        #expect(scene.simulation.instances.count == 2)
    }

    @Test func aGuestThatNeverSpeaks() async throws {
        let scene = try BuildScene(["deadline": "10m"]) { $0.guests = [.isSilent] }
        let outcome = try await scene.build()
        scene.expectResumable(outcome)
        #expect(outcome.text.contains("\nnote: it said nothing of its steps\n"))
        #expect(outcome.text.contains("Cloud-init v. 24.1"))
        let (left, state) = try await scene.reap()
        #expect(left.isEmpty && state.isOver && scene.simulation.leftovers == [])
    }

    @Test func aGuestThatPowersItselfOff() async throws {
        let scene = try BuildScene { $0.guests = [.powersOff()] }
        let outcome = try await scene.build()
        scene.expectClean(outcome)
        #expect(outcome.text.contains("it ended without a word: Client.InstanceInitiatedShutdown"))
        #expect(outcome.text.contains("its last step was 3 of 3, configuration"))
        #expect(scene.simulation.elapsed < .seconds(200))
    }

    @Test func aGuestThatSpeaksOnceAndPowersItselfOff() async throws {
        let scene = try BuildScene { $0.guests = [.speaksOnce] }
        let outcome = try await scene.build()
        scene.expectClean(outcome)
        #expect(
            outcome.text.contains("it said so, and ended before it could be stopped: Client.InstanceInitiatedShutdown"))
    }

    @Test func aGuestThatFailsAndPowersItselfOffIsHeard() async throws {
        let scene = try BuildScene {
            $0.guests = [
                .with {
                    $0.verdict = .failed(step: "tool", exit: 7, message: "a reason", log: [])
                    $0.repetition = nil
                    $0.powerOff = $0.verdictTime + .seconds(1)
                }
            ]
        }
        let outcome = try await scene.build()
        scene.expectClean(outcome)
        #expect(outcome.text.hasPrefix("error: the installation failed in the step 'tool', exit status 7: a reason\n"))
    }

    @Test(arguments: [
        GuestScript.bootsTwice, .isLate(by: .seconds(60)), .succeeds(amid: [.carriageReturns]),
        .succeeds(amid: [.kernelMessages]), .succeeds(amid: [.loggerPrefix]), .succeeds(amid: [.scrolling]),
        .succeeds(amid: [.trace]),
        .succeeds(amid: [.carriageReturns, .kernelMessages, .loggerPrefix, .scrolling, .trace]),
    ])
    func aGuestThatSucceedsIsUnderstood(_ script: GuestScript) async throws {
        let scene = try BuildScene { $0.guests = [script] }
        scene.expectPublished(try await scene.build())
        // A step is told once, however often the guest makes it.
        #expect(Set(scene.events.steps).isSubset(of: Set(script.steps)))
        #expect(scene.events.steps.count <= 2 * script.steps.count)
        if !script.decorations.contains(.scrolling) { #expect(scene.events.steps == script.steps + script.steps) }
    }

    @Test func aQuotedVerdictIsNone() async throws {
        let scene = try BuildScene(["deadline": "10m"]) { $0.guests = [.decoys] }
        let outcome = try await scene.build()
        scene.expectResumable(outcome)
        #expect(scene.imagesMade == 0 && outcome.text.contains("+ echo 'PGPOOL-AURORA"))
    }

    @Test(arguments: [
        (InstanceEnd.spotTermination(instance: 1, after: .seconds(30)), "Server.SpotInstanceTermination"),
        (.internalError(instance: 1, after: .seconds(30)), "Client.InternalError"),
        (.shutDown(instance: 1, after: .seconds(30)), "Client.InstanceInitiatedShutdown"),
        (.spotTermination(instance: 2, after: .seconds(30)), "Server.SpotInstanceTermination"),
    ])
    func anInstanceThatIsTakenAwayFailsTheBuild(_ end: InstanceEnd, _ code: String) async throws {
        let scene = try BuildScene { $0.instanceEnds = [end] }
        let outcome = try await scene.build()
        scene.expectClean(outcome)
        #expect(outcome.text.contains("it ended without a word: \(code)"))
        #expect(outcome.text.contains("note: the last lines of its console:"))
    }
}
