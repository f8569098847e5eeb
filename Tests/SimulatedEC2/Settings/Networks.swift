/// The networks of a region.
package struct Networks: Hashable, Sendable {
    package struct VPC: Hashable, Sendable {
        package var name: String
        package var isDefault: Bool
        package var subnets: [Subnet]
        /// Whether the main route table has a route to an internet gateway.
        package var hasGateway: Bool

        package init(name: String, isDefault: Bool, subnets: [Subnet], hasGateway: Bool) {
            self.name = name
            self.isDefault = isDefault
            self.subnets = subnets
            self.hasGateway = hasGateway
        }
    }

    package struct Subnet: Hashable, Sendable {
        /// The zone's last letter.
        package var zone: String
        package var isDefault: Bool
        package var givesPublicAddresses: Bool
        package var freeAddresses: Int
        /// What has a route table of its own: where its default route leads (`igw-…`, `nat-…`), or empty for nowhere;
        /// nil for the main table.
        package var route: String?

        package init(
            zone: String, isDefault: Bool = false, givesPublicAddresses: Bool = false, freeAddresses: Int = 4091,
            route: String? = nil
        ) {
            self.zone = zone
            self.isDefault = isDefault
            self.givesPublicAddresses = givesPublicAddresses
            self.freeAddresses = freeAddresses
            self.route = route
        }
    }

    package var vpcs: [VPC]

    package init(vpcs: [VPC]) {
        self.vpcs = vpcs
    }

    /// The default VPC, as every region has it: a subnet in each of three zones, open to the internet.
    package static let standard = Networks(vpcs: [
        VPC(
            name: "default", isDefault: true,
            subnets: ["a", "b", "c"].map { Subnet(zone: $0, isDefault: true, givesPublicAddresses: true) },
            hasGateway: true)
    ])
}
