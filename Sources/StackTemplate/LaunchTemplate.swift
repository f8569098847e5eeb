import JSONDocument

extension StackShape {
    /// What the instances do at their first start.
    package var userData: UserDataText { UserDataText(spec: instanceSpec) }

    /// How an instance is made. It has no fixed name, so that it can be replaced.
    var launchTemplateResource: Resource {
        Resource(
            LogicalID.launchTemplate, "AWS::EC2::LaunchTemplate",
            [
                "LaunchTemplateData": [
                    "ImageId": TemplateParameter.image.reference,
                    "InstanceType": TemplateParameter.instanceType.reference,
                    "IamInstanceProfile": ["Arn": .attribute(LogicalID.profile, "Arn")],
                    "SecurityGroupIds": [.attribute(LogicalID.instanceGroup, "GroupId")],
                    "BlockDeviceMappings": [
                        [
                            "DeviceName": .string(group.rootDevice),
                            "Ebs": [
                                "VolumeType": "gp3", "VolumeSize": TemplateParameter.diskSize.reference,
                                "Encrypted": true, "DeleteOnTermination": true,
                            ],
                        ]
                    ],
                    // Version 2 only. An instance reads its tags there, which say what group it is of.
                    "MetadataOptions": [
                        "HttpEndpoint": "enabled", "HttpTokens": "required", "HttpPutResponseHopLimit": 1,
                        "InstanceMetadataTags": "enabled",
                    ],
                    "TagSpecifications": [["ResourceType": "volume", "Tags": StackTags.of("instance")]],
                    "UserData": ["Fn::Base64": userData.expression],
                ],
                "TagSpecifications": [["ResourceType": "launch-template", "Tags": StackTags.of("instance")]],
            ])
    }
}
