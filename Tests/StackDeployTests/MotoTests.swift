import AWSClient
import AWSTransport
import Diagnostics
import FoundationEssentials
import MotoServer
import StackDeploy
import Testing

/// What moto carries of it on the wire: change sets, their execution, events, outputs and deletion.
struct MotoTests {
    private static let template = """
        {"Parameters": {"Image": {"Type": "String"}},
         "Resources": {
          "Topic": {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": {"Ref": "Image"}}},
          "Queue": {"Type": "AWS::SQS::Queue", "DeletionPolicy": "Retain"}},
         "Outputs": {"Topic": {"Value": {"Ref": "Topic"}}}}
        """

    private func request(_ image: String, _ template: String = template) -> StackRequest {
        StackRequest(name: "app", template: template, parameters: ["Image": image])
    }

    @Test func aStackIsComparedDeployedUpdatedReadAndDeleted() async throws {
        let server = try await MotoServer.shared
        let transport = AsyncHTTPTransport(connectTimeout: .seconds(120))
        let account = server.account(over: transport)
        do {
            try await run(account, server.url)
        } catch {
            await transport.shutDown()
            throw error
        }
        await transport.shutDown()
    }

    private func run(_ account: MotoAccount, _ url: String) async throws {
        let timer = WaitTimer(ContinuousClock())
        let client = AWSClient(
            region: "eu-west-1", credentials: KeptCredentials(),
            runtime: AWSRuntime(
                transport: account, timer: timer, now: { Date() }, random: { Double.random(in: 0..<1) }),
            endpoint: { _ in HTTPURL(url) ?? HTTPURL(scheme: "http", host: "unreachable.invalid") })
        let services = StackServices(cloudFormation: CloudFormation(client))
        let events = EventLog()
        let runtime = StackRuntime(
            timer: timer, random: { Double.random(in: 0..<1) }, report: { events.add($0) }, confirm: { _ in true })
        var pace = StackPace(poll: .milliseconds(50))
        // Its events carry no tokens.
        pace.settle = .milliseconds(200)
        let limit = Duration.seconds(30)
        func deploy(_ request: StackRequest) async -> DeployResult {
            await DeployFlow(request, services: services, runtime: runtime, pace: pace, deadline: limit).run()
        }

        let diff = await DiffFlow(
            request("ami-1"), services: services, runtime: runtime, pace: pace, deadline: limit
        ).run()
        #expect(diff.status == .different, "\(String(describing: diff.failure))")
        #expect(diff.changes.map(\.logicalID).sorted() == ["Queue", "Topic"])

        let created = await deploy(request("ami-1"))
        #expect(created.status == .deployed, "\(String(describing: created.failure))")
        #expect(created.stack?.status == .createComplete)
        let read = try await services.cloudFormation.describeStackEvents("app").events
        #expect(read.contains { $0.isOfStack && $0.status.word == "CREATE_COMPLETE" })
        let outputs = StackOutputs(services: services, runtime: runtime, pace: pace, deadline: limit)
        let stack = try await outputs.read("app")
        #expect(stack.parameters == ["Image": "ami-1"])

        let updated = await deploy(request("ami-2"))
        #expect(updated.status == .deployed, "\(String(describing: updated.failure))")
        #expect(try await outputs.read("app").parameters == ["Image": "ami-2"])

        let destroyed = await DestroyFlow(
            "app", services: services, runtime: runtime, pace: pace, deadline: limit
        ).run()
        #expect(destroyed.status == .deleted, "\(String(describing: destroyed.failure))")
        #expect(destroyed.kept?.retained.map(\.logicalID) == ["Queue"])
        await #expect(throws: StackFailure.self) { _ = try await outputs.read("app") }
    }
}
