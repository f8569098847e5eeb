import ClusterSpec
import JSONDocument

enum SecurityRule {
    /// A rule that lets nothing through: a group without any would get one that lets out everything.
    static let nothing: JSONValue = [
        "IpProtocol": "icmp", "FromPort": 252, "ToPort": 86, "CidrIp": "255.255.255.255/32",
        "Description": "Nothing goes out",
    ]

    /// A rule for one TCP port and what it is about: a network or a group.
    static func port(_ port: Int, _ peer: JSONValue.Member, _ description: String) -> JSONValue {
        JSONValue.object([
            .init("IpProtocol", "tcp"), .init("FromPort", .integer(port)), .init("ToPort", .integer(port)), peer,
            .init("Description", .string(description)),
        ])
    }

    static func network(_ network: CIDRBlock) -> JSONValue.Member {
        .init(network.isIPv6 ? "CidrIpv6" : "CidrIp", .string(network.description))
    }

    static func source(_ group: String) -> JSONValue.Member {
        .init("SourceSecurityGroupId", .attribute(group, "GroupId"))
    }

    static func destination(_ group: String) -> JSONValue.Member {
        .init("DestinationSecurityGroupId", .attribute(group, "GroupId"))
    }
}

extension StackShape {
    /// The port at which clients find the load balancer.
    static let listenerPort = 5432

    /// Load balancer, instances and database: each is asked by the one before it, and asks the one behind it.
    var securityGroupResources: [Resource] {
        var resources = [
            Resource(
                LogicalID.balancerGroup, "AWS::EC2::SecurityGroup",
                [
                    "GroupDescription": "The load balancer, asked by clients", "VpcId": vpcID,
                    "SecurityGroupIngress": .array(
                        balancer.clients.map {
                            SecurityRule.port(
                                StackShape.listenerPort, SecurityRule.network($0), "PostgreSQL from clients")
                        }),
                    "SecurityGroupEgress": [SecurityRule.nothing], "Tags": StackTags.of("load-balancer"),
                ]),
            Resource(
                LogicalID.instanceGroup, "AWS::EC2::SecurityGroup",
                [
                    "GroupDescription": "The Pgpool-II instances, asked by the load balancer", "VpcId": vpcID,
                    "SecurityGroupIngress": [
                        SecurityRule.port(poolPort, SecurityRule.source(LogicalID.balancerGroup), "PostgreSQL"),
                        SecurityRule.port(healthPort, SecurityRule.source(LogicalID.balancerGroup), "Health checks"),
                    ],
                    // AWS's addresses are not known here, with endpoints either: S3's is a route to public ones.
                    "SecurityGroupEgress": .array(
                        [SecurityRule.port(443, .init("CidrIp", "0.0.0.0/0"), "HTTPS to AWS")] + nameEgress
                            + databaseEgress),
                    "Tags": StackTags.of("instances"),
                ]),
            rule("LoadBalancerToPool", "AWS::EC2::SecurityGroupEgress", poolPort, "PostgreSQL"),
            rule("LoadBalancerToHealth", "AWS::EC2::SecurityGroupEgress", healthPort, "Health checks"),
        ]
        switch database {
        case .made:
            resources += [
                Resource(
                    LogicalID.databaseGroup, "AWS::EC2::SecurityGroup",
                    [
                        "GroupDescription": "Aurora, asked by the instances", "VpcId": vpcID,
                        "SecurityGroupIngress": [
                            SecurityRule.port(
                                databasePort, SecurityRule.source(LogicalID.instanceGroup), "PostgreSQL from Pgpool-II")
                        ],
                        "SecurityGroupEgress": [SecurityRule.nothing], "Tags": StackTags.of("database"),
                    ]),
                Resource(
                    "InstancesToDatabase", "AWS::EC2::SecurityGroupEgress",
                    SecurityRule.port(
                        databasePort, SecurityRule.destination(LogicalID.databaseGroup), "PostgreSQL to Aurora"
                    )
                    .with("GroupId", .attribute(LogicalID.instanceGroup, "GroupId"))),
            ]
        case .existing(_, _, let group?):
            // Both endpoints of a cluster have one security group, and nearly always one port.
            resources += databasePorts.map { port in
                Resource(
                    databaseRuleID(port),
                    "AWS::EC2::SecurityGroupIngress",
                    SecurityRule.port(port, SecurityRule.source(LogicalID.instanceGroup), "PostgreSQL from Pgpool-II")
                        .with("GroupId", .string(group)))
            }
        case .existing: break
        }
        return resources
    }

    /// The ports of the database, each once.
    var databasePorts: [Int] {
        guard case .existing(let writer, let reader, _) = database else { return [databasePort] }
        let ports = [writer.port ?? databasePort, reader.port ?? databasePort]
        return ports[0] == ports[1] ? [ports[0]] : ports
    }

    /// To servers of names: a VPC that is there may have some of its own, while no rule is asked for Amazon's.
    private var nameEgress: [JSONValue] {
        guard case .given = network else { return [] }
        return ["udp", "tcp"].map { kind in
            [
                "IpProtocol": .string(kind), "FromPort": 53, "ToPort": 53, "CidrIp": "0.0.0.0/0",
                "Description": .string("DNS over \(kind.uppercased())"),
            ]
        }
    }

    /// To a cluster that is there: its group, or where that is not known, its port.
    private var databaseEgress: [JSONValue] {
        guard case .existing(_, _, let group) = database else { return [] }
        let peer =
            group.map { JSONValue.Member("DestinationSecurityGroupId", .string($0)) }
            ?? JSONValue.Member("CidrIp", "0.0.0.0/0")
        return databasePorts.map { SecurityRule.port($0, peer, "PostgreSQL to Aurora") }
    }

    private func rule(_ id: String, _ type: String, _ port: Int, _ description: String) -> Resource {
        Resource(
            id, type,
            SecurityRule.port(port, SecurityRule.destination(LogicalID.instanceGroup), description)
                .with("GroupId", .attribute(LogicalID.balancerGroup, "GroupId")))
    }

    /// The rule of a cluster that is there, for one of its endpoints' ports.
    func databaseRuleID(_ port: Int) -> String {
        port == databasePorts.first ? "DatabaseFromInstances" : "DatabaseFromInstances\(port)"
    }
}
