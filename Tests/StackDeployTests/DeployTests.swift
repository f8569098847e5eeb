import AWSClient
import Diagnostics
import SimulatedCloudFormation
import StackDeploy
import TestBasics
import Testing

struct DeployTests {
    @Test func aStackIsCreatedWithItsEventsInOrder() async throws {
        let scene = CloudScene { $0.fates["Cluster"] = .succeeds(after: .seconds(600)) }
        let result = await scene.deploy(Templates.request())
        #expect(result.status == .deployed)
        #expect(result.stack?.statusWord == "CREATE_COMPLETE")
        #expect(result.stack?.outputs.first { $0.key == "Image" }?.value == "ami-1")
        #expect(scene.cloud.word(of: "app") == "CREATE_COMPLETE")
        #expect(scene.events.phases == [.plan, .deploy])
        #expect(scene.events.questions == ["create the stack app in eu-west-1: 3 to add?"])
        let resources = scene.events.resources
        #expect(resources.first == "app CREATE_IN_PROGRESS")
        #expect(resources.last == "app CREATE_COMPLETE")
        #expect(resources.count == 8 && Set(resources).count == 8)
        #expect(scene.cloud.executions.count == 1)
    }

    @Test func aNewImageIsOneParameter() async throws {
        let scene = CloudScene()
        _ = await scene.deploy(Templates.request())
        let result = await scene.deploy(Templates.request(ami: "ami-2"))
        #expect(result.status == .deployed)
        #expect(scene.cloud.parameters(of: "app")["AmiId"] == "ami-2")
        let call = try #require(scene.cloud.calls(of: "CreateChangeSet").last)
        #expect(call.fields["UsePreviousTemplate"] == "true")
        #expect(call.fields["TemplateBody"] == nil)
        #expect(call.fields["Parameters.member.1.ParameterKey"] == "AmiId")
        #expect(call.fields["Parameters.member.1.ParameterValue"] == "ami-2")
        // The group follows the template's version, which rolls it.
        #expect(scene.events.changes.map(\.logicalID) == ["Template", "Group"])
        let group = try #require(scene.events.changes.last)
        #expect(group.effects == ["its instances are replaced, as the update policy says: a rolling update"])
    }

    @Test func whatIsTheSameKeepsItsValue() async throws {
        let scene = CloudScene()
        _ = await scene.deploy(Templates.request(ami: "ami-1", ["Size": "4"]))
        _ = await scene.deploy(Templates.request(ami: "ami-2", ["Size": "4"]))
        let fields = try #require(scene.cloud.calls(of: "CreateChangeSet").last).fields
        #expect(fields["Parameters.member.2.ParameterKey"] == "Size")
        #expect(fields["Parameters.member.2.UsePreviousValue"] == "true")
        #expect(fields["Parameters.member.2.ParameterValue"] == nil)
    }

    @Test func nothingToChangeIsSaidAndLeavesNothing() async throws {
        let scene = CloudScene()
        _ = await scene.deploy(Templates.request())
        let result = await scene.deploy(Templates.request())
        #expect(result.status == .unchanged)
        #expect(scene.events.notes == ["the stack app is up to date; there is nothing to change"])
        #expect(scene.cloud.executions.count == 1)
        #expect(scene.cloud.changeSets(of: "app").count == 1)
    }

