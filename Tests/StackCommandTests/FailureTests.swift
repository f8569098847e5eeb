import AWSClient
import SimulatedCloudFormation
import TestBasics
import Testing
import ToolRuns

extension StackCommands {
    /// Deployments that fail, and stacks in every state.
    @Suite(.timeLimit(.minutes(5)))
    struct FailureTests {
        private static let reason = "Received 0 SUCCESS signal(s) out of 2"
        private static let told = "error: Group (AWS::AutoScaling::AutoScalingGroup): \(reason)\n"

        /// What is said of the end: from the first error on.
        /// Where to look when an instance has said nothing.
        private static let silence =
            "note: an instance did not say in time that it is ready: `aws autoscaling describe-scaling-activities` names it, "
            + "and `aws ec2 get-console-output --latest --output text --instance-id …` shows what it was at, for an hour"

        private func end(_ run: ToolRun) -> String {
            guard let place = run.errors.firstRange(of: "error: ") else { return "" }
            return String(run.errors[place.lowerBound...])
        }

        @Test func aCreationThatFailsTellsTheFirstReasonAndIsGoneOnWith() async throws {
            try await withStackScene {
                $0.fates["Listener"] = .hangs
                $0.fates["Group"] = .fails(after: .seconds(20), Self.reason)
            } while: { scene in
                let failed = try await scene.deploy()
                #expect(failed.status == 1 && failed.output == "", "\(failed.words)")
                #expect(
                    end(failed) == Self.told + """
                        note: the stack could not be made, and what was made is gone again, but for a snapshot of a database that was
                        \(Self.silence)
                        note: mend that, and deploy again
                        note: what is left of the stack is its name, which the next deployment deletes first

                        """)
                #expect(scene.word == "ROLLBACK_COMPLETE")
                let compared = try await scene.diff()
                #expect(compared.status == 65 && compared.output == "", "\(compared.words)")
                #expect(compared.errors.contains("`pgpool-aurora stack deploy` deletes it first"))
                let empty = try await scene.outputs()
                #expect(empty.status == 0 && empty.output == "")
                #expect(empty.errors == "note: the stack orders has no outputs; its state is ROLLBACK_COMPLETE\n")

                scene.cloud.update { $0.fates = [:] }
                let mended = try await scene.deploy()
                #expect(mended.status == 0 && scene.word == "CREATE_COMPLETE", "\(mended.errors)")
                #expect(mended.output.contains("NLBEndpoint "))
            }
        }

        @Test func whatIsLeftOfACreationThatFailedCanBeDeleted() async throws {
            try await withStackScene {
                $0.fates["Group"] = .fails(after: .seconds(40), Self.reason)
            } while: { scene in
                #expect(try await scene.deploy().status == 1)
                let run = try await scene.destroy()
                #expect(run.status == 0 && run.errors.hasPrefix("  nothing of it stays\n"), "\(run.errors)")
                // The rollback has left that: the database was there.
                let left = scene.cloud.leftovers
                #expect(left.count == 1 && left[0].hasPrefix("snapshot of Cluster ("), "\(left)")
            }
        }

