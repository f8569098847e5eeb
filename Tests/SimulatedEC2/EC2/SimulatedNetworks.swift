/// A VPC.
package struct SimulatedVPC: Resource {
    static let kind = ResourceKind(
        prefix: "vpc", name: "vpc", notFound: "InvalidVpcID.NotFound", malformed: "InvalidVpcId.Malformed")

    package let id: String
    package let region: String
    package var tags: TagSet
    package internal(set) var history: History
    package let isDefault: Bool

    static let filters: [String: @Sendable (SimulatedVPC) -> [String]] = [
        "is-default": { ["\($0.isDefault)"] },
        "isDefault": { ["\($0.isDefault)"] },
        "state": { [$0.history.state] },
        "vpc-id": { [$0.id] },
    ]
}

/// A subnet.
package struct SimulatedSubnet: Resource {
    static let kind = ResourceKind(
        prefix: "subnet", name: "subnet", notFound: "InvalidSubnetID.NotFound", malformed: "InvalidSubnetID.Malformed")

    package let id: String
    package let region: String
    package var tags: TagSet
    package internal(set) var history: History
    package let vpcID: String
    package let zone: String
    package let isDefault: Bool
    package let givesPublicAddresses: Bool
    package internal(set) var freeAddresses: Int

    static let filters: [String: @Sendable (SimulatedSubnet) -> [String]] = [
        "availability-zone": { [$0.zone] },
        "availabilityZone": { [$0.zone] },
        "available-ip-address-count": { ["\($0.freeAddresses)"] },
        "default-for-az": { ["\($0.isDefault)"] },
        "defaultForAz": { ["\($0.isDefault)"] },
        "map-public-ip-on-launch": { ["\($0.givesPublicAddresses)"] },
        "state": { [$0.history.state] },
        "subnet-id": { [$0.id] },
        "vpc-id": { [$0.vpcID] },
    ]
}

/// A route table.
package struct SimulatedRouteTable: Resource {
    static let kind = ResourceKind(
        prefix: "rtb", name: "routeTable", notFound: "InvalidRouteTableID.NotFound",
        malformed: "InvalidRouteTableId.Malformed")

    package let id: String
    package let region: String
    package var tags: TagSet
    package internal(set) var history: History
    package let vpcID: String
    package let isMain: Bool
    package let subnetIDs: [String]
    /// Where `0.0.0.0/0` leads; nil for nowhere.
    package let gateway: String?

    static let filters: [String: @Sendable (SimulatedRouteTable) -> [String]] = [
        "association.main": { ["\($0.isMain)"] },
        "association.route-table-id": { [$0.id] },
        "association.subnet-id": { $0.subnetIDs },
        "route-table-id": { [$0.id] },
        "route.destination-cidr-block": { ["172.31.0.0/16"] + ($0.gateway == nil ? [] : ["0.0.0.0/0"]) },
        "route.gateway-id": { ["local"] + [$0.gateway].compactMap(\.self) },
        "vpc-id": { [$0.vpcID] },
    ]
}

extension State {
    /// Makes a region's networks, long ago.
    mutating func addNetworks(in region: String) {
        for vpc in settings.networks.vpcs {
            let vpcID = newID("vpc")
            vpcs.add(
                SimulatedVPC(
                    id: vpcID, region: region, tags: TagSet(["Name": vpc.name], at: .longAgo),
                    history: History("available", at: .longAgo), isDefault: vpc.isDefault))
            _ = addGroup("default", "default VPC security group", vpcID, [:], in: region, at: .longAgo)
            addRouteTable(vpcID, region, subnets: nil, gateway: vpc.hasGateway ? newID("igw") : nil)
            for subnet in vpc.subnets {
                let id = newID("subnet")
                subnets.add(
                    SimulatedSubnet(
                        id: id, region: region, tags: TagSet(), history: History("available", at: .longAgo),
                        vpcID: vpcID, zone: region + subnet.zone, isDefault: subnet.isDefault,
                        givesPublicAddresses: subnet.givesPublicAddresses, freeAddresses: subnet.freeAddresses))
                if let route = subnet.route {
                    addRouteTable(vpcID, region, subnets: [id], gateway: route.isEmpty ? nil : route)
                }
            }
        }
    }

    /// Adds a table for some subnets; for none that are named, the main one.
    private mutating func addRouteTable(_ vpcID: String, _ region: String, subnets: [String]?, gateway: String?) {
        routeTables.add(
            SimulatedRouteTable(
                id: newID("rtb"), region: region, tags: TagSet(), history: History("available", at: .longAgo),
                vpcID: vpcID, isMain: subnets == nil, subnetIDs: subnets ?? [], gateway: gateway))
    }
}

extension Duration {
    /// When things were made that are there from the beginning.
    static let longAgo = Duration.seconds(-100 * 86_400)
}
