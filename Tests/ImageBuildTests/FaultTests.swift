import AWSClient
import ImageBuild
import SimulatedBuild
import SimulatedEC2
import TestBasics
import Testing

/// A service that answers late, too little, wrongly or not at all.
struct FaultTests {
    @Test(arguments: [5, 30])
    func whatIsNewMayShowLate(_ seconds: Int) async throws {
        let scene = try BuildScene(["publish": "{ssm_parameter: /pgpool/ami}"]) {
            $0.consistency = Consistency(ids: .seconds(seconds), filters: .seconds(seconds))
        }
        scene.expectPublished(try await scene.build())
        #expect(scene.simulation.instances.count == 2)
    }

    @Test(arguments: [5, 30])
    func changesMayNotFindWhatIsNew(_ seconds: Int) async throws {
        let scene = try BuildScene {
            $0.consistency = Consistency(ids: .seconds(seconds), filters: .seconds(seconds), hidesFromChanges: true)
        }
        scene.expectPublished(try await scene.build())
        #expect(scene.simulation.instances.count == 2)
    }

    @Test func everyThirdCallIsThrottled() async throws {
        let scene = try BuildScene(["publish": "{ssm_parameter: /pgpool/ami}"]) { $0.throttling = Throttling(every: 3) }
        scene.expectPublished(try await scene.build())
        #expect(scene.simulation.instances.count == 2)
        #expect(!scene.events.notices.isEmpty)
    }

    /// Wherever a minute begins in which every call is throttled.
    @Test(arguments: Array(stride(from: 0, through: 300, by: 20)))
    func aMinuteOfThrottlingIsLivedThrough(_ begin: Int) async throws {
        let scene = try BuildScene {
            $0.throttling = Throttling(windows: [.seconds(begin) ..< .seconds(begin + 60)])
        }
        // What is throttled for longer than the client tries before anything was made ends the preflight.
        if begin == 0 {
            let failure = await buildFailure { _ = try await scene.build() }
            #expect(failure?.code == .unavailable && scene.simulation.mutations.isEmpty)
            return
        }
        scene.expectPublished(try await scene.build())
        #expect(scene.simulation.instances.count == 2)
    }

