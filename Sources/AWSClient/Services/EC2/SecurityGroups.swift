extension EC2 {
    package struct SecurityGroup: Hashable, Sendable {
        package var id: String
        package var name: String
        package var description: String
        package var vpcID: String?
        /// How many rules let something in.
        package var ingressRules: Int
        package var tags: Tags
    }

    /// The group to make. It lets everything out and nothing in.
    package struct SecurityGroupCreation: Hashable, Sendable {
        /// At most 255 characters, that no other group of the VPC has.
        package var name: String
        /// At most 255 characters; not empty.
        package var description: String
        /// Nil for the default VPC.
        package var vpcID: String?
        package var tags: Tags

        package init(name: String, description: String, vpcID: String? = nil, tags: Tags = [:]) {
            self.name = name
            self.description = description
            self.vpcID = vpcID
            self.tags = tags
        }
    }

    /// Makes a group and returns its id. It has no client token: when an answer is lost, look for the name.
    package func createSecurityGroup(_ creation: SecurityGroupCreation) async throws(AWSError) -> String {
        var parameters = QueryParameters([
            ("GroupName", creation.name), ("GroupDescription", creation.description),
        ])
        parameters.add("VpcId", creation.vpcID)
        parameters.add(creation.tags, on: [.securityGroup])
        return try await send("CreateSecurityGroup", parameters, isRepeatable: false) { answer throws(AWSError) in
            try answer.required("groupId")
        }
    }

    package func deleteSecurityGroup(_ id: String) async throws(AWSError) {
        try await send("DeleteSecurityGroup", QueryParameters([("GroupId", id)]))
    }

    package func describeSecurityGroups(_ selection: Selection) async throws(AWSError) -> [SecurityGroup] {
        guard !selection.isEmpty else { return [] }
        var parameters = QueryParameters()
        parameters.add(selection, ids: "GroupId")
        return try await list(
            "DescribeSecurityGroups", parameters, set: "securityGroupInfo", largestPage: selection.largestPage(1000)
        ) { fields throws(AWSError) in
            SecurityGroup(
                id: try fields.required("groupId"), name: fields.text("groupName") ?? "",
                description: fields.text("groupDescription") ?? "", vpcID: fields.text("vpcId"),
                ingressRules: fields.items("ipPermissions").count, tags: fields.tags)
        }
    }
}
