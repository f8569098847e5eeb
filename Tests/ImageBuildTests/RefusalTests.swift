import Diagnostics
import ImageBuild
import SimulatedBuild
import SimulatedEC2
import Testing

/// A policy that allows too little.
struct RefusalTests {
    @Test(arguments: ["RunInstances", "CreateSecurityGroup"])
    func whatNeedsNoIDIsFoundOutBeforeAnythingIsMade(_ operation: String) async throws {
        let scene = try BuildScene { $0.refused = [operation] }
        let failure = await buildFailure { _ = try await scene.build() }
        #expect(failure?.code == .refused && scene.simulation.mutations.isEmpty)
        #expect(
            failure?.diagnostics.map(\.description) == [
                """
                error: ec2 \(operation): UnauthorizedOperation: You are not authorized to perform this operation.
                note: the policy of whoever signs must allow ec2:\(operation)
                note: refused is arn:aws:iam::123456789012:user/builder
                note: no policy allows it
                """
            ])
        #expect(scene.journals.builds.isEmpty)
    }

    @Test func bothAreToldAtOnce() async throws {
        let scene = try BuildScene { $0.refused = ["RunInstances", "CreateSecurityGroup"] }
        let failure = await buildFailure { _ = try await scene.build() }
        #expect(failure?.code == .refused && failure?.diagnostics.count == 2)
    }

    @Test func withoutLeaveToDecodeItTheMessageSaysSo() async throws {
        let scene = try BuildScene { $0.refused = ["RunInstances", "DecodeAuthorizationMessage"] }
        let failure = await buildFailure { _ = try await scene.build() }
        #expect(
            failure?.diagnostics.first?.notes == [
                "the policy of whoever signs must allow ec2:RunInstances",
                "with leave to call sts:DecodeAuthorizationMessage this would say more",
            ])
    }

    @Test(arguments: ["StopInstances", "CreateImage"])
    func whatNeedsAnInstanceIsFoundOutRightAfterItsLaunch(_ operation: String) async throws {
        let scene = try BuildScene { $0.refused = [operation] }
        let outcome = try await scene.build()
        scene.expectClean(outcome, .failed, .refused)
        #expect(
            outcome.text == """
                error: ec2 \(operation): UnauthorizedOperation: You are not authorized to perform this operation.
                note: the policy of whoever signs must allow ec2:\(operation)
                note: refused is arn:aws:iam::123456789012:user/builder
                note: no policy allows it
                """)
        // Before the installation, and not after.
        #expect(scene.events.steps.isEmpty && scene.simulation.elapsed < .seconds(80))
    }

    @Test func whatMayNotBeEndedIsLeftAndTold() async throws {
        let scene = try BuildScene { $0.refused = ["TerminateInstances"] }
        let outcome = try await scene.build()
        #expect(outcome.status == .failed && outcome.code == .refused && outcome.result.hasLeftovers)
        #expect(outcome.text.contains("must allow ec2:TerminateInstances") && scene.events.steps.isEmpty)
        let id = scene.simulation.instances[0].id
        #expect(scene.simulation.leftovers.first == "instance \(id) is running")
        #expect(
            scene.events.warnings.contains {
                $0.contains("instance \(outcome.state.plan.buildID)-install-0 is left")
                    && $0.contains("UnauthorizedOperation")
            })
        // With leave to do it, another run takes all of it away.
        scene.simulation.update { $0.refused = [] }
        let (left, state) = try await scene.reap()
        #expect(left.isEmpty && state.isOver && scene.simulation.leftovers == [])
    }

    /// What cannot be asked about before.
    @Test(arguments: [
        ("PutObject", false), ("GetConsoleOutput", false), ("ModifyImageAttribute", false), ("CreateTags", false),
        ("PutParameter", true), ("DescribeInstances", false),
    ])
    func whatIsRefusedLaterEndsTheBuild(_ operation: String, _ keepsImage: Bool) async throws {
        let scene = try BuildScene(["publish": "{ssm_parameter: /pgpool/ami}"]) { $0.refused = [operation] }
        let outcome = try await scene.build()
        #expect(outcome.status == (keepsImage ? .resumable : .failed), "\(outcome.text)")
        #expect(outcome.code == .refused, "\(outcome.text)")
        #expect(outcome.text.contains("its policy needs") && outcome.text.contains(":\(operation)"))
        #expect(scene.simulation.images.count == (keepsImage ? 1 : 0))
        #expect((outcome.result.imageID != nil) == keepsImage)
        // Without leave to look nobody knows whether an instance is gone.
        if operation != "DescribeInstances" { #expect(scene.simulation.leftovers == []) }
        #expect(outcome.state.isOver == !["DescribeInstances", "PutParameter"].contains(operation))
    }

    @Test(arguments: ["DeleteObject", "DeleteSecurityGroup"])
    func whatMayNotBeRemovedIsTold(_ operation: String) async throws {
        let scene = try BuildScene { $0.refused = [operation] }
        let outcome = try await scene.build()
        #expect(outcome.status == .published && outcome.result.hasLeftovers && !outcome.state.isOver)
        #expect(scene.simulation.leftovers.count == (operation == "DeleteObject" ? 2 : 1))
        #expect(scene.events.warnings.count == scene.simulation.leftovers.count)
        #expect(scene.events.warnings.allSatisfy { $0.contains(" is left: ") && $0.contains(operation) })
        scene.simulation.update { $0.refused = [] }
        let (left, state) = try await scene.reap()
        #expect(left.isEmpty && state.isOver && state.end == .published && scene.simulation.leftovers == [])
        #expect(scene.simulation.images.count == 1)
    }
}
