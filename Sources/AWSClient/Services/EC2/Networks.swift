extension EC2 {
    package struct VPC: Hashable, Sendable {
        package var id: String
        package var isDefault: Bool
        package var tags: Tags
    }

    package struct Subnet: Hashable, Sendable {
        package var id: String
        package var vpcID: String
        package var zone: String
        /// Else it is still being made, or failed.
        package var isAvailable: Bool
        package var freeAddresses: Int?
        /// The zone's own subnet of the default VPC.
        package var isDefault: Bool
        /// Instances get a public address unless they are launched otherwise.
        package var givesPublicAddresses: Bool
        package var tags: Tags
    }

    package func describeVPCs(_ selection: Selection) async throws(AWSError) -> [VPC] {
        guard !selection.isEmpty else { return [] }
        var parameters = QueryParameters()
        parameters.add(selection, ids: "VpcId")
        return try await list(
            "DescribeVpcs", parameters, set: "vpcSet", largestPage: selection.largestPage(1000)
        ) { fields throws(AWSError) in
            VPC(
                id: try fields.required("vpcId"), isDefault: try fields.flag("isDefault") ?? false,
                tags: fields.tags)
        }
    }

    package func describeSubnets(_ selection: Selection) async throws(AWSError) -> [Subnet] {
        guard !selection.isEmpty else { return [] }
        var parameters = QueryParameters()
        parameters.add(selection, ids: "SubnetId")
        return try await list(
            "DescribeSubnets", parameters, set: "subnetSet", largestPage: selection.largestPage(1000)
        ) { fields throws(AWSError) in
            Subnet(
                id: try fields.required("subnetId"), vpcID: try fields.required("vpcId"),
                zone: try fields.required("availabilityZone"), isAvailable: fields.text("state") == "available",
                freeAddresses: try fields.integer("availableIpAddressCount"),
                isDefault: try fields.flag("defaultForAz") ?? false,
                givesPublicAddresses: try fields.flag("mapPublicIpOnLaunch") ?? false, tags: fields.tags)
        }
    }
}
