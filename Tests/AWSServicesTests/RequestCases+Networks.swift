import AWSClient
import JSONDocument

extension RequestCase {
    static let networks = [
        RequestCase(
            "ec2", "CreateSecurityGroup",
            [
                "GroupName": "pgpool-1", "Description": "for a build", "VpcId": "vpc-1",
                "TagSpecifications": [
                    ["ResourceType": "security-group", "Tags": [["Key": "k", "Value": .string(awkward)]]]
                ],
            ]
        ) {
            _ = try await EC2($0).createSecurityGroup(
                EC2.SecurityGroupCreation(
                    name: "pgpool-1", description: "for a build", vpcID: "vpc-1", tags: ["k": awkward]))
        },
        RequestCase("ec2", "DeleteSecurityGroup", ["GroupId": "sg-1"]) {
            try await EC2($0).deleteSecurityGroup("sg-1")
        },
        RequestCase("ec2", "DescribeSecurityGroups", ["GroupIds": ["sg-1"]]) {
            _ = try await EC2($0).describeSecurityGroups(.ids(["sg-1"]))
        },
        RequestCase(
            "ec2", "DescribeSecurityGroups", ["Filters": .filters(["group-name": ["a"]]), "MaxResults": 1000]
        ) {
            _ = try await EC2($0).describeSecurityGroups(.matching([.exactly("group-name", "a")]))
        },
        RequestCase("ec2", "DescribeVpcs", ["Filters": .filters(["is-default": ["true"]]), "MaxResults": 1000]) {
            _ = try await EC2($0).describeVPCs(.matching([.exactly("is-default", "true")]))
        },
        RequestCase("ec2", "DescribeVpcs", ["VpcIds": ["vpc-1"]]) {
            _ = try await EC2($0).describeVPCs(.ids(["vpc-1"]))
        },
        RequestCase("ec2", "DescribeSubnets", ["SubnetIds": ["subnet-1", "subnet-2"]]) {
            _ = try await EC2($0).describeSubnets(.ids(["subnet-1", "subnet-2"]))
        },
        RequestCase(
            "ec2", "DescribeSubnets", ["Filters": .filters(["default-for-az": ["true"]]), "MaxResults": 1000]
        ) {
            _ = try await EC2($0).describeSubnets(.matching([.exactly("default-for-az", "true")]))
        },
        RequestCase("ec2", "DescribeRouteTables", ["RouteTableIds": ["rtb-1"]]) {
            _ = try await EC2($0).describeRouteTables(.ids(["rtb-1"]))
        },
        RequestCase(
            "ec2", "DescribeRouteTables", ["Filters": .filters(["vpc-id": ["vpc-1"]]), "MaxResults": 100]
        ) {
            _ = try await EC2($0).describeRouteTables(.matching([.exactly("vpc-id", "vpc-1")]))
        },
        RequestCase("ec2", "DescribeInstanceTypes", ["InstanceTypes": ["t3.medium", "t4g.small"]]) {
            _ = try await EC2($0).describeInstanceTypes(["t3.medium", "t4g.small"])
        },
        RequestCase(
            "ec2", "DescribeInstanceTypeOfferings",
            [
                "LocationType": "availability-zone", "Filters": .filters(["instance-type": ["t3.medium", "a1.large"]]),
                "MaxResults": 1000,
            ]
        ) {
            _ = try await EC2($0).describeOfferings(ofTypes: ["t3.medium", "a1.large"])
        },
    ]
}
