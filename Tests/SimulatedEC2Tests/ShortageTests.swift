import AWSClient
import SimulatedEC2
import Testing

/// Instances for which there is no room, and such that end before their time.
struct ShortageTests {
    @Test(arguments: [
        (Shortage.Kind.atOnce, "InsufficientInstanceCapacity", 500), (.unsupported, "Unsupported", 400),
        (.noFreeAddress, "InsufficientFreeAddressesInSubnet", 400),
    ])
    func aLackOfRoomIsAnError(_ kind: Shortage.Kind, _ code: String, _ status: Int) async throws {
        let scene = Scene { $0.shortages = [Shortage("t3.medium", zone: "eu-west-1a", kind, occurrences: .first(2))] }
        var launch = try await scene.launch()
        launch.subnetID = scene.simulation.subnets[0].id
        for _ in 0..<2 {
            let error = await failure { [launch] in _ = try await scene.ec2.runInstance(launch) }
            #expect(error?.code == code && error?.status == status && error?.kind == .capacity)
        }
        // The third time there is room, and there is some elsewhere all the time.
        _ = try await scene.ec2.runInstance(launch)
        launch.clientToken = "t-2"
        launch.subnetID = scene.simulation.subnets[1].id
        _ = try await scene.ec2.runInstance(launch)
        #expect(scene.simulation.instances.count == 2)
    }

    @Test func aLackOfRoomCanComeLate() async throws {
        let scene = Scene { $0.shortages = [Shortage("t3.medium", .later(.seconds(5)))] }
        let id = try await scene.ec2.runInstance(try await scene.launch()).id
        #expect(try await scene.instance(id).state == .pending)
        scene.pass(40)
        let ended = try await scene.instance(id)
        #expect(ended.state == .terminated && ended.stateReason?.code == "Server.InsufficientInstanceCapacity")
        #expect(scene.simulation.moment(of: "running", id) == nil)
    }

    @Test func anEncryptedRootMayEndAnInstance() async throws {
        let scene = Scene { $0.endsEncryptedRoots = true }
        var launch = try await scene.launch()
        let plain = try await scene.ec2.runInstance(launch).id
        launch.clientToken = "t-2"
        launch.rootVolume = EC2.RootVolume(device: "/dev/xvda", encryption: .key("alias/none"))
        let encrypted = try await scene.ec2.runInstance(launch).id
        scene.pass(60)
        #expect(try await scene.instance(plain).state == .running)
        let ended = try await scene.instance(encrypted)
        #expect(ended.state == .terminated && ended.stateReason?.code == "Client.InternalError")
    }

    @Test(arguments: [
        (InstanceEnd.shutDown(instance: 1, after: .seconds(7)), "Client.InstanceInitiatedShutdown"),
        (.spotTermination(instance: 1, after: .seconds(7)), "Server.SpotInstanceTermination"),
        (.internalError(instance: 1, after: .seconds(7)), "Client.InternalError"),
    ])
    func anInstanceMayEndInTheMiddle(_ end: InstanceEnd, _ code: String) async throws {
        let scene = Scene { $0.instanceEnds = [end] }
        let id = try await scene.runningInstance()
        let other = try await scene.runningInstance("t-2")
        scene.pass(40)
        let ended = try await scene.instance(id)
        #expect(ended.state == .terminated && ended.stateReason?.code == code)
        let running = try #require(scene.simulation.moment(of: "running", id))
        #expect(scene.simulation.moment(of: "shutting-down", id) == running + .seconds(7))
        #expect(scene.simulation.moment(of: "terminated", id) == running + .seconds(37))
        #expect(try await scene.instance(other).state == .running)
    }

    @Test func aGuestThatShutsDownMayOnlyStop() async throws {
        let scene = Scene { $0.instanceEnds = [.shutDown(instance: 1, after: .seconds(7))] }
        var launch = try await scene.launch()
        launch.onShutdown = .stop
        let id = try await scene.ec2.runInstance(launch).id
        scene.pass(65)
        #expect(try await scene.instance(id).state == .stopped)
    }

    @Test func theDeadManEndsAGuestThatNobodyStops() async throws {
        let scene = Scene()
        var launch = try await scene.launch()
        launch.userData += Array("PGPOOL_AURORA_DEADMAN_MINUTES='50'\n".utf8)
        let id = try await scene.ec2.runInstance(launch).id
        scene.pass(49 * 60)
        #expect(try await scene.instance(id).state == .running)
        scene.pass(120)
        #expect(try await scene.instance(id).stateReason?.code == "Client.InstanceInitiatedShutdown")
        #expect(scene.simulation.leftovers.isEmpty)
    }
}