        @Test func anUpdateThatFailsLeavesTheStackAsItWas() async throws {
            try await withStackScene { scene in
                _ = try await scene.deploy()
                scene.cloud.update { $0.fates["Group"] = .fails(after: .seconds(9), Self.reason) }
                let failed = try await scene.deploy(StackScene.ami)
                #expect(failed.status == 1 && failed.output == "")
                #expect(
                    end(failed) == Self.told + """
                        note: the update failed, and the stack is as it was before
                        \(Self.silence)
                        note: mend that, and deploy again

                        """)
                #expect(scene.image == "ami-0123456789abcdef0" && scene.word == "UPDATE_ROLLBACK_COMPLETE")
                #expect(try await scene.diff().status == 0)
            }
        }

        @Test func aRollbackThatFailsIsGoneOnWithAndWhatCannotBeMendedIsSkipped() async throws {
            try await withStackScene { scene in
                _ = try await scene.deploy()
                scene.cloud.update {
                    $0.fates["Group"] = .fails(after: .seconds(9), Self.reason)
                    $0.rollbackFates["Group"] = .fails(after: .seconds(9), "the old image is gone")
                }
                let failed = try await scene.deploy(StackScene.ami)
                #expect(failed.status == 1)
                #expect(end(failed).hasPrefix(Self.told), "\(failed.errors)")
                #expect(end(failed).contains("then failed Group") == false)
                #expect(end(failed).contains("the update failed, and so did taking it back"))
                #expect(scene.word == "UPDATE_ROLLBACK_FAILED")

                let again = try await scene.deploy(StackScene.ami)
                #expect(again.status == 1)
                #expect(
                    end(again).hasPrefix("error: Group (AWS::AutoScaling::AutoScalingGroup): the old image is gone\n"),
                    "\(again.errors)")
                #expect(end(again).contains("--skip Group"))

                scene.cloud.update { $0.fates = [:] }
                let skipped = try await scene.deploy(StackScene.ami + ["--skip", "Group"])
                #expect(skipped.status == 0 && scene.image == "ami-0fedcba9876543210", "\(skipped.errors)")
            }
        }

        @Test func aDeletionThatFailsNamesWhatStandsInTheWay() async throws {
            try await withStackScene {
                $0.deleteFates["InstanceSecurityGroup"] = .fails(after: .seconds(9), "it is in use")
            } while: { scene in
                _ = try await scene.deploy()
                let failed = try await scene.destroy()
                #expect(failed.status == 1)
                #expect(
                    end(failed).hasPrefix("error: InstanceSecurityGroup (AWS::EC2::SecurityGroup): it is in use\n"),
                    "\(failed.errors)")
                let words = "pgpool-aurora stack destroy --name orders --retain InstanceSecurityGroup"
                #expect(end(failed).contains(words))
                let stopped = try await scene.deploy()
                #expect(stopped.status == 1 && stopped.errors.contains("stack destroy --name orders"))
                let kept = try await scene.destroy(["--retain", "InstanceSecurityGroup"])
                #expect(kept.status == 0 && scene.word == nil, "\(kept.errors)")
                #expect(kept.errors.contains("stays: AWS::EC2::SecurityGroup InstanceSecurityGroup"))
                #expect(scene.cloud.leftovers.contains { $0.hasPrefix("InstanceSecurityGroup (") })
            }
        }

        // MARK: - States

        private typealias Status = CloudFormation.StackStatus

        /// What the state turns into by itself.
        private static let ends: [Status: String] = [
            .createInProgress: "CREATE_COMPLETE", .rollbackInProgress: "ROLLBACK_COMPLETE",
            .deleteInProgress: "DELETE_COMPLETE", .updateInProgress: "UPDATE_COMPLETE",
            .updateCleanupInProgress: "UPDATE_COMPLETE", .updateRollbackInProgress: "UPDATE_ROLLBACK_COMPLETE",
            .updateRollbackCleanupInProgress: "UPDATE_ROLLBACK_COMPLETE", .importInProgress: "IMPORT_COMPLETE",
            .importRollbackInProgress: "IMPORT_ROLLBACK_COMPLETE",
        ]

        /// In which a deployment stops, and what helps.
        private static let stops: [Status: String] = [
            .deleteFailed: "`pgpool-aurora stack destroy --name orders` says at what",
            .updateFailed: "`aws cloudformation rollback-stack --stack-name orders` takes it back",
            .importRollbackFailed: "mend it in CloudFormation's console",
        ]

        private static let deletedFirst: Set<Status> = [.createFailed, .rollbackFailed, .rollbackComplete]

        private func inEveryState(_ body: @escaping @Sendable (StackScene, Status) async throws -> Void) async throws {
            try await twoAtATime(Status.allCases) { status in
                try await withStackScene { scene in
                    try scene.cloud.put(
                        StackScene.name, in: status.rawValue,
                        template: """
                            {"Description": "An old one (pgpool-aurora)",
                             "Resources": {"Old": {"Type": "AWS::SNS::Topic"}}}
                            """)
                    // It ends after the tool has seen it, however slow the machine is.
                    let end = Task {
                        guard let end = Self.ends[status] else { return }
                        while scene.cloud.calls.isEmpty { try await Task.sleep(for: .milliseconds(10)) }
                        scene.cloud.plan(StackScene.name, [(.seconds(50), end)])
                    }
                    try await body(scene, status)
                    end.cancel()
                }
            }
        }

        @Test func itIsDeployedInEveryStateOrSaidWhatHelps() async throws {
            try await inEveryState { scene, status in
                let run = try await scene.deploy()
                if let words = Self.stops[status] {
                    #expect(run.status == 1 && run.output == "", "\(status) \(run.words)")
                    #expect(self.end(run).contains("note: \(words)"), "\(status): \(run.errors)")
                    #expect(scene.cloud.mutations == 0, "\(status)")
                    return
                }
                #expect(run.status == 0 && run.output.contains("NLBEndpoint "), "\(status): \(run.errors)")
                #expect(scene.cloud.executions.count == 1, "\(status)")
                #expect(run.errors.contains("wait …") == (Self.ends[status] != nil), "\(status): \(run.errors)")
                #expect(run.errors.contains("rollback …") == (status == .updateRollbackFailed), "\(status)")
                let isDeleted = Self.deletedFirst.contains(status) || status == .rollbackInProgress
                #expect(run.errors.contains("delete …") == isDeleted, "\(status): \(run.errors)")
            }
        }

        @Test func itIsComparedInEveryStateOrSaidWhyNot() async throws {
            try await inEveryState { scene, status in
                let run = try await scene.diff()
                let isStuck = Self.stops[status] != nil || Self.deletedFirst.contains(status)
                let exit: Int32 = Self.ends[status] != nil ? 75 : isStuck || status == .updateRollbackFailed ? 65 : 1
                #expect(run.status == exit, "\(status): \(run.words)")
                #expect(run.output.isEmpty == (exit != 1), "\(status): \(run.output)")
                if exit != 1 {
                    #expect(self.end(run).contains("\nnote: "), "\(status): \(run.errors)")
                    #expect(scene.cloud.mutations == 0, "\(status)")
                }
                #expect(scene.openChangeSets == [] && scene.cloud.executions == [], "\(status)")
            }
        }

        @Test func itIsDeletedInEveryState() async throws {
            try await inEveryState { scene, status in
                let run = try await scene.destroy()
                #expect(run.status == 0 && run.output == "", "\(status): \(run.words)")
                #expect(scene.word == nil && scene.cloud.leftovers == [], "\(status): \(scene.cloud.leftovers)")
                #expect(
                    run.errors.contains("there is no stack orders") == (status == .deleteComplete),
                    "\(status): \(run.errors)")
            }
        }
    }
}
