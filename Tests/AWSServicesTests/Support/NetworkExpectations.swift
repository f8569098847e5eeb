@testable import AWSClient

extension Reading {
    var securityGroup: EC2.SecurityGroup {
        EC2.SecurityGroup(
            id: id("GroupId"), name: self["GroupName"].text ?? "", description: self["Description"].text ?? "",
            vpcID: self["VpcId"].text, ingressRules: self["IpPermissions"].list.count, tags: tags)
    }

    var vpc: EC2.VPC {
        EC2.VPC(id: id("VpcId"), isDefault: self["IsDefault"].flag ?? false, tags: tags)
    }

    var subnet: EC2.Subnet {
        EC2.Subnet(
            id: id("SubnetId"), vpcID: id("VpcId"), zone: id("AvailabilityZone"),
            isAvailable: self["State"].text == "available", freeAddresses: self["AvailableIpAddressCount"].integer,
            isDefault: self["DefaultForAz"].flag ?? false,
            givesPublicAddresses: self["MapPublicIpOnLaunch"].flag ?? false, tags: tags)
    }

    var routeTable: EC2.RouteTable {
        EC2.RouteTable(
            id: id("RouteTableId"), vpcID: self["VpcId"].text,
            isMain: self["Associations"].list.contains { $0["Main"].flag == true },
            subnetIDs: self["Associations"].list.compactMap { $0["SubnetId"].text },
            routes: self["Routes"].list.map(\.route))
    }

    private var route: EC2.Route {
        let destinations = ["DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId"]
        let targets = [
            "GatewayId", "NatGatewayId", "EgressOnlyInternetGatewayId", "TransitGatewayId", "VpcPeeringConnectionId",
            "LocalGatewayId", "CarrierGatewayId", "CoreNetworkArn", "OdbNetworkArn", "InstanceId",
            "NetworkInterfaceId",
        ]
        return EC2.Route(
            destination: destinations.compactMap { self[$0].text }.first ?? "(botocore has none)",
            target: targets.compactMap { self[$0].text }.first, isActive: self["State"].text == "active")
    }

    var instanceType: EC2.InstanceType {
        EC2.InstanceType(
            name: id("InstanceType"),
            architectures: self["ProcessorInfo"]["SupportedArchitectures"].list.compactMap(\.text).map {
                EC2.Architecture($0)
            }, hypervisor: word("Hypervisor"), isBareMetal: self["BareMetal"].flag ?? false,
            bootModes: self["SupportedBootModes"].list.compactMap(\.text).map { EC2.BootMode($0) },
            cpus: self["VCpuInfo"]["DefaultVCpus"].integer, memory: self["MemoryInfo"]["SizeInMiB"].integer)
    }

    var offering: EC2.Offering { EC2.Offering(instanceType: id("InstanceType"), zone: id("Location")) }

    var snapshotDeletion: EC2.SnapshotDeletion {
        EC2.SnapshotDeletion(snapshotID: id("SnapshotId"), outcome: self["ReturnCode"].text ?? "")
    }
}
