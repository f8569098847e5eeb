extension EC2 {
    package struct RouteTable: Hashable, Sendable {
        package var id: String
        package var vpcID: String?
        /// For the subnets of the VPC that have no table of their own.
        package var isMain: Bool
        package var subnetIDs: [String]
        package var routes: [Route]
    }

    package struct Route: Hashable, Sendable {
        /// A CIDR block such as `0.0.0.0/0` or `::/0`, or a prefix list's id.
        package var destination: String
        /// What takes the packets, whose id tells its kind: `igw-…`, `nat-…`, `tgw-…`; `local` within the VPC.
        package var target: String?
        /// Else its target is gone.
        package var isActive: Bool
    }

    package func describeRouteTables(_ selection: Selection) async throws(AWSError) -> [RouteTable] {
        guard !selection.isEmpty else { return [] }
        var parameters = QueryParameters()
        parameters.add(selection, ids: "RouteTableId")
        return try await list(
            "DescribeRouteTables", parameters, set: "routeTableSet", largestPage: selection.largestPage(100),
            RouteTable.init)
    }
}

extension EC2.RouteTable {
    fileprivate init(_ fields: EC2Fields) throws(AWSError) {
        id = try fields.required("routeTableId")
        vpcID = fields.text("vpcId")
        isMain = false
        subnetIDs = []
        for association in fields.items("associationSet") {
            if try association.flag("main") ?? false { isMain = true }
            if let subnet = association.text("subnetId") { subnetIDs.append(subnet) }
        }
        routes = try fields.items("routeSet").map(EC2.Route.init)
    }
}

extension EC2.Route {
    fileprivate init(_ fields: EC2Fields) throws(AWSError) {
        let destinations = ["destinationCidrBlock", "destinationIpv6CidrBlock", "destinationPrefixListId"]
        guard let destination = destinations.lazy.compactMap(fields.text).first else {
            throw fields.missing("destination of a route")
        }
        self.destination = destination
        target = EC2.Route.targets.lazy.compactMap(fields.text).first
        isActive = fields.text("state") == "active"
    }

    /// The interface comes last: a route to an instance has both.
    private static let targets = [
        "gatewayId", "natGatewayId", "egressOnlyInternetGatewayId", "transitGatewayId", "vpcPeeringConnectionId",
        "localGatewayId", "carrierGatewayId", "coreNetworkArn", "odbNetworkArn", "instanceId", "networkInterfaceId",
    ]
}
