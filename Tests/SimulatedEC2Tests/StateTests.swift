import AWSClient
import SimulatedEC2
import Testing

/// What may be done in which state.
struct StateTests {
    @Test func onlyWhatRunsIsStopped() async throws {
        let scene = Scene()
        let id = try await scene.ec2.runInstance(try await scene.launch()).id
        func stop() async -> String? {
            await failure { () throws(AWSError) in _ = try await scene.ec2.stopInstances([id]) }?.code
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

    @Test func anImageIsMadeOfWhatRunsOrIsStopped() async throws {
        let scene = Scene()
        let id = try await scene.ec2.runInstance(try await scene.launch()).id
        func create(_ name: String) async -> String? {
            await failure { () throws(AWSError) in
                _ = try await scene.ec2.createImage(EC2.ImageCreation(instanceID: id, name: name))
            }?.code
        }
        #expect(await create("pending") == "IncorrectInstanceState")
        scene.pass(15)
        #expect(await create("running") == nil)
        _ = try await scene.ec2.stopInstances([id])
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
        let error = await failure { () throws(AWSError) in _ = try await scene.ec2.describeInstances(.ids([id])) }
        #expect(error?.code == "InvalidInstanceID.NotFound")
        #expect(scene.simulation.instances.count == 1)
    }

    @Test(arguments: ["i-1", "x", "ami-0123456789abcdef0", "i-0123456789ABCDEF0"])
    func anIDThatIsNoneIsMalformed(_ id: String) async throws {
        let scene = Scene()
        let error = await failure { () throws(AWSError) in _ = try await scene.ec2.describeInstances(.ids([id])) }
        #expect(error?.code == "InvalidInstanceID.Malformed")
    }

    @Test func whatIsNotThereIsNotFound() async throws {
        let scene = Scene()
        let id = "0123456789abcdef0"
        let ec2 = scene.ec2
        let calls: [(String, () async throws(AWSError) -> Void)] = [
            ("InvalidInstanceID.NotFound", { () throws(AWSError) in _ = try await ec2.stopInstances(["i-\(id)"]) }),
            ("InvalidInstanceID.NotFound", { () throws(AWSError) in try await ec2.createTags(on: ["i-\(id)"], ["a": "b"]) }),
            ("InvalidAMIID.NotFound", { () throws(AWSError) in _ = try await ec2.describeImages(.ids(["ami-\(id)"])) }),
            ("InvalidSnapshot.NotFound", { () throws(AWSError) in try await ec2.deleteSnapshot("snap-\(id)") }),
            ("InvalidVolume.NotFound", { () throws(AWSError) in _ = try await ec2.describeVolumes(.ids(["vol-\(id)"])) }),
            ("InvalidGroup.NotFound", { () throws(AWSError) in try await ec2.deleteSecurityGroup("sg-\(id)") }),
            ("InvalidVpcID.NotFound", { () throws(AWSError) in _ = try await ec2.describeVPCs(.ids(["vpc-\(id)"])) }),
            (
                "InvalidSubnetID.NotFound",
                { () throws(AWSError) in _ = try await ec2.describeSubnets(.ids(["subnet-\(id)"])) }
            ),
            (
                "InvalidRouteTableID.NotFound",
                { () throws(AWSError) in _ = try await ec2.describeRouteTables(.ids(["rtb-\(id)"])) }
            ),
        ]
        for (code, call) in calls { #expect(await failure(call)?.code == code) }
    }

    @Test func groupsHaveTheirRules() async throws {
        let scene = Scene()
        let ec2 = scene.ec2
        func create(_ name: String, _ description: String = "d", vpc: String? = nil) async -> String? {
            await failure { () throws(AWSError) in
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
        let refused = await failure { () throws(AWSError) in try await ec2.deleteSecurityGroup(standard[0].id) }
        #expect(refused?.code == "CannotDelete")
        try await ec2.deleteSecurityGroup(groups[0].id)
        #expect(await create("build") == nil)
    }
}
