import AWSClient
import JSONDocument
import Testing

/// What a build asks about before it begins, against moto.
struct MotoNetworkTests {
    @Test func theDefaultNetworkIsWhatBotoSees() async throws {
        try await MotoScene.run { scene in
            let ec2 = EC2(scene.client())
            let verdicts = try await scene.ask([
                Oracle.Question("ec2", "DescribeVpcs"), Oracle.Question("ec2", "DescribeSubnets"),
                Oracle.Question("ec2", "DescribeRouteTables"), Oracle.Question("ec2", "DescribeSecurityGroups"),
            ]).map { $0.answer ?? .none }
            let vpcs = try await ec2.describeVPCs(.matching([.exactly("is-default", "true")]))
            #expect(vpcs == verdicts[0]["Vpcs"].list.map(\.vpc))
            let vpc = try #require(vpcs.first)
            #expect(try await ec2.describeVPCs(.ids([vpc.id])) == vpcs)
            let subnets = try await ec2.describeSubnets(.matching([.exactly("vpc-id", vpc.id)]))
            #expect(Set(subnets) == Set(verdicts[1]["Subnets"].list.map(\.subnet)))
            #expect(subnets.count >= 2 && subnets.allSatisfy(\.isAvailable))
            let tables = try await ec2.describeRouteTables(.matching([.exactly("vpc-id", vpc.id)]))
            #expect(tables == verdicts[2]["RouteTables"].list.map(\.routeTable))
            #expect(tables.contains { $0.isMain })
            let groups = try await ec2.describeSecurityGroups(.matching([.exactly("group-name", "default")]))
            #expect(groups == verdicts[3]["SecurityGroups"].list.map(\.securityGroup))
            #expect(try await ec2.describeSubnets(.matching([.exactly("vpc-id", "vpc-none")])).isEmpty)
        }
    }

    @Test func instanceTypesAreWhatBotoSees() async throws {
        try await MotoScene.run { scene in
            let ec2 = EC2(scene.client())
            let names = ["t3.medium", "t4g.small", "m4.large", "m5.metal"]
            let types = try await ec2.describeInstanceTypes(names)
            let offerings = try await ec2.describeOfferings(ofTypes: ["t3.medium", "t4g.small"])
            let verdicts = try await scene.ask([
                Oracle.Question("ec2", "DescribeInstanceTypes", ["InstanceTypes": .array(names.map { .string($0) })]),
                Oracle.Question(
                    "ec2", "DescribeInstanceTypeOfferings",
                    [
                        "LocationType": "availability-zone",
                        "Filters": .filters(["instance-type": ["t3.medium", "t4g.small"]]),
                    ]),
            ]).map { $0.answer ?? .none }
            #expect(Set(types) == Set(verdicts[0]["InstanceTypes"].list.map(\.instanceType)))
            let byName = Dictionary(uniqueKeysWithValues: types.map { ($0.name, $0) })
            #expect(byName["t3.medium"]?.hypervisor == .nitro)
            #expect(byName["t3.medium"]?.architectures == [.x86_64])
            #expect(byName["t4g.small"]?.architectures == [.arm64])
            #expect(byName["m4.large"]?.hypervisor == .xen)
            #expect(byName["m5.metal"]?.isBareMetal == true)
            #expect(Set(offerings) == Set(verdicts[1]["InstanceTypeOfferings"].list.map(\.offering)))
            #expect(!offerings.isEmpty)
            let error = await #expect(throws: AWSError.self) {
                _ = try await ec2.describeInstanceTypes(["t99.medium"])
            }
            #expect(error?.code == "InvalidInstanceType")
        }
    }
}
