import AWSClient
import Diagnostics
import ImageBuild
import SimulatedBuild
import SimulatedEC2
import Testing

/// What is found out before anything is made.
struct PreflightTests {
    /// What is wrong, as a person reads it; nothing has been made.
    private func findings(
        _ image: [String: String], options: BuildOptions = BuildOptions(),
        _ change: (inout SimulationSettings) -> Void = { _ in },
        sourceLocation: Testing.SourceLocation = #_sourceLocation
    ) async throws -> (code: BuildFailure.Code?, texts: [String]) {
        let scene = try BuildScene(image, options: options, change)
        let failure = await buildFailure { _ = try await scene.plan() }
        #expect(scene.simulation.mutations.isEmpty && scene.simulation.leftovers == [], sourceLocation: sourceLocation)
        return (failure?.code, failure?.diagnostics.map(\.description) ?? [])
    }

    @Test func aTypeForAnotherArchitecture() async throws {
        let (code, texts) = try await findings(["instance_types": "[t3.medium, t4g.medium]"])
        #expect(code == .badInput)
        #expect(
            texts == [
                """
                cluster.yaml:4:31: error: [image.instance_types] t4g.medium is not for x86_64
                cluster.yaml:4:31: note: t3.medium is
                """
            ])
    }

    @Test func theOtherArchitectureWorks() async throws {
        let scene = try BuildScene(["architecture": "arm64", "instance_types": "[t4g.medium]"])
        scene.expectPublished(try await scene.build())
        #expect(scene.simulation.images[0].architecture == "arm64")
    }

    @Test func aTypeWithoutAConsole() async throws {
        let (code, texts) = try await findings(["instance_types": "[t2.medium]"])
        #expect(code == .badInput)
        #expect(
            texts.first == """
                cluster.yaml:4:20: error: [image.instance_types] t2.medium has no console that can be read at any time
                cluster.yaml:4:20: note: take a type on Nitro, such as t3.medium
                """)
    }

    @Test func aTypeThatDoesNotExist() async throws {
        let (code, texts) = try await findings(["instance_types": "[t9.huge]"])
        #expect(code == .badInput)
        #expect(texts.count == 1 && texts[0].hasPrefix("cluster.yaml:4:20: error: [image.instance_types] "))
        #expect(texts[0].contains("t9.huge"))
    }

    @Test func aTypeThatIsNotOfferedWhereTheSubnetsAre() async throws {
        let (code, texts) = try await findings(["instance_types": "[z1.small]"]) {
            $0.instanceTypes.append(SimulatedInstanceType("z1.small", zones: ["z"]))
        }
        #expect(code == .badInput)
        #expect(
            texts == [
                """
                cluster.yaml:4:20: error: [image.instance_types] none of the types is offered where the subnets are
                cluster.yaml:4:20: note: name other types, or subnets of other zones
                """
            ])
    }

    @Test func aTypeThatIsOfferedInSomeZonesOnly() async throws {
        let scene = try BuildScene(["instance_types": "[c9.small]"]) {
            $0.instanceTypes.append(SimulatedInstanceType("c9.small", zones: ["c"]))
        }
        scene.expectPublished(try await scene.build())
        #expect(scene.simulation.instances.allSatisfy { $0.zone == "eu-west-1c" })
    }

    @Test func aSubnetThatIsNotThere() async throws {
        let (code, texts) = try await findings(["subnets": "[subnet-00000000000000000]"])
        #expect(code == .badInput && texts.count == 1)
        #expect(texts[0].hasPrefix("cluster.yaml:8:13: error: [image.subnets] "))
        #expect(texts[0].contains("subnet-00000000000000000"))
    }

    @Test func subnetsOfTwoVPCs() async throws {
        let networks = Networks(
            vpcs: Networks.standard.vpcs + [
                Networks.VPC(
                    name: "other", isDefault: false, subnets: [Networks.Subnet(zone: "a")], hasGateway: true)
            ])
        // Ids are given out in the same order each time.
        let all = try BuildScene([:]) { $0.networks = networks }.simulation.subnets.filter { $0.region == "eu-west-1" }
        let (code, texts) = try await findings(["subnets": "[\(all[0].id), \(all[3].id)]"]) { $0.networks = networks }
        #expect(code == .badInput)
        #expect(
            texts == [
                """
                cluster.yaml:8:13: error: [image.subnets] the subnets are of 2 VPCs: \
                \([all[0].vpcID, all[3].vpcID].sorted().joined(separator: ", "))
                cluster.yaml:8:13: note: a security group belongs to one VPC; name subnets of one
                """
            ])
    }

    @Test func noDefaultVPC() async throws {
        let (code, texts) = try await findings([:]) {
            $0.networks = Networks(vpcs: [
                Networks.VPC(
                    name: "other", isDefault: false, subnets: [Networks.Subnet(zone: "a")], hasGateway: true)
            ])
        }
        #expect(code == .badInput)
        #expect(
            texts == [
                """
                error: [image.subnets] the account has no default VPC in this region, or it has no subnets
                note: name them: `subnets: [subnet-…]`
                """
            ])
    }

    @Test func aVolumeThatIsTooSmall() async throws {
        let (code, texts) = try await findings(["volume": "{size: 7}"])
        #expect(code == .badInput && texts.count == 1)
        #expect(
            texts[0].hasPrefix("cluster.yaml:8:18: error: [image.volume.size] 7 GiB is less than the 8 GiB of ami-"))
        #expect(texts[0].hasSuffix("note: give at least `size: 8`, or leave it out"))
    }

    @Test func aBucketThatIsNotThere() async throws {
        let (code, texts) = try await findings(["artifact": "{bucket: none-such}"])
        #expect(code == .badInput)
        #expect(
            texts == [
                """
                cluster.yaml:2:22: error: [image.artifact.bucket] there is no bucket 'none-such'
                cluster.yaml:2:22: note: make one, private, with `aws s3 mb s3://none-such`
                """
            ])
    }

    @Test func aBucketElsewhereIsUsedWhereItIs() async throws {
        let scene = try BuildScene(["artifact": "{bucket: elsewhere}"])
        scene.expectPublished(try await scene.build())
        #expect(scene.simulation.calls(of: "PutObject").allSatisfy { $0.region == "us-east-1" && $0.outcome == .done })
    }

    @Test func anImageThatIsNotThere() async throws {
        let (code, texts) = try await findings(["base": "ami-00000000000000000"])
        #expect(code == .badInput)
        #expect(
            texts == [
                """
                cluster.yaml:3:9: error: [image.base] there is no image ami-00000000000000000 in eu-west-1, or it is not \
                shared with this account
                cluster.yaml:3:9: note: an AMI belongs to one region
                """
            ])
    }

    @Test func aParameterThatIsNotThere() async throws {
        let (code, texts) = try await findings(["base": "ssm:/our/base"])
        #expect(code == .badInput)
        #expect(
            texts == [
                """
                cluster.yaml:3:9: error: [image.base] Systems Manager has no parameter /our/base in eu-west-1
                cluster.yaml:3:9: note: name an AMI: `base: ami-…`
                """
            ])
    }

    @Test func aBaseForAnotherArchitecture() async throws {
        let id = try #require(
            try BuildScene().simulation.publicImages.first { $0.architecture == "arm64" && $0.region == "eu-west-1" }?
                .id)
        let (code, texts) = try await findings(["base": id])
        #expect(code == .badInput)
        #expect(texts.contains { $0.contains("\(id) is for arm64, and the image is to be for x86_64") }, "\(texts)")
    }

    @Test func aGroupThatIsNotThere() async throws {
        let (code, texts) = try await findings(["security_group": "sg-00000000000000000"])
        #expect(code == .badInput)
        #expect(
            texts == [
                """
                cluster.yaml:8:19: error: [image.security_group] there is no security group sg-00000000000000000
                cluster.yaml:8:19: note: leave it out, and a temporary one without a way in is made
                """
            ])
    }

    @Test func everythingThatIsWrongIsFoundAtOnce() async throws {
        let (code, texts) = try await findings([
            "base": "ami-00000000000000000", "instance_types": "[t2.medium]", "artifact": "{bucket: none-such}",
            "subnets": "[subnet-00000000000000000]",
        ])
        #expect(code == .badInput && texts.count == 4)
        #expect(
            texts.map { $0.prefix(14) } == ["cluster.yaml:2", "cluster.yaml:3", "cluster.yaml:4", "cluster.yaml:8"])
    }

    @Test func noWayOutIsAWarning() async throws {
        let scene = try BuildScene {
            $0.networks = Networks(vpcs: [
                Networks.VPC(
                    name: "default", isDefault: true,
                    subnets: [
                        Networks.Subnet(zone: "a", isDefault: true, route: ""),
                        Networks.Subnet(zone: "b", isDefault: true, route: "nat-00000000000000000"),
                    ], hasGateway: true)
            ])
        }
        let plan = try await scene.plan()
        let closed = scene.simulation.subnets.filter { $0.region == "eu-west-1" }[0].id
        #expect(
            scene.events.warnings == [
                "warning: [image.subnets] no route to an internet or NAT gateway, so that the guest may not get its "
                    + "packages: \(closed)"
            ])
        // It is tried last, and nobody behind a NAT gateway gets a public address.
        #expect(plan.ec2?.places.map(\.zone) == ["eu-west-1b", "eu-west-1a", "eu-west-1b", "eu-west-1a"])
        #expect(plan.ec2?.places.map(\.isPublic) == [false, false, false, false])
    }

    @Test func aFullSubnetIsLeftOut() async throws {
        var networks = Networks.standard
        networks.vpcs[0].subnets[0].freeAddresses = 0
        let scene = try BuildScene { $0.networks = networks }
        let plan = try await scene.plan()
        #expect(plan.ec2?.places.map(\.zone) == ["eu-west-1b", "eu-west-1c", "eu-west-1b", "eu-west-1c"])
        #expect(
            scene.events.warnings.count == 1
                && scene.events.warnings[0].hasSuffix("has no free address; it is left out"))
    }

    @Test func credentialsThatAreOver() async throws {
        let (code, texts) = try await findings([:], options: .with { $0.credentials = EndingCredentials(count: 1) }) {
            $0.expirations = ["AKID1": .zero]
        }
        #expect(code == .refused && texts.count == 1 && texts[0].contains("the session: it is over"))
        #expect(texts[0].hasSuffix("note: log in again"))
    }

    @Test func aNameThatIsTakenIsFound() async throws {
        let scene = try BuildScene(["name": "pgpool-fixed"])
        let id = try await scene.build().result.imageID
        #expect(id != nil)
        let plan = try await scene.plan()
        #expect(try await EC2Reuse(scene.services.ec2).image(named: plan.imageName)?.id == id)
    }
}
