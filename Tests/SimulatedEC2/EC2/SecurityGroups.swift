/// A security group.
package struct SimulatedGroup: Resource {
    static let kind = ResourceKind(
        prefix: "sg", name: "security group", notFound: "InvalidGroup.NotFound", malformed: "InvalidGroupId.Malformed")

    package let id: String
    package let region: String
    package var tags: TagSet
    package internal(set) var history: History
    package let name: String
    package let description: String
    package let vpcID: String

    static let filters: [String: @Sendable (SimulatedGroup) -> [String]] = [
        "description": { [$0.description] },
        "group-id": { [$0.id] },
        "group-name": { [$0.name] },
        "vpc-id": { [$0.vpcID] },
    ]
}

extension State {
    mutating func createSecurityGroup(_ parameters: Parameters) throws(SimulatedError) -> [XML] {
        let name = try parameters.required("GroupName")
        let description = try parameters.required("GroupDescription")
        try parameters.checkTags(on: ["security-group"])
        for (field, text) in [("GroupName", name), ("GroupDescription", description)] {
            guard text.count <= 255, text.allSatisfy({ $0.isASCII && isOfGroup($0) }) else {
                throw SimulatedError("InvalidParameterValue", "Value (\(text)) for parameter \(field) is invalid.")
            }
        }
        guard !name.hasPrefix("sg-"), name != "default" else {
            throw SimulatedError("InvalidParameterValue", "Group names may not be in the format sg-*, nor 'default'")
        }
        let vpcID: String
        if let id = parameters["VpcId"] {
            vpcID = try find(id, in: \.vpcs).id
        } else {
            guard let vpc = vpcs.items.first(where: { $0.isDefault && $0.region == call.region }) else {
                throw SimulatedError("VPCIdNotSpecified", "No default VPC for this user")
            }
            vpcID = vpc.id
        }
        guard !groups.items.contains(where: { $0.name == name && $0.vpcID == vpcID && !$0.isGone }) else {
            throw SimulatedError(
                "InvalidGroup.Duplicate", "The security group '\(name)' already exists for VPC '\(vpcID)'")
        }
        let id = addGroup(name, description, vpcID, parameters.tags(on: "security-group"), in: call.region, at: now)
        return [XML("return", true), XML("groupId", id), XML(tags: parameters.tags(on: "security-group"))]
    }

    mutating func addGroup(
        _ name: String, _ description: String, _ vpcID: String, _ tags: [String: String], in region: String,
        at moment: Duration
    ) -> String {
        let id = newID("sg")
        groups.add(
            SimulatedGroup(
                id: id, region: region, tags: TagSet(tags, at: moment), history: History("available", at: moment),
                name: name, description: description, vpcID: vpcID))
        return id
    }

    mutating func deleteSecurityGroup(_ parameters: Parameters) throws(SimulatedError) -> [XML] {
        let group = try find(try parameters.required("GroupId"), in: \.groups)
        guard group.name != "default" else {
            throw SimulatedError("CannotDelete", "the specified group: \"\(group.id)\" cannot be deleted by a user")
        }
        let isUsed = instances.items.contains {
            $0.groupIDs.contains(group.id) && $0.state != "terminated" && !$0.isGone
        }
        guard !isUsed else {
            throw SimulatedError("DependencyViolation", "resource \(group.id) has a dependent object")
        }
        let moment = now
        groups.update(group.id) { $0.history.gone = moment }
        return [XML("return", true), XML("groupId", group.id)]
    }

    func describeSecurityGroups(_ parameters: Parameters) throws(SimulatedError) -> [XML] {
        let page = try list(\.groups, parameters, ids: "GroupId")
        let everything = XML("ipRanges", items: [[XML("cidrIp", "0.0.0.0/0")]])
        let items = page.items.map { group in
            [
                XML("ownerId", settings.account), XML("groupId", group.id), XML("groupName", group.name),
                XML("groupDescription", group.description), XML("vpcId", group.vpcID),
                // A default group lets its members in.
                XML(
                    "ipPermissions",
                    items: group.name != "default"
                        ? []
                        : [[XML("ipProtocol", "-1"), XML("groups", items: [[XML("groupId", group.id)]])]]),
                XML("ipPermissionsEgress", items: [[XML("ipProtocol", "-1"), everything]]),
                XML(tags: knownTags(group.tags)),
            ]
        }
        return [XML("securityGroupInfo", items: items), XML("nextToken", optional: page.next)].compactMap(\.self)
    }

    func defaultGroups(ofVPC id: String) -> [String] {
        groups.items.filter { $0.vpcID == id && $0.name == "default" }.map(\.id)
    }

    private func isOfGroup(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || " ._-:/()#,@[]+=&;{}!$*".contains(character)
    }
}
