import AWSClient
import Foundation
import JSONDocument

extension RequestCase {
    private static func tagged(_ kinds: [String]) -> JSONValue {
        .array(kinds.map { ["ResourceType": .string($0), "Tags": [["Key": "k", "Value": "v"]]] })
    }

    static let images = [
        RequestCase(
            "ec2", "CreateImage",
            [
                "InstanceId": "i-1", "Name": "pgpool (a)", "Description": .string(awkward), "NoReboot": true,
                "TagSpecifications": tagged(["image", "snapshot"]),
            ]
        ) {
            _ = try await EC2($0).createImage(
                EC2.ImageCreation(
                    instanceID: "i-1", name: "pgpool (a)", description: awkward, withoutReboot: true,
                    tags: ["k": "v"]))
        },
        RequestCase("ec2", "CreateImage", ["InstanceId": "i-1", "Name": "pgpool"]) {
            _ = try await EC2($0).createImage(EC2.ImageCreation(instanceID: "i-1", name: "pgpool"))
        },
        RequestCase(
            "ec2", "CopyImage",
            [
                "ClientToken": "t", "SourceImageId": "ami-1", "SourceRegion": "us-east-1", "Name": "copy",
                "Description": "d", "Encrypted": true, "KmsKeyId": "k",
                "TagSpecifications": tagged(["image", "snapshot"]),
            ]
        ) {
            var copy = EC2.ImageCopy(clientToken: "t", sourceID: "ami-1", sourceRegion: "us-east-1", name: "copy")
            copy.description = "d"
            copy.encryption = .key("k")
            copy.tags = ["k": "v"]
            _ = try await EC2($0).copyImage(copy)
        },
        RequestCase(
            "ec2", "CopyImage",
            [
                "ClientToken": "t", "SourceImageId": "ami-1", "SourceRegion": "us-east-1", "Name": "copy",
                "Encrypted": true,
            ]
        ) {
            var copy = EC2.ImageCopy(clientToken: "t", sourceID: "ami-1", sourceRegion: "us-east-1", name: "copy")
            copy.encryption = .defaultKey
            _ = try await EC2($0).copyImage(copy)
        },
        RequestCase("ec2", "DescribeImages", ["ImageIds": ["ami-1"], "IncludeDeprecated": true]) {
            _ = try await EC2($0).describeImages(.ids(["ami-1"]), includesDeprecated: true)
        },
        RequestCase(
            "ec2", "DescribeImages",
            ["Owners": ["self", "amazon"], "Filters": .filters(["name": ["a b"]]), "MaxResults": 1000]
        ) {
            _ = try await EC2($0).describeImages(.matching([.exactly("name", "a b")]), owners: ["self", "amazon"])
        },
        RequestCase("ec2", "ModifyImageAttribute", ["ImageId": "ami-1", "ImdsSupport": ["Value": "v2.0"]]) {
            try await EC2($0).requireIMDSv2(ofImage: "ami-1")
        },
        RequestCase(
            "ec2", "ModifyImageAttribute",
            [
                "ImageId": "ami-1",
                "LaunchPermission": [
                    "Add": [["UserId": "111122223333"], ["UserId": "222233334444"]],
                    "Remove": [["UserId": "333344445555"]],
                ],
            ]
        ) {
            try await EC2($0).shareImage(
                "ami-1", adding: ["111122223333", "222233334444"], removing: ["333344445555"])
        },
        RequestCase(
            "ec2", "EnableImageDeprecation", ["ImageId": "ami-1", "DeprecateAt": "2027-03-20T10:11:12Z"]
        ) {
            let time = try Date("2027-03-20T10:11:12Z", strategy: .iso8601).addingTimeInterval(0.75)
            try await EC2($0).deprecateImage("ami-1", at: time)
        },
        RequestCase("ec2", "DeregisterImage", ["ImageId": "ami-1", "DeleteAssociatedSnapshots": true]) {
            _ = try await EC2($0).deregisterImage("ami-1", deletesSnapshots: true)
        },
        RequestCase("ec2", "DeregisterImage", ["ImageId": "ami-1"]) {
            _ = try await EC2($0).deregisterImage("ami-1", deletesSnapshots: false)
        },
        RequestCase("ec2", "DescribeSnapshots", ["SnapshotIds": ["snap-1"], "OwnerIds": ["self"]]) {
            _ = try await EC2($0).describeSnapshots(.ids(["snap-1"]))
        },
        RequestCase(
            "ec2", "DescribeSnapshots",
            ["Filters": .filters(["description": ["Created by CreateImage(*) for ami-1*"]]), "MaxResults": 20]
        ) {
            _ = try await EC2($0, pageSize: 20).describeSnapshots(
                .matching([EC2.Filter("description", ["Created by CreateImage(*) for ami-1*"])]), owners: [])
        },
        RequestCase("ec2", "DeleteSnapshot", ["SnapshotId": "snap-1"]) {
            try await EC2($0).deleteSnapshot("snap-1")
        },
    ]
}
