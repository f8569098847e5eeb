import AWSClient
import CZlib
import SimulatedEC2
import Testing

/// What RunInstances takes, and what it refuses.
struct LaunchTests {
    private func code(_ scene: Scene, _ launch: EC2.Launch) async -> String? {
        await failure { _ = try await scene.ec2.runInstance(launch) }?.code
    }

    @Test func theSameTokenIsTheSameInstance() async throws {
        let scene = Scene()
        var launch = try await scene.launch()
        let id = try await scene.ec2.runInstance(launch).id
        scene.pass(20)
        let again = try await scene.ec2.runInstance(launch)
        #expect(again.id == id && again.state == .running)
        #expect(scene.simulation.instances.count == 1)
        launch.tags["more"] = "x"
        #expect(await code(scene, launch) == "IdempotentParameterMismatch")
        _ = try await scene.ec2.terminateInstances([id])
        launch.tags["more"] = nil
        #expect(await code(scene, launch) == "IdempotentInstanceTerminated")
    }

    @Test(arguments: [String(repeating: "t", count: 65), "tökén", "a b"])
    func aTokenIsShortASCII(_ token: String) async throws {
        let scene = Scene()
        #expect(await code(scene, try await scene.launch(token)) == "InvalidParameterValue")
        #expect(await code(scene, try await scene.launch(String(repeating: "t", count: 64))) == nil)
    }

    @Test func userDataIsLimitedBeforeBase64() async throws {
        let scene = Scene()
        var launch = try await scene.launch()
        launch.userData = [UInt8](repeating: 0x61, count: 16_385)
        #expect(await code(scene, launch) == "InvalidParameterValue")
        launch.userData.removeLast()
        #expect(await code(scene, launch) == nil)
    }

    @Test func userDataIsReadFromGzip() async throws {
        let scene = Scene()
        var launch = try await scene.launch()
        let text = String(repeating: "a line\n", count: 30_000) + "export PGPOOL_AURORA_BUILD_ID=\"zipped\"\n"
        launch.userData = gzip(Array(text.utf8))
        let id = try await scene.ec2.runInstance(launch).id
        #expect(scene.simulation.instances[0].userData == text)
        scene.pass(70)
        #expect(try await scene.console(id).contains("PGPOOL-AURORA zipped ok"))
    }

    /// As gzip does it.
    private func gzip(_ bytes: [UInt8]) -> [UInt8] {
        var stream = z_stream()
        deflateInit2_(
            &stream, 9, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        defer { deflateEnd(&stream) }
        var input = bytes
        var output = [UInt8](repeating: 0, count: bytes.count + 100)
        let size = input.withUnsafeMutableBufferPointer { input in
            output.withUnsafeMutableBufferPointer { output in
                (stream.next_in, stream.avail_in) = (input.baseAddress, UInt32(input.count))
                (stream.next_out, stream.avail_out) = (output.baseAddress, UInt32(output.count))
                deflate(&stream, Z_FINISH)
                return output.count - Int(stream.avail_out)
            }
        }
        return Array(output.prefix(size))
    }

    @Test func whatIsNotThereIsNamed() async throws {
        let scene = Scene()
        let none = "0123456789abcdef0"
        let changes: [(String, (inout EC2.Launch) -> Void)] = [
            ("InvalidAMIID.NotFound", { $0.imageID = "ami-\(none)" }),
            ("InvalidAMIID.Malformed", { $0.imageID = "ami-1" }),
            ("InvalidSubnetID.NotFound", { $0.subnetID = "subnet-\(none)" }),
            ("InvalidGroup.NotFound", { $0.securityGroupIDs = ["sg-\(none)"] }),
            ("InvalidGroupId.Malformed", { $0.securityGroupIDs = ["default"] }),
            ("InvalidParameterValue", { $0.instanceType = "t9.huge" }),
            ("InvalidParameterValue", { $0.instanceType = "t4g.medium" }),
            ("InvalidBlockDeviceMapping", { $0.rootVolume = EC2.RootVolume(device: "/dev/xvda", size: 4) }),
            ("InvalidBlockDeviceMapping", { $0.rootVolume = EC2.RootVolume(device: "/dev/sdz", size: 40) }),
        ]
        for (expected, change) in changes {
            var launch = try await scene.launch()
            change(&launch)
            #expect(await code(scene, launch) == expected)
        }
        #expect(scene.simulation.instances.isEmpty)
        let image = try await scene.baseImage()
        #expect(
            await scene.rawError(
                "RunInstances",
                [
                    "ImageId": image, "InstanceType": "t3.medium", "MinCount": "1", "MaxCount": "1",
                    "UserData": "not base64!",
                ]) == "InvalidParameterValue")
    }

