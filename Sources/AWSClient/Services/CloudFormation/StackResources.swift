extension CloudFormation {
    /// A resource of a stack.
    package struct StackResource: Hashable, Sendable {
        package var logicalID: String
        /// Nil as long as there is none.
        package var physicalID: String?
        package var type: String
        package var status: ResourceStatus
        package var reason: String?
    }

    /// All resources of a stack; those of one that was deleted by its id.
    package func listStackResources(_ stack: String) async throws(AWSError) -> [StackResource] {
        try await list(
            "ListStackResources", QueryParameters([("StackName", stack)]), set: "StackResourceSummaries",
            StackResource.init)
    }
}

extension CloudFormation.StackResource {
    fileprivate init(_ fields: XMLFields) throws(AWSError) {
        logicalID = try fields.required("LogicalResourceId")
        physicalID = fields.text("PhysicalResourceId")
        type = try fields.required("ResourceType")
        status = CloudFormation.ResourceStatus(try fields.required("ResourceStatus"))
        reason = fields.text("ResourceStatusReason")
    }
}
