import ScriptedServer
import SimulatedCloudFormation
import TestBasics
import Testing
import ToolRuns

extension StackCommands {
    /// Calls that fail.
    @Suite(.timeLimit(.minutes(5)))
    struct FaultTests {
        /// A stack's whole life comes out the same.
        private func live(_ change: (inout CloudSettings) -> Void) async throws {
            try await withStackScene(change) { scene in
                let made = try await scene.deploy()
                #expect(made.status == 0 && scene.word == "CREATE_COMPLETE", "\(made.errors)")
                #expect(made.output.contains("\nNLBEndpoint              lb.example.com\n"))
                let changed = try await scene.deploy(StackScene.ami)
                #expect(changed.status == 0 && scene.image == "ami-0fedcba9876543210", "\(changed.errors)")
                #expect(scene.cloud.executions.count == 2 && scene.openChangeSets == [])
                let gone = try await scene.destroy()
                #expect(gone.status == 0 && scene.word == nil, "\(gone.errors)")
                #expect(scene.cloud.deletions.count == 1)
            }
        }

        @Test func throttlingIsWaitedOut() async throws {
            try await live {
                $0.faults = stride(from: 2, to: 400, by: 4).map { CloudFault("*", $0...$0, .error(.throttled)) }
            }
        }

        @Test func lostAnswersAreLivedThrough() async throws {
            try await live { $0.faults = stride(from: 2, to: 400, by: 3).map { CloudFault("*", $0...$0, .loseAnswer) } }
        }

        @Test func lostRequestsAreMadeAgain() async throws {
            try await live {
                $0.faults = stride(from: 1, to: 400, by: 3).map { CloudFault("*", $0...$0, .loseRequest) }
            }
        }

        @Test func aServiceThatIsAwayForAWhileIsWaitedFor() async throws {
            let away = CloudError("ServiceUnavailable", "Service is unable to handle request.", status: 503)
            try await live {
                $0.faults = [CloudFault("*", 2...5, .error(away)), CloudFault("*", 12...15, .error(away))]
            }
        }

        @Test(arguments: [
            "DescribeStacks", "CreateChangeSet", "DescribeChangeSet", "ExecuteChangeSet", "DescribeStackEvents",
        ])
        func whoMayNotIsToldWhatIsMissing(_ operation: String) async throws {
            try await withStackScene {
                $0.refused = [operation]
            } while: { scene in
                let run = try await scene.deploy()
                #expect(run.status == 77 && run.output == "", "\(run.words)")
                #expect(run.errors.contains("error: cloudformation \(operation): "), "\(run.errors)")
                #expect(scene.cloud.executions.count == (operation == "DescribeStackEvents" ? 1 : 0))
            }
        }

        @Test func whoMayNotReadTheTemplateIsNotToldWhatStays() async throws {
            try await withStackScene { scene in
                _ = try await scene.deploy()
                scene.cloud.update { $0.refused = ["GetTemplate"] }
                let run = try await scene.destroy()
                #expect(run.status == 0 && scene.word == nil, "\(run.words)")
                #expect(run.errors.hasPrefix("  what of it stays is not known"), "\(run.errors)")
            }
        }

        @Test func whoMayNotDeleteIsToldWhatIsMissing() async throws {
            try await withStackScene { scene in
                _ = try await scene.deploy()
                scene.cloud.update { $0.refused = ["DeleteStack"] }
                let run = try await scene.destroy()
                #expect(run.status == 77 && scene.word == "CREATE_COMPLETE", "\(run.words)")
                #expect(run.errors.contains("error: cloudformation DeleteStack: "), "\(run.errors)")
            }
        }

        /// What stays is then not known, which is not nothing.
        @Test(arguments: ["GetTemplate", "ListStackResources"])
        func whoMayNotLookDeletesAllTheSame(_ operation: String) async throws {
            try await withStackScene { scene in
                _ = try await scene.deploy()
                scene.cloud.update { $0.refused = [operation] }
                let run = try await scene.destroy(["--json"])
                #expect(run.status == 0 && scene.word == nil, "\(run.words)")
                #expect(run.output.contains("what of it stays is not known"), "\(run.output)")
                #expect(run.output.contains("\"retained\":null,\"snapshots\":null"), "\(run.output)")
            }
        }

        @Test func withoutCredentialsItSaysWhereItLooked() async throws {
            try await withStackScene(variables: ["AWS_ACCESS_KEY_ID": nil]) { scene in
                for run in [try await scene.deploy(), try await scene.diff(), try await scene.outputs()] {
                    #expect(run.status == 77 && run.output == "")
                    #expect(
                        run.errors.contains("credentials: no source of credentials is set up\nnote: the environment"))
                }
                #expect(scene.cloud.calls == [])
            }
        }

        /// Nobody waits for minutes for what will not answer.
        @Test func withoutANetworkItEnds() async throws {
            try await withStackScene(variables: ["AWS_ENDPOINT_URL": "http://127.0.0.1:1"]) { scene in
                let begin = ContinuousClock.now
                let run = try await scene.deploy()
                #expect(run.status == 69 && run.output == "", "\(run.words)")
                let last = run.errors.split(separator: "\n").last.map(String.init) ?? ""
                #expect(
                    last.hasPrefix("error: cloudformation DescribeStacks: cannot connect to 127.0.0.1:1"), "\(last)")
                #expect(begin.duration(to: .now) < .seconds(90))
                print("without a network: over after \(begin.duration(to: .now))")
            }
        }

        /// Whoever goes away in the middle is waited for until the deadline.
        @Test func theDeadlineLeavesTheDeploymentGoingOn() async throws {
            try await withStackScene {
                $0.fates["Group"] = .hangs
            } while: { scene in
                let run = try await scene.deploy(["--deadline", "3s"])
                #expect(run.status == 75 && scene.word == "CREATE_IN_PROGRESS", "\(run.words)")
                #expect(run.errors.contains("run the same again to wait for it"), "\(run.errors)")
            }
        }
    }
}
