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

    package enum Signal: String, Hashable, Sendable {
        case success = "SUCCESS"
        case failure = "FAILURE"
    }

    /// Tells a creation or update that waits for it how an instance is.
    package func signalResource(
        _ logicalID: String, of stack: String, uniqueID: String, _ signal: Signal
    ) async throws(AWSError) {
        try await send(
            "SignalResource",
            QueryParameters([
                ("StackName", stack), ("LogicalResourceId", logicalID), ("UniqueId", uniqueID),
                ("Status", signal.rawValue),
            ]))
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
