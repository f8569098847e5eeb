import ClusterSpec
import Diagnostics

extension StackShapeReader {
    /// Where the stack lives: its own VPC, or one that is there. Synthesis looks nothing up, so all must be said.
    mutating func network() -> StackShape.Network {
        let isInternetFacing = values.text("nlb_scheme") == "internet-facing"
        guard let vpc = values.given("vpc_id") else {
            for name in ["subnet_ids", "nlb_subnet_ids"] where values.isGiven(name) {
                error(
                    name, "subnets are of a VPC, and vpc_id is missing",
                    "give vpc_id too, or remove this to have a VPC made")
            }
            return .made(
                zones: values.number("vpc_zones"),
                way: StackShape.WayOut(rawValue: values.text("nat_gateways")) ?? .gatewayPerZone)
        }
        for name in ["vpc_zones", "nat_gateways"] where values.isGiven(name) {
            error(name, "is of a VPC that the stack makes, and vpc_id names one that is there", "remove one of the two")
        }
        let subnets = subnets(
            "subnet_ids", or: "the instances' subnets are missing: synthesis looks nothing up",
            note: "give two or more subnets of \(vpc), in different zones, with a way to AWS's endpoints")
        var balancerSubnets = values.items("nlb_subnet_ids")
        if values.isGiven("nlb_subnet_ids") {
            balancerSubnets = self.subnets("nlb_subnet_ids", or: "", note: "")
        } else if isInternetFacing {
            error(
                "nlb_subnet_ids", "an internet-facing load balancer needs public subnets, which are missing",
                "give one subnet with a route to an internet gateway for each zone, or `nlb_scheme=internal`")
        } else {
            balancerSubnets = subnets
        }
        return .given(vpc: vpc, subnets: subnets, balancerSubnets: balancerSubnets)
    }

    private mutating func subnets(_ name: String, or missing: String, note: String) -> [String] {
        let subnets = values.items(name)
        guard values.isGiven(name), !subnets.isEmpty else {
            error(name, missing, note)
            return []
        }
        if Set(subnets).count < subnets.count {
            error(name, "has a subnet twice", "give each of them once")
        } else if subnets.count < 2 {
            error(name, "is one subnet, and both Aurora and a group that lives on need two zones", "give another one")
        }
        return subnets
    }

    // MARK: - The load balancer

    mutating func balancer(_ network: StackShape.Network) -> StackShape.Balancer {
        let isInternetFacing = values.text("nlb_scheme") == "internet-facing"
        let (timeout, interval) = (values.number("nlb_health_timeout"), values.number("nlb_health_interval"))
        if timeout >= interval {
            error(
                values.isGiven("nlb_health_timeout") ? "nlb_health_timeout" : "nlb_health_interval",
                "an answer may take \(timeout) s, and the next question comes after \(interval) s",
                "give a timeout below the interval")
        }
        // The same rule twice is refused by EC2.
        var known: Set<CIDRBlock> = []
        let clients = clients(network, isInternetFacing: isInternetFacing).filter { known.insert($0).inserted }
        if !clients.isEmpty, clients.allSatisfy(\.isIPv6) {
            warn(
                "client_cidrs", "are of IPv6 alone, and the load balancer has IPv4 addresses",
                "give the clients' IPv4 networks")
        }
        if let tls = spec.pgpool.tls {
            findings.append(
                Diagnostic(
                    .warning, at: tls.certificate.location, key: "pgpool.tls",
                    "the stack brings no certificate: the image must have both files at these paths",
                    notes: ["build it from a base `ami-…` that has them"]))
        }
        if isInternetFacing, clients.contains(where: { $0.prefixLength == 0 }) {
            warn(
                "client_cidrs", "anybody on the internet may connect",
                "name the clients' networks, such as 203.0.113.0/24")
        }
        if isInternetFacing, spec.pgpool.tls == nil {
            warn(
                "nlb_scheme", "clients from the internet are served in clear text, since pgpool has no certificate",
                "add `tls: {certificate: …, key: …}` below `pgpool:`, or use `nlb_scheme=internal`")
        }
        return StackShape.Balancer(
            isInternetFacing: isInternetFacing, clients: clients,
            healthyThreshold: values.number("nlb_healthy_threshold"),
            unhealthyThreshold: values.number("nlb_unhealthy_threshold"), timeout: timeout, interval: interval)
    }

    /// The networks of clients: the parameter's, else cluster.yaml's, else the VPC or what is private.
    private mutating func clients(_ network: StackShape.Network, isInternetFacing: Bool) -> [CIDRBlock] {
        if values.isGiven("client_cidrs"), !values.items("client_cidrs").isEmpty {
            return values.items("client_cidrs").compactMap { text in
                do throws(Malformed) {
                    let network = try CIDRBlock.parse(text)
                    return whole(network, at: values.location("client_cidrs"), key: "client_cidrs") ? network : nil
                } catch {
                    findings.append(
                        Diagnostic(
                            .error, at: values.location("client_cidrs"), key: "client_cidrs", error.message,
                            notes: error.notes.isEmpty ? ["write networks such as 10.0.0.0/8"] : error.notes))
                    return nil
                }
            }
        }
        let allowed = spec.pgpool.allow
        if !allowed.isEmpty {
            return allowed.map(\.value).filter { whole($0, at: allowed.first?.location, key: "pgpool.allow") }
        }
        guard !isInternetFacing else {
            error(
                "client_cidrs", "who may connect from the internet is missing",
                "give the clients' networks, such as 203.0.113.0/24")
            return []
        }
        switch network {
        case .made: return [CIDRBlock(VPCLayout.network)]
        case .given: return ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"].map(CIDRBlock.init)
        }
    }

    /// Whether a network is one, as security groups want it.
    private mutating func whole(_ network: CIDRBlock, at location: SourceLocation?, key: String) -> Bool {
        guard network.hasHostBits else { return true }
        findings.append(
            Diagnostic(
                .error, at: location, key: key,
                "\(network.description) has bits behind its prefix, which a security group does not take",
                notes: ["write the network's first address, or /\(network.isIPv6 ? 128 : 32) for this one"]))
        return false
    }
}

extension CIDRBlock {
    /// A network of ours.
    fileprivate init(_ text: String) {
        guard let network = try? CIDRBlock.parse(text) else { preconditionFailure("\(text) is no network") }
        self = network
    }
}
