extension EC2 {
    /// Values by key.
    package typealias Tags = [String: String]

    /// What tags are put on when it is made, as EC2 writes it.
    package enum TaggedResource: String, Hashable, Sendable {
        case image
        case instance
        case networkInterface = "network-interface"
        case securityGroup = "security-group"
        case snapshot
        case volume
    }

    /// Adds tags, or gives those that are there another value.
    package func createTags(on resourceIDs: [String], _ tags: Tags) async throws(AWSError) {
        guard !resourceIDs.isEmpty, !tags.isEmpty else { return }
        var parameters = QueryParameters()
        parameters.add("ResourceId", list: resourceIDs)
        parameters.add("Tag", list: QueryParameters.list(of: tags))
        try await send("CreateTags", parameters)
    }
}

extension QueryParameters {
    /// Adds the tags of what a call makes. Kinds without tags are left out, as EC2 wants it.
    mutating func add(_ tags: EC2.Tags, on resources: [EC2.TaggedResource]) {
        guard !tags.isEmpty else { return }
        let specifications = resources.map { resource in
            var fields = QueryParameters([("ResourceType", resource.rawValue)])
            fields.add("Tag", list: QueryParameters.list(of: tags))
            return fields
        }
        add("TagSpecification", list: specifications)
    }

    /// By key, so that a call reads the same each time: the same client token must have the same parameters.
    fileprivate static func list(of tags: EC2.Tags) -> [QueryParameters] {
        tags.sorted { $0.key < $1.key }.map { QueryParameters([("Key", $0.key), ("Value", $0.value)]) }
    }
}