    @Test(arguments: MutatingCall.all, [Fault.Effect.loseRequest, .loseAnswer])
    func aConnectionIsLost(_ call: MutatingCall, _ effect: Fault.Effect) async throws {
        let scene = try BuildScene(call.image) {
            $0.faults = [Fault(call.operation, .first(1), effect)]
        }
        scene.expectPublished(try await scene.build())
        #expect(scene.simulation.instances.count == 2)
        #expect(
            scene.simulation.calls(of: call.operation).contains { if case .lost = $0.outcome { true } else { false } })
    }

    /// The client gives up after eight attempts; the flow does not.
    @Test(arguments: MutatingCall.all, [1, 12])
    func aServiceIsDown(_ call: MutatingCall, _ count: Int) async throws {
        let scene = try BuildScene(call.image) {
            $0.faults = [.error(call.operation, .first(count), code: "Unavailable", status: 503)]
        }
        scene.expectPublished(try await scene.build())
        #expect(scene.simulation.instances.count == 2)
    }

    @Test func aDuplicateThatIsOurOwnIsAdopted() async throws {
        let scene = try BuildScene { $0.faults = [.spuriousDuplicate()] }
        scene.expectPublished(try await scene.build())
    }

    @Test func aDuplicateThatShowsLateIsAdopted() async throws {
        let scene = try BuildScene {
            $0.faults = [.spuriousDuplicate()]
            $0.consistency = Consistency(ids: .seconds(20), filters: .seconds(20))
        }
        scene.expectPublished(try await scene.build())
    }

    @Test func aDuplicateOfSomebodyElseIsNotTouched() async throws {
        let scene = try BuildScene(["name": "pgpool-fixed"])
        let journal = try await scene.begin()
        // Another build takes the name after the preflight.
        let base = journal.state.plan.baseImage
        let ec2 = scene.services.ec2
        var launch = EC2.Launch(clientToken: "theirs", imageID: base, instanceType: "t3.medium")
        launch.tags = ["owner": "them"]
        let instance = try await ec2.runInstance(launch).id
        scene.clock.advance(by: .seconds(20))
        let theirs = try await ec2.createImage(
            EC2.ImageCreation(instanceID: instance, name: "pgpool-fixed", tags: ["owner": "them"]))
        scene.clock.advance(by: .seconds(60))
        _ = try await ec2.terminateInstances([instance])
        scene.clock.advance(by: .seconds(60))
        let outcome = BuildOutcome(await scene.flow(journal).run(), journal.state)
        #expect(outcome.status == .failed && outcome.code == .failed && outcome.state.isOver)
        #expect(
            outcome.text == """
                error: the name pgpool-fixed is taken by \(theirs), which is not of this build
                note: give images a name of their own: image.name with {time} or {digest} in it
                """)
        #expect(scene.simulation.images.map(\.id) == [theirs])
        #expect(scene.simulation.leftovers.allSatisfy { $0.hasPrefix("image \(theirs)") || $0.hasPrefix("snapshot") })
        #expect(scene.simulation.snapshots.count == 1)
    }

    @Test func aTokenThatWasUsedNamesItsInstance() async throws {
        let error = SimulatedError("IdempotentParameterMismatch", "Arguments are inconsistent")
        let scene = try BuildScene { $0.faults = [Fault("RunInstances", .first(1), .errorAfterEffect(error))] }
        scene.expectPublished(try await scene.build())
        #expect(scene.simulation.instances.count == 2)
    }

    @Test func aStateMayHoldForAWhile() async throws {
        let scene = try BuildScene {
            $0.faults = [.error("CreateImage", .first(10), code: "IncorrectInstanceState")]
        }
        scene.expectPublished(try await scene.build())
        #expect(scene.simulation.calls(of: "CreateImage").filter { !$0.isDryRun }.count == 11)
    }

    @Test func aStateThatHoldsForEverFailsTheBuild() async throws {
        let scene = try BuildScene {
            $0.faults = [.error("CreateImage", code: "IncorrectInstanceState", message: "not stopped")]
        }
        let outcome = try await scene.build()
        scene.expectClean(outcome)
        #expect(outcome.text.contains("IncorrectInstanceState: not stopped"))
    }

    @Test func anImageMayBeUnknownForAWhile() async throws {
        // The first three are the preflight's.
        let scene = try BuildScene {
            $0.faults = [.error("DescribeImages", .only(Set(4...14)), code: "InvalidAMIID.NotFound")]
        }
        scene.expectPublished(try await scene.build())
    }

    @Test func aServiceThatIsAwayForLongLeavesTheBuildAsItIs() async throws {
        let scene = try BuildScene {
            $0.faults = [.error("StopInstances", .first(1000), code: "Unavailable", status: 503)]
        }
        let outcome = try await scene.build()
        scene.expectResumable(outcome)
        #expect(outcome.text.contains("Unavailable"))
        #expect(scene.simulation.instances.map(\.state) == ["running"])
        scene.simulation.update { $0.faults = [] }
        scene.expectPublished(try await scene.resume())
        #expect(scene.simulation.instances.count == 2)
    }

    @Test func theClocksMayDiffer() async throws {
        for ahead in [600, -600] {
            let scene = try BuildScene(["publish": "{ssm_parameter: /pgpool/ami}"]) { $0.ahead = .seconds(ahead) }
            scene.expectPublished(try await scene.build())
            #expect(scene.events.notices.contains { $0.contains("this machine's clock is off") })
        }
    }
}

/// The operations by which a build changes something.
struct MutatingCall: CustomTestStringConvertible, Sendable {
    var operation: String
    var testDescription: String { operation }

    /// What makes a build use it.
    var image: [String: String] { ["publish": "{ssm_parameter: /pgpool/ami}"] }

    static let all = [
        "CreateImage", "CreateSecurityGroup", "CreateTags", "DeleteObject", "DeleteSecurityGroup",
        "ModifyImageAttribute", "PutObject", "PutParameter", "RunInstances", "StopInstances", "TerminateInstances",
    ].map { MutatingCall(operation: $0) }
}
