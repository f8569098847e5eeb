import JSONDocument

/// The addresses of a VPC of ours, which is one network of 65,536 addresses in blocks of 4,096.
enum VPCLayout {
    static let network = "10.0.0.0/16"

    enum Kind: String, CaseIterable {
        case `public` = "Public"
        case `private` = "Private"
        case isolated = "Isolated"

        /// The first block; there is room for four zones each.
        private var first: Int {
            switch self {
            case .public: 0
            case .private: 4
            case .isolated: 8
            }
        }

        /// The network of a zone, counted from 1.
        func network(_ zone: Int) -> String { "10.0.\((first + zone - 1) * 16).0/20" }
        func subnet(_ zone: Int) -> String { "\(rawValue)Subnet\(zone)" }
    }
}

extension StackShape {
    /// The VPC's id.
    var vpcID: JSONValue {
        switch network {
        case .made: .ref(LogicalID.vpc)
        case .given(let vpc, _, _): .string(vpc)
        }
    }

    /// The subnets of the instances.
    var instanceSubnets: JSONValue {
        switch network {
        case .made(let zones, _): .refs((1...zones).map(VPCLayout.Kind.private.subnet))
        case .given(_, let subnets, _): .strings(subnets)
        }
    }

    var databaseSubnets: JSONValue {
        switch network {
        case .made(let zones, _): .refs((1...zones).map(VPCLayout.Kind.isolated.subnet))
        case .given(_, let subnets, _): .strings(subnets)
        }
    }

    var balancerSubnets: JSONValue {
        switch network {
        case .made(let zones, _):
            .refs(
                (1...zones).map(
                    balancer.isInternetFacing ? VPCLayout.Kind.public.subnet : VPCLayout.Kind.private.subnet))
        case .given(_, _, let subnets): .strings(subnets)
        }
    }

    /// What the instances' way out is made of, which must be there before them.
    var wayOut: [String] {
        guard case .made(let zones, let way) = network else { return [] }
        let routes =
            switch way {
            case .gatewayPerZone, .oneGateway: (1...zones).map { "PrivateDefaultRoute\($0)" }
            case .none: Endpoints.all.map(\.id)
            }
        return routes + (1...zones).map { "PrivateSubnet\($0)RouteTable" }
    }

    /// The VPC with its subnets and routes; nothing where one is given.
    var networkResources: [Resource] {
        guard case .made(let zones, let way) = network else { return [] }
        let hasGateways = way != .none
        let hasPublic = hasGateways || balancer.isInternetFacing
        var resources = [
            Resource(
                LogicalID.vpc, "AWS::EC2::VPC",
                [
                    "CidrBlock": .string(VPCLayout.network), "EnableDnsHostnames": true, "EnableDnsSupport": true,
                    "Tags": StackTags.of("vpc"),
                ])
        ]
        if hasPublic { resources += internetGateway }
        for kind in VPCLayout.Kind.allCases where kind != .public || hasPublic {
            if kind == .isolated, !makesDatabase { continue }
            for zone in 1...zones { resources.append(subnet(kind, zone)) }
        }
        if hasPublic {
            resources.append(routeTable("PublicRouteTable", "public"))
            resources.append(
                Resource(
                    "PublicDefaultRoute", "AWS::EC2::Route",
                    [
                        "RouteTableId": .ref("PublicRouteTable"), "DestinationCidrBlock": "0.0.0.0/0",
                        "GatewayId": .ref("InternetGateway"),
                    ], after: ["InternetGatewayAttachment"]))
            for zone in 1...zones { resources.append(association(.public, zone, "PublicRouteTable")) }
        }
        for zone in 1...zones {
            let table = "PrivateRouteTable\(zone)"
            resources.append(routeTable(table, "private-\(zone)"))
            resources.append(association(.private, zone, table))
            guard hasGateways else { continue }
            let gateway = way == .gatewayPerZone ? zone : 1
            if gateway == zone { resources += natGateway(zone) }
            resources.append(
                Resource(
                    "PrivateDefaultRoute\(zone)", "AWS::EC2::Route",
                    [
                        "RouteTableId": .ref(table), "DestinationCidrBlock": "0.0.0.0/0",
                        "NatGatewayId": .ref("NatGateway\(gateway)"),
                    ]))
        }
        if makesDatabase {
            resources.append(routeTable("IsolatedRouteTable", "isolated"))
            for zone in 1...zones { resources.append(association(.isolated, zone, "IsolatedRouteTable")) }
        }
        return resources
    }

    private var internetGateway: [Resource] {
        [
            Resource("InternetGateway", "AWS::EC2::InternetGateway", ["Tags": StackTags.of("internet")]),
            Resource(
                "InternetGatewayAttachment", "AWS::EC2::VPCGatewayAttachment",
                ["VpcId": .ref(LogicalID.vpc), "InternetGatewayId": .ref("InternetGateway")]),
        ]
    }

    private func subnet(_ kind: VPCLayout.Kind, _ zone: Int) -> Resource {
        Resource(
            kind.subnet(zone), "AWS::EC2::Subnet",
            [
                "VpcId": .ref(LogicalID.vpc),
                "AvailabilityZone": ["Fn::Select": [.integer(zone - 1), ["Fn::GetAZs": ""]]],
                "CidrBlock": .string(kind.network(zone)), "MapPublicIpOnLaunch": false,
                "Tags": StackTags.of("\(kind.rawValue.lowercased())-\(zone)"),
            ])
    }

    private func routeTable(_ id: String, _ part: String) -> Resource {
        Resource(id, "AWS::EC2::RouteTable", ["VpcId": .ref(LogicalID.vpc), "Tags": StackTags.of(part)])
    }

    private func association(_ kind: VPCLayout.Kind, _ zone: Int, _ table: String) -> Resource {
        Resource(
            "\(kind.subnet(zone))RouteTable", "AWS::EC2::SubnetRouteTableAssociation",
            ["SubnetId": .ref(kind.subnet(zone)), "RouteTableId": .ref(table)])
    }

    private func natGateway(_ zone: Int) -> [Resource] {
        [
            Resource(
                "NatAddress\(zone)", "AWS::EC2::EIP", ["Domain": "vpc", "Tags": StackTags.of("nat-\(zone)")],
                after: ["InternetGatewayAttachment"]),
            Resource(
                "NatGateway\(zone)", "AWS::EC2::NatGateway",
                [
                    "AllocationId": .attribute("NatAddress\(zone)", "AllocationId"),
                    "SubnetId": .ref(VPCLayout.Kind.public.subnet(zone)), "Tags": StackTags.of("nat-\(zone)"),
                ], after: ["PublicDefaultRoute", "PublicSubnet\(zone)RouteTable"]),
        ]
    }
}
