extension State {
    func describeVPCs(_ parameters: Parameters) throws(SimulatedError) -> [XML] {
        let page = try list(\.vpcs, parameters, ids: "VpcId")
        let items = page.items.map { vpc in
            [
                XML("vpcId", vpc.id), XML("ownerId", settings.account), XML("state", vpc.history.state),
                XML("cidrBlock", "172.31.0.0/16"), XML("dhcpOptionsId", "dopt-00000001"),
                XML("instanceTenancy", "default"), XML("isDefault", vpc.isDefault), XML(tags: knownTags(vpc.tags)),
            ]
        }
        return [XML("vpcSet", items: items), XML("nextToken", optional: page.next)].compactMap(\.self)
    }

    func describeSubnets(_ parameters: Parameters) throws(SimulatedError) -> [XML] {
        let page = try list(\.subnets, parameters, ids: "SubnetId")
        let items = page.items.map { subnet in
            [
                XML("subnetId", subnet.id), XML("state", subnet.history.state), XML("vpcId", subnet.vpcID),
                XML("cidrBlock", "172.31.0.0/20"), XML("availableIpAddressCount", subnet.freeAddresses),
                XML("availabilityZone", subnet.zone), XML("defaultForAz", subnet.isDefault),
                XML("mapPublicIpOnLaunch", subnet.givesPublicAddresses), XML("ownerId", settings.account),
                XML(tags: knownTags(subnet.tags)),
            ]
        }
        return [XML("subnetSet", items: items), XML("nextToken", optional: page.next)].compactMap(\.self)
    }

    func describeRouteTables(_ parameters: Parameters) throws(SimulatedError) -> [XML] {
        let page = try list(\.routeTables, parameters, ids: "RouteTableId", largestPage: 100)
        let items = page.items.map { table in
            [
                XML("routeTableId", table.id), XML("vpcId", table.vpcID), XML("ownerId", settings.account),
                XML("routeSet", items: routes(of: table)), XML("associationSet", items: associations(of: table)),
                XML("propagatingVgwSet", []), XML(tags: knownTags(table.tags)),
            ]
        }
        return [XML("routeTableSet", items: items), XML("nextToken", optional: page.next)].compactMap(\.self)
    }

    private func routes(of table: SimulatedRouteTable) -> [[XML]] {
        let local = [
            XML("destinationCidrBlock", "172.31.0.0/16"), XML("gatewayId", "local"), XML("state", "active"),
            XML("origin", "CreateRouteTable"),
        ]
        guard let gateway = table.gateway else { return [local] }
        let target = gateway.hasPrefix("nat-") ? "natGatewayId" : "gatewayId"
        return [
            local,
            [
                XML("destinationCidrBlock", "0.0.0.0/0"), XML(target, gateway), XML("state", "active"),
                XML("origin", "CreateRoute"),
            ],
        ]
    }

    private func associations(of table: SimulatedRouteTable) -> [[XML?]] {
        let subnets: [String?] = table.isMain ? [nil] : table.subnetIDs
        return subnets.map { subnet in
            [
                XML("routeTableAssociationId", "rtbassoc-" + (subnet ?? table.id).suffix(17)),
                XML("routeTableId", table.id), XML("subnetId", optional: subnet), XML("main", table.isMain),
                XML("associationState", [XML("state", "associated")]),
            ]
        }
    }
}