    @Test func aCreationThatFailsTellsTheFirstReasonAndNotWhatWasCancelled() async throws {
        let scene = CloudScene {
            $0.fates["Cluster"] = .hangs
            $0.fates["Group"] = .fails(after: .seconds(20), "Received 0 SUCCESS signal(s) out of 2")
        }
        let result = await scene.deploy(Templates.request())
        #expect(result.status == .failed)
        #expect(result.stack?.statusWord == "ROLLBACK_COMPLETE")
        let diagnostic = try #require(result.failure?.diagnostics.first)
        #expect(
            diagnostic.message == "Group (AWS::AutoScaling::AutoScalingGroup): Received 0 SUCCESS signal(s) out of 2")
        #expect(
            diagnostic.notes.first
                == "the stack could not be made, and what was made is gone again, but for a snapshot of a database that was"
        )
        #expect(!diagnostic.notes.contains { $0.contains("cancelled") })
        #expect(result.failure?.code == .failed)

        // The next one deletes what is left, and makes it.
        scene.cloud.update { $0.fates = [:] }
        #expect(await scene.deploy(Templates.request()).status == .deployed)
        #expect(scene.events.questions.contains("delete what is left of the stack app?"))
        #expect(scene.cloud.word(of: "app") == "CREATE_COMPLETE")
    }

    @Test func anUpdateThatFailsLeavesTheStackAsItWas() async throws {
        let scene = CloudScene()
        _ = await scene.deploy(Templates.request())
        scene.cloud.update { $0.fates["Group"] = .fails(after: .seconds(5), "the image does not start") }
        let result = await scene.deploy(Templates.request(ami: "ami-2"))
        #expect(result.status == .failed)
        #expect(result.failure?.diagnostics.first?.message.contains("the image does not start") == true)
        #expect(scene.cloud.word(of: "app") == "UPDATE_ROLLBACK_COMPLETE")
        #expect(scene.cloud.parameters(of: "app")["AmiId"] == "ami-1")
        // It can be tried again at once.
        scene.cloud.update { $0.fates = [:] }
        #expect(await scene.deploy(Templates.request(ami: "ami-2")).status == .deployed)
        #expect(Set(scene.cloud.executions).count == 3)
    }

    @Test func aRollbackThatFailsIsGoneOnWithBeforeTheNextUpdate() async throws {
        let scene = CloudScene()
        _ = await scene.deploy(Templates.request())
        scene.cloud.update {
            $0.fates["Group"] = .fails(after: .seconds(5), "no")
            $0.rollbackFates["Group"] = .fails(after: .seconds(5), "the old image is gone")
        }
        let failed = await scene.deploy(Templates.request(ami: "ami-2"))
        #expect(failed.status == .failed)
        #expect(scene.cloud.word(of: "app") == "UPDATE_ROLLBACK_FAILED")
        let notes = try #require(failed.failure?.diagnostics.first).notes
        #expect(notes.contains { $0.contains("--skip") })

        let again = await scene.deploy(Templates.request(ami: "ami-2"))
        #expect(again.status == .failed)
        #expect(again.failure?.diagnostics.first?.notes.contains { $0.hasSuffix("--skip Group`") } == true)

        scene.cloud.update {
            $0.fates = [:]
            $0.rollbackFates = [:]
        }
        let mended = await scene.deploy(Templates.request(ami: "ami-2"))
        #expect(mended.status == .deployed)
        #expect(scene.cloud.parameters(of: "app")["AmiId"] == "ami-2")
    }

    @Test func whatCannotBeRolledBackIsSkipped() async throws {
        let scene = CloudScene { $0.rollbackFates["Group"] = .fails(after: .seconds(1), "gone") }
        try scene.cloud.put("app", in: "UPDATE_ROLLBACK_FAILED", template: Templates.app(), parameters: ["AmiId": "a"])
        scene.cloud.fail("Group", of: "app")
        let result = await scene.deploy(Templates.request(), skipping: ["Group"])
        #expect(result.status == .deployed)
        #expect(scene.cloud.calls(of: "ContinueUpdateRollback").first?.fields["ResourcesToSkip.member.1"] == "Group")
    }

    @Test func whoSaysNoChangesNothing() async throws {
        let scene = CloudScene(answers: [false])
        let result = await scene.deploy(Templates.request())
        #expect(result.status == .declined)
        #expect(scene.cloud.executions.isEmpty)
        await scene.untilGone()
        #expect(scene.cloud.word(of: "app") == nil)
    }

    @Test func aTemplateThatCloudFormationRefusesIsBadInput() async throws {
        let scene = CloudScene()
        let result = await scene.deploy(Templates.request("{\"Resources\": {}}"))
        #expect(result.status == .failed)
        #expect(result.failure?.code == .badInput)
        #expect(scene.cloud.word(of: "app") == nil)
    }

    @Test func whoMayNotIsToldSo() async throws {
        for operation in ["DescribeStacks", "CreateChangeSet", "ExecuteChangeSet"] {
            let scene = CloudScene { $0.refused = [operation] }
            let result = await scene.deploy(Templates.request())
            #expect(result.failure?.code == .refused, "\(operation)")
            #expect(scene.cloud.executions.isEmpty)
        }
    }

    @Test func theDeadlineLeavesTheDeploymentAndAnotherRunWaitsForIt() async throws {
        let scene = CloudScene { $0.fates["Cluster"] = .succeeds(after: .seconds(1200)) }
        let first = await scene.deploy(Templates.request(), deadline: .seconds(600))
        #expect(first.status == .unfinished)
        #expect(first.failure?.diagnostics.first?.notes.contains { $0.contains("goes on in CloudFormation") } == true)
        #expect(scene.cloud.word(of: "app") == "CREATE_IN_PROGRESS")
        let second = await scene.deploy(Templates.request())
        #expect(second.status == .deployed)
        #expect(scene.cloud.executions.count == 1)
        #expect(scene.events.questions.count == 1)
        let note = "this deployment is under way already, in the state CREATE_IN_PROGRESS; waiting for it"
        #expect(scene.events.notes == [note])
    }

    @Test func anotherDeploymentIsWaitedForAndThenFollowedByThisOne() async throws {
        let scene = CloudScene { $0.fates["Group"] = .succeeds(after: .seconds(1200)) }
        _ = await scene.deploy(Templates.request(), deadline: .seconds(600))
        scene.cloud.update { $0.fates = [:] }
        let result = await scene.deploy(Templates.request(ami: "ami-2"))
        #expect(result.status == .deployed)
        #expect(scene.events.phases == [.plan, .deploy, .wait, .plan, .deploy])
        #expect(scene.cloud.parameters(of: "app")["AmiId"] == "ami-2")
    }

    @Test func aSignalLeavesTheDeploymentRunning() async throws {
        let scene = CloudScene { $0.fates["Cluster"] = .hangs }
        let task = Task { await scene.deploy(Templates.request(), deadline: .seconds(1_000_000)) }
        while scene.cloud.executions.isEmpty { await Task.yield() }
        task.cancel()
        let result = await task.value
        #expect(result.status == .cancelled)
        #expect(scene.cloud.word(of: "app") == "CREATE_IN_PROGRESS")
        #expect(result.failure?.diagnostics.first?.notes.contains { $0.contains("cancel-update-stack") } == true)
    }
}

extension CloudScene {
    /// Lets what was begun end.
    func untilGone() async {
        for _ in 0..<100 where cloud.word(of: "app") != nil { clock.advance(by: .seconds(5)) }
    }
}
