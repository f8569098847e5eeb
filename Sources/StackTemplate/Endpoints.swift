import JSONDocument

/// What instances ask of AWS where they have no way to the internet.
struct Endpoints {
    var id: String
    /// The service as endpoints call it.
    var service: String
    /// Whether it is a route rather than an address in each subnet.
    var isGateway = false

    /// Passwords, signals of readiness, health and lifecycle, metrics and logs, sessions of Systems Manager, and S3, from
    /// which its agent and the distribution's packages come.
    static let all = [
        Endpoints(id: "SecretsManagerEndpoint", service: "secretsmanager"),
        Endpoints(id: "CloudFormationEndpoint", service: "cloudformation"),
        Endpoints(id: "AutoScalingEndpoint", service: "autoscaling"),
        Endpoints(id: "MonitoringEndpoint", service: "monitoring"),
        Endpoints(id: "LogsEndpoint", service: "logs"),
        Endpoints(id: "SsmEndpoint", service: "ssm"),
        Endpoints(id: "SsmMessagesEndpoint", service: "ssmmessages"),
        Endpoints(id: "Ec2MessagesEndpoint", service: "ec2messages"),
        Endpoints(id: "S3Endpoint", service: "s3", isGateway: true),
    ]

    func resource(zones: Int) -> Resource {
        let name = JSONValue.sub("com.amazonaws.${AWS::Region}.\(service)")
        if isGateway {
            return Resource(
                id, "AWS::EC2::VPCEndpoint",
                [
                    "VpcId": .ref(LogicalID.vpc), "ServiceName": name, "VpcEndpointType": "Gateway",
                    "RouteTableIds": .refs((1...zones).map { "PrivateRouteTable\($0)" }),
                ])
        }
        return Resource(
            id, "AWS::EC2::VPCEndpoint",
            [
                "VpcId": .ref(LogicalID.vpc), "ServiceName": name, "VpcEndpointType": "Interface",
                "PrivateDnsEnabled": true, "SubnetIds": .refs((1...zones).map(VPCLayout.Kind.private.subnet)),
                "SecurityGroupIds": [.attribute("EndpointSecurityGroup", "GroupId")],
            ])
    }
}

extension StackShape {
    /// The endpoints, for a VPC of ours without another way out.
    var endpointResources: [Resource] {
        guard case .made(let zones, .none) = network else { return [] }
        let group = Resource(
            "EndpointSecurityGroup", "AWS::EC2::SecurityGroup",
            [
                "GroupDescription": "Endpoints of AWS, asked by the instances", "VpcId": vpcID,
                "SecurityGroupIngress": [
                    [
                        "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443,
                        "SourceSecurityGroupId": .attribute(LogicalID.instanceGroup, "GroupId"),
                        "Description": "HTTPS from the instances",
                    ]
                ],
                "SecurityGroupEgress": [SecurityRule.nothing], "Tags": StackTags.of("endpoints"),
            ])
        return [group] + Endpoints.all.map { $0.resource(zones: zones) }
    }
}
