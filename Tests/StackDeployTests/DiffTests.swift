import Diagnostics
import SimulatedCloudFormation
import StackDeploy
import Testing

struct DiffTests {
    @Test func aStackThatIsNotThereIsAllNewAndNotThereAfterwards() async throws {
        let scene = CloudScene()
        let result = await scene.diff(Templates.request())
        #expect(result.status == .different)
        #expect(result.changes.map(\.action) == [.add, .add, .add])
        await scene.untilGone()
        #expect(scene.cloud.word(of: "app") == nil)
    }

    @Test func nothingToChangeIsTheSame() async throws {
        let scene = CloudScene()
        _ = await scene.deploy(Templates.request())
        let result = await scene.diff(Templates.request())
        #expect(result.status == .same && result.changes.isEmpty)
        #expect(scene.cloud.changeSets(of: "app").count == 1)
    }

    @Test func whatIsAddedChangedReplacedAndRemovedIsSaidInLines() async throws {
        let scene = CloudScene {
            $0.replacing = ["AWS::RDS::DBCluster Engine"]
            $0.perhapsReplacing = ["AWS::RDS::DBInstance PubliclyAccessible"]
            $0.pageSize = 2
        }
        let writer = """
            , "Old": {"Type": "AWS::SNS::Topic", "DeletionPolicy": "Retain"},
              "Writer": {"Type": "AWS::RDS::DBInstance",
                "Properties": {"DBInstanceClass": "db.t3.medium", "PubliclyAccessible": "false"}}
            """
        _ = await scene.deploy(Templates.request(Templates.app(more: writer)))
        let later = Templates.app(
            more: """
                , "Alarm": {"Type": "AWS::CloudWatch::Alarm"},
                  "Writer": {"Type": "AWS::RDS::DBInstance",
                    "Properties": {"DBInstanceClass": "db.r6g.large", "PubliclyAccessible": "true"}}
                """
        ).replacing("\"aurora-postgresql\"", with: "\"aurora-mysql\"")
        let result = await scene.diff(Templates.request(later, ami: "ami-2"))
        #expect(result.status == .different)
        #expect(
            ChangeText.text(result.changes) == """
                + add         AWS::CloudWatch::Alarm              Alarm
                ± replace     AWS::RDS::DBCluster                 Cluster
                      Engine: aurora-postgresql → aurora-mysql
                    ! a new, empty database takes its place
                    ! what is there is deleted; a snapshot is kept
                ~ change      AWS::EC2::LaunchTemplate            Template
                      ImageId: ami-1 → ami-2  (by parameter AmiId)
                ± may replace AWS::RDS::DBInstance                Writer
                      DBInstanceClass: db.t3.medium → db.r6g.large
                      PubliclyAccessible: false → true
                    ! the database instance restarts; a writer fails over to a reader, if there is one
                ~ change      AWS::AutoScaling::AutoScalingGroup  Group
                      LaunchTemplate  (by Template)
                    ! its instances are replaced, as the update policy says: a rolling update
                - remove      AWS::SNS::Topic                     Old
                    ! what is there is kept, outside of the stack

                """)
        #expect(
            ChangeText.summary(result.changes)
                == "1 to add, 2 to change, 1 to replace, 1 perhaps to replace, 1 to remove")
        #expect(scene.cloud.executions.count == 1)
        #expect(scene.cloud.changeSets(of: "app").count == 1)
    }

    @Test func aTemplateBeyondTheLimitGoesByABucketOrNotAtAll() async throws {
        let scene = CloudScene()
        let refused = await scene.diff(FaultTests.large())
        #expect(refused.failure?.code == .badInput)
        #expect(refused.failure?.diagnostics.first?.notes.first?.contains("--bucket") == true)
        #expect(scene.cloud.calls.isEmpty)
        #expect(await scene.diff(FaultTests.large(), bucket: "templates").status == .different)
        #expect(scene.cloud.calls(of: "PUT object").count == 1 && scene.cloud.objects.isEmpty)
        let filler = String(repeating: "x", count: 1_000_000)
        let huge = Templates.request(Templates.app(group: "\"Filler\": \"\(filler)\","))
        #expect(await scene.diff(huge, bucket: "templates").failure?.code == .badInput)
    }

    @Test func layoutIsNoDifference() async throws {
        let scene = CloudScene()
        _ = await scene.deploy(Templates.request())
        let other = Templates.app().replacing("\n", with: " ")
        #expect(await scene.diff(Templates.request(other)).status == .same)
        #expect(scene.cloud.calls(of: "CreateChangeSet").last?.fields["UsePreviousTemplate"] == "true")
    }
}
