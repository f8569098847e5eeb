import AWSClient
import SimulatedEC2
import Testing

/// What may be done in which state.
struct StateTests {
    @Test func onlyWhatRunsIsStopped() async throws {
        let scene = Scene()
        let id = try await scene.ec2.runInstance(try await scene.launch()).id
        func stop() async -> String? {
            await failure { _ = try await scene.ec2.stopInstances([id]) }?.code
        }
        #expect(await stop() == "IncorrectInstanceState")
        scene.pass(15)
        #expect(await stop() == nil)
        #expect(try await scene.ec2.stopInstances([id]).map(\.now) == [.stopping])
        scene.pass(40)
        #expect(try await scene.ec2.stopInstances([id]).map(\.before) == [.stopped])
        _ = try await scene.ec2.terminateInstances([id])
        #expect(await stop() == "IncorrectInstanceState")
        #expect(try await scene.ec2.terminateInstances([id]).map(\.now) == [.shuttingDown])
    }

    @Test func whatIsTerminatedWhileItStopsStaysTerminated() async throws {
        let scene = Scene()
        let id = try await scene.runningInstance()
        let free = scene.simulation.subnets[0].freeAddresses
        _ = try await scene.ec2.stopInstances([id])
        scene.pass(20)
        #expect(try await scene.ec2.terminateInstances([id]).map(\.before) == [.stopping])
        scene.pass(200)
        #expect(try await scene.instance(id).state == .terminated)
        #expect(
            scene.simulation.instances[0].history.moments.map(\.state).suffix(2) == ["shutting-down", "terminated"])
        #expect(scene.simulation.volumes.isEmpty && scene.simulation.subnets[0].freeAddresses == free + 1)
    }

    @Test func anImageIsMadeOfWhatRunsOrIsStopped() async throws {
        let scene = Scene()
        let id = try await scene.ec2.runInstance(try await scene.launch()).id
        func create(_ name: String) async -> String? {
            await failure {
                _ = try await scene.ec2.createImage(EC2.ImageCreation(instanceID: id, name: name))
            }?.code
        }
        #expect(await create("pending") == "InvalidParameterValue")
        scene.pass(15)
        #expect(await create("running") == nil)
        _ = try await scene.ec2.stopInstances([id])
        scene.simulation.update { $0.wrongStateForImageCode = "IncorrectInstanceState" }
        #expect(await create("stopping") == "IncorrectInstanceState")
        scene.pass(40)
        #expect(await create("stopped") == nil)
        _ = try await scene.ec2.terminateInstances([id])
        #expect(await create("ended") == "IncorrectInstanceState")
    }

    @Test func aTerminatedInstanceIsForgottenInTheEnd() async throws {
        let scene = Scene()
        let id = try await scene.runningInstance()
        _ = try await scene.ec2.terminateInstances([id])
        scene.pass(3000)
        #expect(try await scene.ec2.terminateInstances([id]).map(\.now) == [.terminated])
        scene.pass(1000)
        let error = await failure { _ = try await scene.ec2.describeInstances(.ids([id])) }
        #expect(error?.code == "InvalidInstanceID.NotFound")
        #expect(scene.simulation.instances.count == 1)
    }

    @Test(arguments: ["i-1", "x", "ami-0123456789abcdef0", "i-0123456789ABCDEF0"])
    func anIDThatIsNoneIsMalformed(_ id: String) async throws {
        let scene = Scene()
        let error = await failure { _ = try await scene.ec2.describeInstances(.ids([id])) }
        #expect(error?.code == "InvalidInstanceID.Malformed")
    }

    @Test func whatIsNotThereIsNotFound() async throws {
        let scene = Scene()
        let id = "0123456789abcdef0"
        let ec2 = scene.ec2
        let calls: [(String, () async throws -> Void)] = [
            ("InvalidInstanceID.NotFound", { _ = try await ec2.stopInstances(["i-\(id)"]) }),
            ("InvalidInstanceID.NotFound", { try await ec2.createTags(on: ["i-\(id)"], ["a": "b"]) }),
            ("InvalidAMIID.NotFound", { _ = try await ec2.describeImages(.ids(["ami-\(id)"])) }),
            ("InvalidSnapshot.NotFound", { try await ec2.deleteSnapshot("snap-\(id)") }),
            ("InvalidVolume.NotFound", { _ = try await ec2.describeVolumes(.ids(["vol-\(id)"])) }),
            ("InvalidGroup.NotFound", { try await ec2.deleteSecurityGroup("sg-\(id)") }),
            ("InvalidVpcID.NotFound", { _ = try await ec2.describeVPCs(.ids(["vpc-\(id)"])) }),
            (
                "InvalidSubnetID.NotFound",
                { _ = try await ec2.describeSubnets(.ids(["subnet-\(id)"])) }
            ),
            (
                "InvalidRouteTableID.NotFound",
                { _ = try await ec2.describeRouteTables(.ids(["rtb-\(id)"])) }
            ),
        ]
        for (code, call) in calls { #expect(await failure(call)?.code == code) }
    }

    @Test func oneOfManyAtOnceGetsAName() async throws {
        let scene = Scene()
        let codes = await withTaskGroup(of: String?.self) { tasks in
            for _ in 0..<40 {
                tasks.addTask {
                    await failure {
                        _ = try await scene.ec2.createSecurityGroup(
                            EC2.SecurityGroupCreation(name: "one", description: "d"))
                    }?.code
                }
            }
            return await tasks.reduce(into: [String?]()) { $0.append($1) }
        }
        #expect(codes.filter { $0 == nil }.count == 1)
        #expect(codes.filter { $0 == "InvalidGroup.Duplicate" }.count == 39)
        #expect(scene.simulation.groups.count == 1 && scene.simulation.calls.count == 40)
    }

    @Test func theHomeRegionMayBeAmongTheOthers() async throws {
        let scene = Scene { $0.region = "us-east-1" }
        let ec2 = EC2(scene.client(region: "us-east-1"))
        #expect(try await ec2.describeImages(.matching([]), owners: ["amazon"]).count == 6)
        #expect(try await ec2.describeVPCs(.matching([])).count == 1)
    }

    @Test func groupsHaveTheirRules() async throws {
        let scene = Scene()
        let ec2 = scene.ec2
        func create(_ name: String, _ description: String = "d", vpc: String? = nil) async -> String? {
            await failure {
                _ = try await ec2.createSecurityGroup(
                    EC2.SecurityGroupCreation(name: name, description: description, vpcID: vpc))
            }?.code
        }
        #expect(await create("build") == nil)
        #expect(await create("build") == "InvalidGroup.Duplicate")
        #expect(await create("sg-build") == "InvalidParameterValue")
        #expect(await create("büild") == "InvalidParameterValue")
        #expect(await create("other", "") == "MissingParameter")
        #expect(await create("other", vpc: "vpc-0123456789abcdef0") == "InvalidVpcID.NotFound")
        let groups = try await ec2.describeSecurityGroups(.matching([.exactly("group-name", "build")]))
        #expect(groups.map(\.ingressRules) == [0])
        let standard = try await ec2.describeSecurityGroups(.matching([.exactly("group-name", "default")]))
        #expect(standard.map(\.ingressRules) == [1])
        let refused = await failure { try await ec2.deleteSecurityGroup(standard[0].id) }
        #expect(refused?.code == "CannotDelete")
        try await ec2.deleteSecurityGroup(groups[0].id)
        #expect(await create("build") == nil)
    }
}
