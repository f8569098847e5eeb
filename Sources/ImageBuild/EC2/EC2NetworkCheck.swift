import AWSClient
import ClusterSpec
import Diagnostics

/// Finds the subnets to launch in, and whether a guest there gets out to the network.
struct EC2NetworkCheck {
    let image: Image
    let ec2: EC2

    struct Network {
        var vpc: String
        var subnets: [Subnet]
    }

    struct Subnet {
        var id: String
        var zone: String
        /// Whether instances get a public address.
        var isPublic: Bool
        fileprivate var way: WayOut

        /// Those without one are tried last.
        var hasWayOut: Bool { way == .internetGateway || way == .other }
    }

    /// The way out of a subnet.
    fileprivate enum WayOut {
        case internetGateway
        case other
        /// Only to services of AWS that have a gateway in the VPC.
        case gatewayEndpoint
        case none
    }

    /// Nil when there is an error among the notes.
    func run(_ notes: inout PreflightNotes) async throws(BuildFailure) -> Network? {
        let subnets = try await subnets(&notes)
        guard let vpc = subnets.first?.vpcID else { return nil }
        let vpcs = Set(subnets.map(\.vpcID))
        guard vpcs.count == 1 else {
            notes.error(
                image.subnets.first?.location, "image.subnets",
                "the subnets are of \(vpcs.count) VPCs: \(vpcs.sorted().joined(separator: ", "))",
                "a security group belongs to one VPC; name subnets of one")
            return nil
        }
        try await checkGroup(vpc, &notes)
        let tables = try await asPreflight { () throws(AWSError) in
            try await ec2.describeRouteTables(.matching([.exactly("vpc-id", vpc)]))
        }
        let usable = subnets.compactMap { judge($0, tables, &notes) }
        guard !usable.isEmpty else {
            notes.error(image.subnets.first?.location, "image.subnets", "none of the subnets will do", nil)
            return nil
        }
        let closed = usable.filter { $0.way == .none }.map(\.id)
        if !closed.isEmpty {
            notes.warning(
                image.subnets.first?.location, "image.subnets",
                "no route to an internet or NAT gateway, so that the guest may not get its packages: "
                    + closed.joined(separator: ", "))
        }
        return Network(vpc: vpc, subnets: usable.filter(\.hasWayOut) + usable.filter { !$0.hasWayOut })
    }

    private func subnets(_ notes: inout PreflightNotes) async throws(BuildFailure) -> [EC2.Subnet] {
        guard !image.subnets.isEmpty else {
            let found = try await asPreflight { () throws(AWSError) in
                try await ec2.describeSubnets(.matching([EC2.Filter("default-for-az", ["true"])]))
            }
            if found.isEmpty {
                notes.error(
                    nil, "image.subnets", "the account has no default VPC in this region, or it has no subnets",
                    "name them: `subnets: [subnet-…]`")
            }
            return found.sorted { $0.zone < $1.zone }
        }
        let ids = image.subnets.map(\.value)
        do throws(AWSError) {
            let found = try await ec2.describeSubnets(.ids(Array(Set(ids)).sorted()))
            return ids.compactMap { id in found.first { $0.id == id } }
        } catch {
            guard error.isNotFound || error.code.hasPrefix("InvalidSubnet") else {
                throw BuildFailure(preflight: error)
            }
            notes.error(image.subnets.first?.location, "image.subnets", error.message, nil)
            return []
        }
    }

    private func checkGroup(_ vpc: String, _ notes: inout PreflightNotes) async throws(BuildFailure) {
        let id = image.securityGroup.value
        guard !id.isEmpty else { return }
        let group: EC2.SecurityGroup?
        do throws(AWSError) {
            group = try await ec2.describeSecurityGroups(.ids([id])).first
        } catch {
            guard error.isNotFound || error.code.hasPrefix("InvalidGroup") else { throw BuildFailure(preflight: error) }
            group = nil
        }
        guard let group else {
            notes.error(
                image.securityGroup.location, "image.security_group", "there is no security group \(id)",
                "leave it out, and a temporary one without a way in is made")
            return
        }
        if group.vpcID != vpc {
            notes.error(
                image.securityGroup.location, "image.security_group",
                "\(id) is of \(group.vpcID ?? "no VPC"), the subnets are of \(vpc)", nil)
        }
        if group.ingressRules > 0 {
            notes.warning(
                image.securityGroup.location, "image.security_group",
                "\(id) lets something in, which a build does not need")
        }
    }

    /// The subnet as one to launch in; nil if it will not do.
    private func judge(
        _ subnet: EC2.Subnet, _ tables: [EC2.RouteTable], _ notes: inout PreflightNotes
    ) -> Subnet? {
        let location = image.subnets.first { $0.value == subnet.id }?.location
        guard subnet.isAvailable else {
            notes.warning(location, "image.subnets", "\(subnet.id) is not available; it is left out")
            return nil
        }
        guard subnet.freeAddresses != 0 else {
            notes.warning(location, "image.subnets", "\(subnet.id) has no free address; it is left out")
            return nil
        }
        let way = wayOut(of: subnet, tables)
        var isPublic = way == .internetGateway || way == .none && subnet.givesPublicAddresses
        switch image.publicIP.value {
        case .auto: break
        case .yes: isPublic = true
        case .no:
            if way == .internetGateway {
                notes.warning(
                    image.publicIP.location, "image.public_ip",
                    "the way out of \(subnet.id) is an internet gateway, which nobody without a public address can use")
            }
            isPublic = false
        }
        switch way {
        case .internetGateway, .other: break
        case .gatewayEndpoint:
            notes.warning(
                location, "image.subnets",
                "\(subnet.id) has a way to services of AWS only; the guest gets no packages from elsewhere")
        case .none: break
        }
        return Subnet(id: subnet.id, zone: subnet.zone, isPublic: isPublic, way: way)
    }

    private func wayOut(of subnet: EC2.Subnet, _ tables: [EC2.RouteTable]) -> WayOut {
        let own = tables.first { $0.subnetIDs.contains(subnet.id) } ?? tables.first(where: \.isMain)
        let routes = own?.routes.filter(\.isActive) ?? []
        let targets = routes.filter { $0.destination == "0.0.0.0/0" || $0.destination == "::/0" }.compactMap(\.target)
        if targets.contains(where: { $0.hasPrefix("igw-") }) { return .internetGateway }
        if !targets.isEmpty { return .other }
        return routes.contains { $0.target?.hasPrefix("vpce-") ?? false } ? .gatewayEndpoint : .none
    }
}
