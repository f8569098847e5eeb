import Diagnostics
import SimulatedCloudFormation
import StackDeploy
import Testing

struct DestroyTests {
    @Test func itSaysWhatStaysAndDeletesTheRest() async throws {
        let scene = CloudScene()
        let topic = ", \"Topic\": {\"Type\": \"AWS::SNS::Topic\", \"DeletionPolicy\": \"Retain\"}"
        _ = await scene.deploy(Templates.request(Templates.app(more: topic)))
        let result = await scene.destroy()
        #expect(result.status == .deleted)
        #expect(result.kept?.snapshots.map(\.logicalID) == ["Cluster"])
        #expect(result.kept?.retained.map(\.logicalID) == ["Topic"])
        #expect(scene.events.questions.last == "delete the stack app in eu-west-1?")
        #expect(scene.events.notes.contains("stays: AWS::SNS::Topic Topic (app-Topic-1)"))
        #expect(scene.events.resources.contains("Topic DELETE_SKIPPED"))
        #expect(scene.cloud.word(of: "app") == nil)
        #expect(await scene.destroy().status == .absent)
    }

    @Test func whatIsProtectedStopsItBeforeItBegins() async throws {
        let scene = CloudScene()
        _ = await scene.deploy(Templates.request(Templates.app(protection: "true")))
        let result = await scene.destroy()
        #expect(result.status == .failed)
        let diagnostic = try #require(result.failure?.diagnostics.first)
        #expect(
            diagnostic.message
                == "AWS::RDS::DBCluster Cluster (app-Cluster-1) is protected from being deleted, so the deletion would "
                + "stop half-way")
        #expect(diagnostic.notes.last?.contains("--db-cluster-identifier app-Cluster-1") == true)
        #expect(scene.cloud.deletions.isEmpty)
        scene.cloud.protect("app")
        let again = await scene.destroy()
        #expect(again.failure?.diagnostics.first?.message == "the stack app is protected from being deleted")
    }

    @Test func aDeletionThatFailsNamesWhatStandsInTheWayAndKeepsItWhenAskedTo() async throws {
        let scene = CloudScene {
            $0.deleteFates["Cluster"] = .fails(after: .seconds(9), "Cannot delete protected Cluster")
        }
        _ = await scene.deploy(Templates.request())
        let early = await scene.destroy(retaining: ["Cluster"])
        #expect(early.failure?.diagnostics.first?.message.contains("CREATE_COMPLETE") == true)
        let failed = await scene.destroy()
        #expect(failed.status == .failed)
        let diagnostic = try #require(failed.failure?.diagnostics.first)
        #expect(diagnostic.message == "Cluster (AWS::RDS::DBCluster): Cannot delete protected Cluster")
        #expect(
            diagnostic.notes.last
                == "or keep what stands in the way: `pgpool-aurora stack destroy --name app --retain Cluster`")
        #expect(scene.cloud.resources(of: "app") == ["Cluster"])
        let unknown = await scene.destroy(retaining: ["Clutser"])
        #expect(unknown.failure?.diagnostics.first?.message == "the stack app has no resource Clutser")
        let result = await scene.destroy(retaining: ["Cluster"])
        #expect(result.status == .deleted)
        #expect(result.kept?.retained.map(\.logicalID) == ["Cluster"])
    }

    @Test func whoSaysNoDeletesNothing() async throws {
        let scene = CloudScene(answers: [true, false])
        _ = await scene.deploy(Templates.request())
        #expect(await scene.destroy().status == .declined)
        #expect(scene.cloud.deletions.isEmpty)
    }

    @Test(arguments: [false, true])
    func aDeletionThatDiesIsGoneOnWith(_ isAfter: Bool) async throws {
        let scene = CloudScene()
        _ = await scene.deploy(Templates.request())
        scene.cloud.die(
            at: SimulatedCloud.Point(
                operation: "DeleteStack", number: scene.cloud.mutations + 1, isAfter: isAfter))
        #expect(await scene.destroy().status == .failed)
        scene.cloud.revive()
        #expect(await scene.destroy().status == .deleted)
        #expect(scene.cloud.deletions.count == 1)
    }

    @Test(arguments: [true, false])
    func aLostAnswerDeletesOnce(_ isDone: Bool) async throws {
        let scene = CloudScene()
        _ = await scene.deploy(Templates.request())
        scene.cloud.update { $0.faults = [CloudFault("DeleteStack", 1...1, isDone ? .loseAnswer : .loseRequest)] }
        #expect(await scene.destroy().status == .deleted)
        #expect(scene.cloud.deletions.count == 1)
    }
}
