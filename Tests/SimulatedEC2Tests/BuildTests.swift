import AWSClient
import AWSTransport
import FoundationEssentials
import SimulatedEC2
import TestBasics
import Testing

/// A whole build by hand.
struct BuildTests {
    @Test func aBuildGoesThroughAllItsStates() async throws {
        let scene = Scene()
        let ec2 = scene.ec2
        let group = try await ec2.createSecurityGroup(
            EC2.SecurityGroupCreation(name: "build", description: "a build", tags: ["k": "v"]))
        var launch = try await scene.launch()
        launch.securityGroupIDs = [group]
        let id = try await ec2.runInstance(launch).id
        #expect(try await scene.instance(id).state == .pending)
        scene.pass(15)
        let running = try await scene.instance(id)
        #expect(running.state == .running && running.tags == launch.tags && running.securityGroupIDs == [group])
        #expect(running.stateReason == nil && running.clientToken == "t-1" && running.volumeIDs.count == 1)
        let volume = try await ec2.describeVolumes(.matching([.exactly("attachment.instance-id", id)]))
        #expect(volume.map(\.state) == [.inUse] && volume[0].tags == launch.tags)
        scene.pass(45)
        #expect(try await scene.console(id).contains("\nPGPOOL-AURORA b-1 ok\n"))

        let stopping = try await ec2.stopInstances([id])
        #expect(stopping.map(\.before) == [.running] && stopping.map(\.now) == [.stopping])
        scene.pass(40)
        let stopped = try await scene.instance(id)
        #expect(stopped.state == .stopped && stopped.stateReason?.code == "Client.UserInitiatedShutdown")

        let image = try await ec2.createImage(
            EC2.ImageCreation(instanceID: id, name: "pgpool 1", tags: ["pgpool-aurora:build-id": "b-1"]))
        #expect(try await scene.image(image).state == .pending)
        scene.pass(20)
        let snapshots = try await ec2.describeSnapshots(
            .matching([EC2.Filter("description", ["Created by CreateImage(\(id)) for \(image)"])]))
        #expect(snapshots.map(\.state) == [.pending])
        #expect((40...60).contains(snapshots[0].progress ?? 0))
        scene.pass(25)
        let available = try await scene.image(image)
        #expect(available.state == .available && available.rootDisk?.snapshotID == snapshots[0].id)
        #expect(available.sourceInstanceID == id && available.bootMode == .uefiPreferred && available.requiresIMDSv2)
        #expect(scene.simulation.moment(of: "available", image) == scene.simulation.images[0].history.since)

        let inUse = await failure { try await ec2.deleteSecurityGroup(group) }
        #expect(inUse?.code == "DependencyViolation")
        #expect(try await ec2.terminateInstances([id]).map(\.now) == [.shuttingDown])
        scene.pass(30)
        #expect(try await scene.instance(id).state == .terminated)
        #expect(try await ec2.describeVolumes(.matching([.exactly("attachment.instance-id", id)])).isEmpty)
        try await ec2.deleteSecurityGroup(group)
        #expect(
            scene.simulation.leftovers == [
                "image \(image) (pgpool 1) is available", "snapshot \(snapshots[0].id) is completed",
            ])
        try await ec2.createTags(on: [image, snapshots[0].id], ["pgpool-aurora:published": "true"])
        #expect(scene.simulation.leftovers.isEmpty)
        #expect(
            scene.simulation.mutations.map(\.operation) == [
                "CreateSecurityGroup", "RunInstances", "StopInstances", "CreateImage", "TerminateInstances",
                "DeleteSecurityGroup", "CreateTags",
            ])
    }

    @Test func aServerOnLoopbackDoesTheSame() async throws {
        var settings = SimulationSettings()
        settings.buckets = ["builds": "eu-west-1"]
        settings.faults = [Fault("CreateTags", .first(1), .loseAnswer)]
        let simulation = Simulation(settings, clock: .real(speed: 500))
        let transport = AsyncHTTPTransport()
        try await withSimulatedServer(simulation) { url in
            let client = AWSClient(
                region: "eu-west-1", credentials: FixedCredentials(accessKeyID: "AKIDEXAMPLE"),
                runtime: AWSRuntime(
                    transport: transport, timer: WaitTimer(ContinuousClock()), now: { Date() }, random: { 0.5 }),
                endpoint: { _ in HTTPURL(url) ?? HTTPURL(scheme: "http", host: "unreachable.invalid") },
                policy: RetryPolicy(attempts: 3, base: .milliseconds(1), limit: .milliseconds(1)))
            let ec2 = EC2(client)
            let location = S3.Location(bucket: "builds", key: "tool v1/ü")
            try await S3(client).putObject(location, Array("tool".utf8))
            #expect(try await S3(client).headObject(location).size == 4)
            let address = try await S3(client).presignedAddress(location, lifetime: .seconds(60))
            let fetched = try await transport.send(HTTPRequest("GET", address))
            #expect(fetched.status == 200 && fetched.body == Array("tool".utf8))

            let base = try await SSM(client).getParameter("/aws/service/debian/release/13/latest/amd64").value
            let id = try await ec2.runInstance(
                EC2.Launch(clientToken: "t", imageID: base, instanceType: "t3.medium")
            ).id
            try await ec2.createTags(on: [id], ["k": "v"])
            let waiter = Waiter("it to run", interval: .milliseconds(10), deadline: .seconds(60))
            let instance = try await waiter.wait(on: client.timer, random: { 0.5 }) { () throws(AWSError) in
                let found = try await ec2.describeInstances(.ids([id]))[0]
                return found.state == .running ? .done(found) : .pending
            }
            #expect(instance.tags == ["k": "v"])
            let none = await failure {
                _ = try await S3(client).headObject(.init(bucket: "builds", key: "no"))
            }
            #expect(none?.status == 404)
        }
        await transport.shutDown()
        #expect(simulation.calls(of: "CreateTags").map(\.outcome) == [.lost(isDone: true), .done])
        #expect(simulation.leftovers.count == 2)
    }
}
