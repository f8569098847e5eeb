@testable import AWSClient
import Foundation
import JSONDocument
import Testing

/// The calls about instances, against moto. What boto3 is told of the same things is the truth.
///
/// moto has no client tokens.
struct MotoInstanceTests {
    @Test func anInstanceIsLaunchedAndSeen() async throws {
        try await MotoScene.run { scene in
            let ec2 = EC2(scene.client())
            let subnet = try #require(
                try await ec2.describeSubnets(.matching([.exactly("default-for-az", "true")])).first)
            let group = try await ec2.createSecurityGroup(
                EC2.SecurityGroupCreation(
                    name: "pgpool-build", description: "a build", vpcID: subnet.vpcID, tags: ["a": awkward]))
            let image = try #require(
                try await ec2.describeImages(
                    .matching([EC2.Filter("name", ["al2023*"])]), owners: ["amazon"]
                ).first)
            var launch = EC2.Launch(clientToken: "token-1", imageID: image.id, instanceType: "t3.medium")
            launch.subnetID = subnet.id
            launch.securityGroupIDs = [group]
            launch.userData = [0x1F, 0x8B, 0x00, 0xFF]
            launch.rootVolume = EC2.RootVolume(device: "/dev/xvda", size: 11, encryption: .defaultKey)
            launch.tags = ["pgpool-aurora:build-id": "b-1", "empty": ""]
            let wish = launch
            #expect(
                try await ec2.permission { ec2 throws(AWSError) in _ = try await ec2.runInstance(wish) } == .allowed)
            let instance = try await ec2.runInstance(launch)
            #expect(instance.state == .pending)

            let seen = try await ec2.describeInstances(.matching([.tag("pgpool-aurora:build-id", "b-1")]))
            #expect(seen.map(\.id) == [instance.id])
            let volume = try #require(seen[0].volumeIDs["/dev/xvda"])
            let id = JSONValue.string(instance.id)
            let verdicts = try await scene.ask([
                Oracle.Question("ec2", "DescribeInstances", ["InstanceIds": [id]]),
                Oracle.Question("ec2", "DescribeVolumes", ["VolumeIds": [.string(volume)]]),
                Oracle.Question("ec2", "DescribeSecurityGroups", ["GroupIds": [.string(group)]]),
                Oracle.Question("ec2", "DescribeSubnets", ["SubnetIds": [.string(subnet.id)]]),
                Oracle.Question("ec2", "DescribeInstanceAttribute", ["InstanceId": id, "Attribute": "userData"]),
                Oracle.Question(
                    "ec2", "DescribeInstanceAttribute",
                    ["InstanceId": id, "Attribute": "instanceInitiatedShutdownBehavior"]),
                Oracle.Question("ec2", "DescribeImages", ["ImageIds": [.string(image.id)]]),
            ]).map { $0.answer ?? .none }
            let theirs = try #require(verdicts[0]["Reservations"].list.first?["Instances"].list.first)
            #expect(seen == [theirs.instance])
            #expect(try await ec2.describeInstances(.ids([instance.id])) == seen)
            #expect(seen[0].clientToken == "token-1")
            #expect(seen[0].securityGroupIDs == [group])
            #expect(seen[0].tags == launch.tags)
            #expect(theirs["MetadataOptions"]["HttpTokens"].text == "required")
            #expect(theirs["MetadataOptions"]["HttpPutResponseHopLimit"].text == "1")
            #expect(try await ec2.describeVolumes(.ids([volume])) == verdicts[1]["Volumes"].list.map(\.volume))
            #expect(verdicts[1]["Volumes"].list.first?["Size"].text == "11")
            #expect(verdicts[1]["Volumes"].list.first?["Encrypted"].text == "true")
            #expect(
                try await ec2.describeSecurityGroups(.matching([.exactly("group-name", "pgpool-build")]))
                    == verdicts[2]["SecurityGroups"].list.map(\.securityGroup))
            #expect(verdicts[2]["SecurityGroups"].list.first?.securityGroup.ingressRules == 0)
            #expect(
                try await ec2.describeSubnets(.ids([subnet.id])) == verdicts[3]["Subnets"].list.map(\.subnet))
            #expect(verdicts[4]["UserData"]["Value"].text == Data(launch.userData).base64EncodedString())
            #expect(verdicts[5]["InstanceInitiatedShutdownBehavior"]["Value"].text == "terminate")
            #expect([image] == verdicts[6]["Images"].list.map(\.image))
        }
    }

    @Test func anInstanceWithAPublicAddressIsLaunched() async throws {
        try await MotoScene.run { scene in
            let ec2 = EC2(scene.client())
            let subnet = try #require(try await ec2.describeSubnets(.matching([])).first)
            let group = try await ec2.createSecurityGroup(
                EC2.SecurityGroupCreation(name: "pgpool-build", description: "a build", vpcID: subnet.vpcID))
            for isPublic in [true, false] {
                var launch = EC2.Launch(clientToken: "t", imageID: "ami-0000000000000000a", instanceType: "t3.medium")
                launch.subnetID = subnet.id
                launch.securityGroupIDs = [group]
                launch.hasPublicAddress = isPublic
                let id = try await ec2.runInstance(launch).id
                let theirs = try await scene.ask("ec2", "DescribeInstances", ["InstanceIds": [.string(id)]])
                let instance = try #require(theirs["Reservations"].list.first?["Instances"].list.first)
                #expect((instance["PublicIpAddress"].text != nil) == isPublic)
                #expect(instance["SubnetId"].text == subnet.id)
                #expect(
                    instance["NetworkInterfaces"].list.flatMap { $0["Groups"].list.map { $0["GroupId"].text } } == [
                        group
                    ])
            }
        }
    }
}
