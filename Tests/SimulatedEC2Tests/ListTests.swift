import AWSClient
import FoundationEssentials
import SimulatedEC2
import Testing

/// Lists: filters, pages, and what they do not know yet.
struct ListTests {
    @Test func filtersChooseInstances() async throws {
        let scene = Scene()
        let one = try await scene.runningInstance("t-1")
        var other = try await scene.launch("t-2", type: "t4g.medium")
        other.tags = ["Name": "a*b", "Owner": "x"]
        let two = try await scene.ec2.runInstance(other).id
        let cases: [([EC2.Filter], [String])] = [
            ([], [one, two]),
            ([.exactly("instance-state-name", "pending")], [two]),
            ([EC2.Filter("instance-state-name", ["pending", "running"])], [one, two]),
            ([.exactly("client-token", "t-1")], [one]),
            ([EC2.Filter("client-token", ["t-*"])], [one, two]),
            ([EC2.Filter("client-token", ["t-?"]), .exactly("architecture", "arm64")], [two]),
            ([.tag("Name", "a*b")], [two]),
            ([.tag("Name", "aab")], []),
            ([EC2.Filter("tag:Name", ["a*"])], [two]),
            ([.hasTag("pgpool-aurora:build-id")], [one]),
            ([EC2.Filter("tag-key", ["pgpool-aurora:*"])], [one]),
            ([EC2.Filter("tag-value", ["x", "b-1"])], [one, two]),
            ([.exactly("image-id", "none")], []),
        ]
        for (filters, expected) in cases {
            let found = try await scene.ec2.describeInstances(.matching(filters))
            #expect(found.map(\.id) == expected, "\(filters)")
        }
        for (call, filter) in [
            ("DescribeInstances", "stat"), ("DescribeImages", "Name"), ("DescribeSnapshots", "nam"),
            ("DescribeVolumes", "x"), ("DescribeSubnets", "default"), ("DescribeRouteTables", "subnet"),
            ("DescribeInstanceTypeOfferings", "zone"), ("DescribeVpcs", "default"), ("DescribeSecurityGroups", "id"),
        ] {
            #expect(
                await scene.rawError(call, ["Filter.1.Name": filter, "Filter.1.Value.1": "x"])
                    == "InvalidParameterValue", "\(call)")
        }
    }

    @Test func imagesHaveOwners() async throws {
        let scene = Scene()
        let instance = try await scene.runningInstance()
        let id = try await scene.ec2.createImage(EC2.ImageCreation(instanceID: instance, name: "mine"))
        scene.pass(45)
        let ec2 = scene.ec2
        #expect(try await ec2.describeImages(.matching([]), owners: ["self"]).map(\.id) == [id])
        #expect(try await ec2.describeImages(.matching([]), owners: ["amazon"]).count == 6)
        #expect(try await ec2.describeImages(.matching([])).count == 7)
        let debian = try await ec2.describeImages(
            .matching([EC2.Filter("name", ["debian-1?-*"]), .exactly("architecture", "arm64")]),
            owners: ["136693071363"])
        #expect(debian.count == 2 && debian.allSatisfy { $0.bootMode == .uefi && $0.rootDisk?.size == 8 })
        #expect(try await ec2.describeSnapshots(.matching([])).map(\.id) == [scene.simulation.snapshots[0].id])
        for parameter in [
            "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64",
            "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64",
            "/aws/service/debian/release/12/latest/amd64", "/aws/service/debian/release/12/latest/arm64",
            "/aws/service/debian/release/13/latest/amd64", "/aws/service/debian/release/13/latest/arm64",
        ] {
            let image = try await scene.image(try await scene.ssm.getParameter(parameter).value)
            #expect(image.state == .available && image.isPublic && image.isOnEBS && image.rootDevice == "/dev/xvda")
        }
    }

    @Test func deprecatedImagesOfOthersAreLeftOut() async throws {
        let scene = Scene { $0.baseImages[1].deprecation = "2026-01-01T00:00:00.000Z" }
        let old = scene.simulation.publicImages[1].id
        let ec2 = scene.ec2
        #expect(try await ec2.describeImages(.matching([]), owners: ["amazon"]).count == 5)
        let all = try await ec2.describeImages(.matching([]), owners: ["amazon"], includesDeprecated: true)
        #expect(all.count == 6)
        #expect(try await ec2.describeImages(.ids([old])).map(\.id) == [old])
        let instance = try await scene.runningInstance()
        let own = try await ec2.createImage(EC2.ImageCreation(instanceID: instance, name: "own"))
        scene.pass(45)
        try await ec2.deprecateImage(own, at: Date(timeIntervalSince1970: 1_790_003_600))
        scene.pass(7200)
        #expect(try await ec2.describeImages(.matching([]), owners: ["self"]).map(\.id) == [own])
    }

    @Test func networksAreThoseOfANewAccount() async throws {
        let scene = Scene()
        let ec2 = scene.ec2
        let vpcs = try await ec2.describeVPCs(.matching([EC2.Filter("is-default", ["true"])]))
        #expect(vpcs.count == 1)
        let subnets = try await ec2.describeSubnets(
            .matching([.exactly("vpc-id", vpcs[0].id), .exactly("default-for-az", "true")]))
        #expect(subnets.map(\.zone) == ["eu-west-1a", "eu-west-1b", "eu-west-1c"])
        #expect(subnets.allSatisfy { $0.givesPublicAddresses && $0.isAvailable })
        let none = try await ec2.describeRouteTables(
            .matching([.exactly("association.subnet-id", subnets[0].id)]))
        #expect(none.isEmpty)
        let main = try await ec2.describeRouteTables(.matching([.exactly("association.main", "true")]))
        #expect(main.count == 1 && main[0].isMain && main[0].routes.count == 2)
        #expect(main[0].routes[1].destination == "0.0.0.0/0" && main[0].routes[1].target?.hasPrefix("igw-") == true)
    }

    @Test func aSubnetMayHaveItsOwnTable() async throws {
        let scene = Scene {
            $0.networks.vpcs[0].subnets += [
                .init(zone: "a", route: "nat-0123456789abcdef0"), .init(zone: "b", route: ""),
            ]
        }
        let ids = scene.simulation.subnets.suffix(5).map(\.id)
        let tables = try await scene.ec2.describeRouteTables(
            .matching([EC2.Filter("association.subnet-id", scene.simulation.subnets.map(\.id))]))
        #expect(tables.map { $0.routes.map(\.target) } == [["local", "nat-0123456789abcdef0"], ["local"]])
        #expect(!ids.isEmpty && tables.allSatisfy { !$0.isMain })
    }

    @Test func aListComesInPages() async throws {
        let scene = Scene()
        for number in 0..<12 { _ = try await scene.ec2.runInstance(try await scene.launch("t-\(number)")) }
        let before = scene.simulation.calls(of: "DescribeInstances").count
        let all = try await EC2(scene.client(), pageSize: 5).describeInstances(.matching([]))
        #expect(all.map(\.clientToken) == (0..<12).map { "t-\($0)" })
        #expect(scene.simulation.calls(of: "DescribeInstances").count - before == 3)
        let cases: [(KeyValuePairs<String, String>, String)] = [
            (["MaxResults": "4"], "InvalidParameterValue"), (["MaxResults": "1001"], "InvalidParameterValue"),
            (["MaxResults": "5", "InstanceId.1": all[0].id], "InvalidParameterCombination"),
            (["MaxResults": "5", "NextToken": "bm9uZQ=="], "InvalidPaginationToken"),
        ]
        for (parameters, code) in cases { #expect(await scene.rawError("DescribeInstances", parameters) == code) }
        #expect(await scene.rawError("DescribeRouteTables", ["MaxResults": "101"]) == "InvalidParameterValue")
    }

    @Test func aNewThingIsNotKnownAtOnce() async throws {
        let scene = Scene { $0.consistency = Consistency(ids: .seconds(3), filters: .seconds(8)) }
        let id = try await scene.ec2.runInstance(try await scene.launch()).id
        let early = await failure { _ = try await scene.ec2.describeInstances(.ids([id])) }
        #expect(early?.code == "InvalidInstanceID.NotFound")
        let byTag = EC2.Selection.matching([.tag("pgpool-aurora:build-id", "b-1")])
        let byToken = EC2.Selection.matching([.exactly("client-token", "t-1")])
        scene.pass(3)
        #expect(try await scene.instance(id).tags.isEmpty)
        #expect(try await scene.ec2.describeInstances(.matching([])).count == 1)
        #expect(try await scene.ec2.describeInstances(byTag).isEmpty)
        #expect(try await scene.ec2.describeInstances(byToken).isEmpty)
        scene.pass(5)
        #expect(try await scene.instance(id).tags == ["pgpool-aurora:build-id": "b-1"])
        #expect(try await scene.ec2.describeInstances(byTag).count == 1)
        #expect(try await scene.ec2.describeInstances(byToken).count == 1)
        try await scene.ec2.createTags(on: [id], ["pgpool-aurora:build-id": "b-2"])
        #expect(try await scene.instance(id).tags == ["pgpool-aurora:build-id": "b-1"])
        scene.pass(8)
        #expect(try await scene.instance(id).tags == ["pgpool-aurora:build-id": "b-2"])
    }

    @Test func changesMayNotKnowItEither() async throws {
        for hides in [false, true] {
            let scene = Scene { $0.consistency = Consistency(ids: .seconds(3), hidesFromChanges: hides) }
            let id = try await scene.ec2.runInstance(try await scene.launch()).id
            let error = await failure { _ = try await scene.ec2.terminateInstances([id]) }
            #expect(error?.code == (hides ? "InvalidInstanceID.NotFound" : nil))
        }
    }

    @Test func tagsHaveTheirRules() async throws {
        let scene = Scene()
        let id = try await scene.runningInstance()
        for tags in [
            ["aws:x": "y"], [String(repeating: "k", count: 128): ""], ["k": String(repeating: "v", count: 256)],
        ] {
            let error = await failure { try await scene.ec2.createTags(on: [id], tags) }
            #expect(error?.code == "InvalidParameterValue")
        }
        let many = Dictionary((0..<50).map { ("k\($0)", "") }) { first, _ in first }
        let error = await failure { try await scene.ec2.createTags(on: [id], many) }
        #expect(error?.code == "TagLimitExceeded")
        let none = await failure {
            try await scene.ec2.createTags(on: [id, "sg-0123456789abcdef0"], ["a": "b"])
        }
        #expect(none?.code == "InvalidGroup.NotFound")
        #expect(try await scene.instance(id).tags == ["pgpool-aurora:build-id": "b-1"])
    }
}