    @Test func theDiskAndTheNetworkAreAsAskedFor() async throws {
        let scene = Scene()
        let group = try await scene.ec2.createSecurityGroup(EC2.SecurityGroupCreation(name: "g", description: "d"))
        var launch = try await scene.launch()
        launch.subnetID = scene.simulation.subnets[1].id
        launch.securityGroupIDs = [group]
        launch.hasPublicAddress = false
        launch.rootVolume = EC2.RootVolume(device: "/dev/xvda", size: 12, encryption: .defaultKey)
        let instance = try await scene.ec2.runInstance(launch)
        #expect(instance.zone == "eu-west-1b" && instance.securityGroupIDs == [group])
        let volume = try await scene.ec2.describeVolumes(.ids(Array(instance.volumeIDs.values)))[0]
        #expect(volume.size == 12 && volume.isEncrypted && volume.state == .inUse)
        let seen = scene.simulation.instances[0]
        #expect(!seen.hasPublicAddress && seen.requiresIMDSv2 && seen.terminatesOnShutdown)
        #expect(seen.interfaceTags == launch.tags)
        #expect(scene.simulation.subnets[1].freeAddresses == 4090)
    }

    @Test func withoutADefaultVPCASubnetIsNeeded() async throws {
        let scene = Scene {
            $0.networks = Networks(vpcs: [
                Networks.VPC(name: "own", isDefault: false, subnets: [.init(zone: "a")], hasGateway: false)
            ])
        }
        var launch = try await scene.launch()
        #expect(await code(scene, launch) == "VPCIdNotSpecified")
        let group = await failure {
            _ = try await scene.ec2.createSecurityGroup(EC2.SecurityGroupCreation(name: "g", description: "d"))
        }
        #expect(group?.code == "VPCIdNotSpecified")
        launch.subnetID = scene.simulation.subnets[0].id
        #expect(await code(scene, launch) == nil)
        let tables = try await scene.ec2.describeRouteTables(.matching([EC2.Filter("association.main", ["true"])]))
        #expect(tables.map { $0.routes.map(\.target) } == [["local"]])
    }

    @Test func aTypeHasItsZones() async throws {
        let scene = Scene {
            $0.instanceTypes = [
                SimulatedInstanceType("t3.medium", zones: ["b"]), SimulatedInstanceType("m5.large", memory: 8192),
            ]
        }
        let offerings = try await scene.ec2.describeOfferings(ofTypes: ["t3.medium"])
        #expect(offerings.map(\.zone) == ["eu-west-1b"])
        #expect(try await scene.ec2.runInstance(try await scene.launch()).zone == "eu-west-1b")
        var launch = try await scene.launch("t-2")
        launch.subnetID = scene.simulation.subnets[0].id
        #expect(await code(scene, launch) == "Unsupported")
        let missing = await failure {
            _ = try await scene.ec2.describeInstanceTypes(["m5.large", "t9.huge"])
        }
        #expect(missing?.code == "InvalidInstanceType")
        let type = try await scene.ec2.describeInstanceTypes(["m5.large"])[0]
        #expect(type.hypervisor == .nitro && type.memory == 8192 && type.bootModes == [.legacyBIOS, .uefi])
    }

    @Test func aDryRunChangesNothing() async throws {
        let scene = Scene { $0.shortages = [Shortage(nil)] }
        let launch = try await scene.launch()
        let permission = try await scene.ec2.permission { ec2 throws(AWSError) in _ = try await ec2.runInstance(launch)
        }
        #expect(permission == .allowed)
        #expect(scene.simulation.instances.isEmpty && scene.simulation.mutations.isEmpty)
        #expect(scene.simulation.calls(of: "RunInstances").map(\.isDryRun) == [true])
        var wrong = launch
        wrong.imageID = "ami-0123456789abcdef0"
        let error = await failure { [wrong] in
            _ = try await scene.ec2.permission { ec2 throws(AWSError) in _ = try await ec2.runInstance(wrong) }
        }
        #expect(error?.code == "InvalidAMIID.NotFound")
    }
}
