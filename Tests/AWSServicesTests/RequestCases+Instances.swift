import AWSClient
import JSONDocument

/// `\u{9}`, an ampersand, and letters that are not ASCII.
let awkward = "a b\t&=+%/~*ü中"

extension RequestCase {
    static let instances = [
        RequestCase(
            "ec2", "RunInstances",
            [
                "ClientToken": "token-1", "ImageId": "ami-1", "InstanceType": "t3.medium", "MinCount": 1,
                "MaxCount": 1, "InstanceInitiatedShutdownBehavior": "terminate",
                "MetadataOptions": [
                    "HttpEndpoint": "enabled", "HttpTokens": "required", "HttpPutResponseHopLimit": 1,
                ],
            ]
        ) {
            _ = try await EC2($0).runInstance(
                EC2.Launch(clientToken: "token-1", imageID: "ami-1", instanceType: "t3.medium"))
        },
        RequestCase(
            "ec2", "RunInstances",
            [
                "ClientToken": "token-2", "ImageId": "ami-1", "InstanceType": "t3.medium", "MinCount": 1,
                "MaxCount": 1, "InstanceInitiatedShutdownBehavior": "stop",
                "MetadataOptions": [
                    "HttpEndpoint": "enabled", "HttpTokens": "required", "HttpPutResponseHopLimit": 2,
                ], "SubnetId": "subnet-1", "SecurityGroupIds": ["sg-1", "sg-2"], "UserData": "#!/bin/sh\necho ü\n",
                "BlockDeviceMappings": [
                    [
                        "DeviceName": "/dev/xvda",
                        "Ebs": ["DeleteOnTermination": true, "VolumeType": "gp3", "VolumeSize": 12],
                    ]
                ],
                "TagSpecifications": .array(
                    ["instance", "volume", "network-interface"].map {
                        [
                            "ResourceType": .string($0),
                            "Tags": [["Key": "a", "Value": .string(awkward)], ["Key": "b:c", "Value": ""]],
                        ]
                    }),
            ]
        ) {
            var launch = EC2.Launch(clientToken: "token-2", imageID: "ami-1", instanceType: "t3.medium")
            launch.subnetID = "subnet-1"
            launch.securityGroupIDs = ["sg-1", "sg-2"]
            launch.userData = Array("#!/bin/sh\necho ü\n".utf8)
            launch.rootVolume = EC2.RootVolume(device: "/dev/xvda", size: 12)
            launch.onShutdown = .stop
            launch.metadataHops = 2
            launch.tags = ["b:c": "", "a": awkward]
            _ = try await EC2($0).runInstance(launch)
        },
        RequestCase(
            "ec2", "RunInstances",
            [
                "DryRun": true, "ClientToken": "token-3", "ImageId": "ami-1", "InstanceType": "t3.medium",
                "MinCount": 1, "MaxCount": 1, "InstanceInitiatedShutdownBehavior": "terminate",
                "MetadataOptions": [
                    "HttpEndpoint": "enabled", "HttpTokens": "required", "HttpPutResponseHopLimit": 1,
                ],
                "NetworkInterfaces": [
                    [
                        "DeviceIndex": 0, "SubnetId": "subnet-1", "Groups": ["sg-1", "sg-2"],
                        "AssociatePublicIpAddress": true, "DeleteOnTermination": true,
                    ]
                ],
                "BlockDeviceMappings": [
                    [
                        "DeviceName": "/dev/sda1",
                        "Ebs": [
                            "DeleteOnTermination": true, "VolumeType": "gp3", "Encrypted": true,
                            "KmsKeyId": "alias/a",
                        ],
                    ]
                ],
            ]
        ) {
            var launch = EC2.Launch(clientToken: "token-3", imageID: "ami-1", instanceType: "t3.medium")
            launch.subnetID = "subnet-1"
            launch.securityGroupIDs = ["sg-1", "sg-2"]
            launch.hasPublicAddress = true
            launch.rootVolume = EC2.RootVolume(device: "/dev/sda1", encryption: .key("alias/a"))
            let copy = launch
            _ = try await EC2($0).permission { ec2 throws(AWSError) in _ = try await ec2.runInstance(copy) }
        },
        RequestCase("ec2", "DescribeInstances", ["InstanceIds": ["i-1", "i-2"]]) {
            _ = try await EC2($0, pageSize: 5).describeInstances(.ids(["i-1", "i-2"]))
        },
        RequestCase(
            "ec2", "DescribeInstances",
            [
                "MaxResults": 1000,
                "Filters": .filters([
                    "tag:a:b": ["x\\*y\\\\"], "instance-state-name": ["pending", "running"], "tag-key": ["k"],
                ]),
            ]
        ) {
            _ = try await EC2($0).describeInstances(
                .matching([
                    .tag("a:b", "x*y\\"), EC2.Filter("instance-state-name", ["pending", "running"]), .hasTag("k"),
                ]))
        },
        RequestCase("ec2", "StopInstances", ["InstanceIds": ["i-1"]]) {
            _ = try await EC2($0).stopInstances(["i-1"])
        },
        RequestCase("ec2", "TerminateInstances", ["InstanceIds": ["i-1", "i-2"]]) {
            _ = try await EC2($0).terminateInstances(["i-1", "i-2"])
        },
        RequestCase("ec2", "GetConsoleOutput", ["InstanceId": "i-1", "Latest": true]) {
            _ = try await EC2($0).getConsoleOutput("i-1", isLatest: true)
        },
        RequestCase("ec2", "GetConsoleOutput", ["InstanceId": "i-1"]) {
            _ = try await EC2($0).getConsoleOutput("i-1", isLatest: false)
        },
        RequestCase("ec2", "DescribeVolumes", ["VolumeIds": ["vol-1"]]) {
            _ = try await EC2($0).describeVolumes(.ids(["vol-1"]))
        },
        RequestCase("ec2", "DescribeVolumes", ["MaxResults": 7]) {
            _ = try await EC2($0, pageSize: 7).describeVolumes(.matching([]))
        },
        RequestCase(
            "ec2", "CreateTags",
            [
                "Resources": ["i-1", "ami-1"],
                "Tags": [["Key": "a", "Value": .string(awkward)], ["Key": "b", "Value": ""]],
            ]
        ) {
            try await EC2($0).createTags(on: ["i-1", "ami-1"], ["b": "", "a": awkward])
        },
    ]
}
