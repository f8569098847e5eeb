import Glibc
import JSONDocument
import SimulatedCloudFormation
import TestBasics
import Testing
import ToolRuns

extension StackCommands {
    /// A tool that is interrupted.
    @Suite(.timeLimit(.minutes(5)))
    struct SignalTests {
        /// Signals the tool around the first call of an operation.
        private func signal(
            _ number: Int32, _ operation: String, isAfter: Bool, pause: Duration = .milliseconds(100),
            _ change: (inout CloudSettings) -> Void = { _ in },
            prepare: (StackScene) async throws -> Void = { _ in }, options: [String] = [],
            _ body: (StackScene, ToolRun) async throws -> Void
        ) async throws {
            let target = SignalTarget()
            let counter = Counter()
            try await withStackScene(target: target, change) { point in
                guard point.operation == operation, point.isAfter == isAfter, target.isArmed, counter.next() == 1
                else { return }
                target.send(number)
                try? await Task.sleep(for: pause)
            } while: { scene in
                try await prepare(scene)
                target.arm()
                let run = try await scene.deploy(options)
                #expect(run.status == 128 + number, "\(run.errors)")
                let reaction = try #require(target.reaction)
                #expect(reaction < .seconds(15))
                try await body(scene, run)
            }
        }

        @Test(arguments: [SIGINT, SIGTERM], [false, true])
        func aChangeSetThatIsMadeIsTakenBack(_ number: Int32, _ isAfter: Bool) async throws {
            try await signal(number, "CreateChangeSet", isAfter: isAfter) {
                // So that it is not ready yet.
                $0.changeSetTime = .seconds(200)
            } _: { scene, run in
                #expect(run.output == "" && scene.cloud.executions == [])
                #expect(run.errors.contains("interrupted; nothing is changed"), "\(run.errors)")
                #expect(run.errors.hasSuffix("error: it was interrupted\nnote: nothing was changed\n"), "\(run.errors)")
                try await scene.until { scene.word == nil }
                let next = try await scene.deploy()
                #expect(next.status == 0 && scene.cloud.executions.count == 1, "\(next.errors)")
            }
        }

        @Test(arguments: [SIGINT, SIGTERM])
        func theChangeSetOfAnUpdateIsTakenBack(_ number: Int32) async throws {
            try await signal(
                number, "CreateChangeSet", isAfter: true, prepare: { _ = try await $0.deploy() },
                options: StackScene.ami
            ) { scene, run in
                #expect(scene.openChangeSets == [] && scene.word == "CREATE_COMPLETE", "\(run.errors)")
                #expect(scene.cloud.executions.count == 1)
            }
        }

        @Test(arguments: [SIGINT, SIGTERM], [false, true])
        func aDeploymentGoesOnAndTheSameCommandWaitsForIt(_ number: Int32, _ isAfter: Bool) async throws {
            try await signal(number, "ExecuteChangeSet", isAfter: isAfter) {
                $0.resourceTime = .seconds(300)
            } _: { scene, run in
                #expect(run.output == "" && scene.word == "CREATE_IN_PROGRESS", "\(run.words)")
                #expect(run.errors.contains("interrupted; what CloudFormation is at goes on"), "\(run.errors)")
                #expect(
                    run.errors.contains(
                        "note: the deployment goes on in CloudFormation; run the same again to wait for it"),
                    "\(run.errors)")
                let next = try await scene.deploy()
                #expect(next.status == 0 && next.output.contains("NLBEndpoint "), "\(next.errors)")
                #expect(next.errors.contains("this deployment is under way already, in the state CREATE_IN_PROGRESS"))
                #expect(scene.cloud.executions.count == 1 && scene.cloud.calls(of: "CreateChangeSet").count == 1)
            }
        }

        @Test func aProgramIsToldOfTheSignal() async throws {
            try await signal(SIGTERM, "ExecuteChangeSet", isAfter: true, options: ["--json"]) { scene, run in
                let last = try #require(try StackLine.all(run.output).last)
                #expect(last.event == "result" && last["status"] == "cancelled")
                #expect(last.fields["exit"]?.integer == Int(128 + SIGTERM))
            }
        }

        @Test func aDeletionGoesOnAndTheSameCommandWaitsForIt() async throws {
            let target = SignalTarget()
            let counter = Counter()
            try await withStackScene(target: target) {
                $0.resourceTime = .seconds(100)
            } onMutation: { point in
                guard point.operation == "DeleteStack", point.isAfter, counter.next() == 1 else { return }
                target.send(SIGINT)
            } while: { scene in
                _ = try await scene.deploy()
                let run = try await scene.destroy()
                #expect(run.status == 128 + SIGINT && scene.word == "DELETE_IN_PROGRESS", "\(run.errors)")
                #expect(
                    run.errors.contains("the deletion goes on in CloudFormation; run the same again to wait for it"))
                let next = try await scene.destroy()
                #expect(next.status == 0 && scene.word == nil, "\(next.errors)")
                #expect(scene.cloud.deletions.count == 1)
            }
        }
    }
}
