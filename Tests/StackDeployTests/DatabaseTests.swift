import Diagnostics
import SimulatedCloudFormation
import StackDeploy
import Testing

/// Changes that leave applications with an empty database, or none.
struct DatabaseTests {
    private static let without = Templates.app().replacing(
        #""Cluster": {"Type": "AWS::RDS::DBCluster""#, with: #""Other": {"Type": "AWS::SNS::Topic""#)

    private func scene() async -> CloudScene {
        let scene = CloudScene {
            $0.replacing = ["AWS::RDS::DBCluster DatabaseName"]
            $0.perhapsReplacing = ["AWS::RDS::DBCluster Engine"]
        }
        #expect(await scene.deploy(Templates.request()).status == .deployed)
        return scene
    }

    @Test(arguments: [
        (
            Templates.app(database: "orders"),
            "a new, empty database would take the place of Cluster: by a"
                + " change of DatabaseName"
        ),
        (without, "the database Cluster would go"),
    ])
    func itStopsBeforeAnythingIsChanged(_ template: String, _ message: String) async throws {
        let scene = await scene()
        let before = scene.cloud.changeSets(of: "app")
        let result = await scene.deploy(Templates.request(template))
        #expect(result.status == .failed && result.failure?.code == .refused)
        let diagnostic = try #require(result.failure?.diagnostics.first)
        #expect(diagnostic.message == message)
        #expect(diagnostic.notes.last == "if that is what you want, deploy with --replace-database")
        // What changes was shown, nobody was asked, and the change set is gone again.
        #expect(scene.events.changes.contains { $0.logicalID == "Cluster" })
        #expect(scene.events.questions.count == 1)
        #expect(scene.cloud.executions.count == 1 && scene.cloud.changeSets(of: "app") == before)
        #expect(scene.cloud.word(of: "app") == "CREATE_COMPLETE")

        let allowed = await scene.deploy(Templates.request(template), mayLoseDatabase: true)
        #expect(allowed.status == .deployed && scene.cloud.executions.count == 2)
    }

    @Test func whatIsOnlyPerhapsReplacedIsWarnedOf() async throws {
        let scene = await scene()
        let template = Templates.app().replacing("\"aurora-postgresql\"", with: "\"aurora-mysql\"")
        #expect(await scene.deploy(Templates.request(template)).status == .deployed)
        let warning = try #require(scene.events.warnings.first)
        #expect(warning.contains("CloudFormation may replace the database Cluster by an empty one"), "\(warning)")
        #expect(warning.contains("by a change of Engine"), "\(warning)")
    }

    /// A snapshot that stays costs money, and is not to be denied because it cannot be seen.
    @Test func whatATemplateKeepsThatCannotBeReadIsNotDenied() async throws {
        let scene = CloudScene()
        try scene.cloud.put("app", in: "CREATE_COMPLETE", template: Templates.app(), parameters: ["AmiId": "ami-1"])
        scene.cloud.write("Resources:\n  Cluster: {Type: AWS::RDS::DBCluster}\n", asTemplateOf: "app")
        let result = await scene.destroy()
        #expect(result.status == .deleted && result.kept == nil)
        #expect(
            scene.events.notes.contains(
                "what of it stays is not known: its template or its resources cannot be read"))
    }
}
