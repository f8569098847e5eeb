package import FoundationEssentials

extension CloudFormation {
    /// Something that happened to a stack or to one of its resources.
    package struct StackEvent: Hashable, Sendable {
        package var id: String
        package var stackID: String
        package var logicalID: String
        package var physicalID: String?
        package var resourceType: String
        package var time: Date
        package var status: ResourceStatus
        package var reason: String?
        /// The token of the call that all this comes of.
        package var token: String?

        /// Whether it is about the stack itself.
        package var isOfStack: Bool { resourceType == "AWS::CloudFormation::Stack" && physicalID == stackID }
    }

    /// A page of a stack's events, the newest first, and what asks for the next page.
    package struct EventPage: Sendable {
        package var events: [StackEvent]
        package var next: String?
    }

    package func describeStackEvents(_ stack: String, page: String? = nil) async throws(AWSError) -> EventPage {
        var parameters = QueryParameters([("StackName", stack)])
        parameters.add("NextToken", page)
        return try await send("DescribeStackEvents", parameters) { answer throws(AWSError) in
            EventPage(events: try answer.items("StackEvents").map(StackEvent.init), next: answer.text("NextToken"))
        }
    }
}

extension CloudFormation.StackEvent {
    fileprivate init(_ fields: XMLFields) throws(AWSError) {
        id = try fields.required("EventId")
        stackID = try fields.required("StackId")
        logicalID = fields.text("LogicalResourceId") ?? ""
        physicalID = fields.text("PhysicalResourceId")
        resourceType = fields.text("ResourceType") ?? ""
        time = try fields.requiredTime("Timestamp")
        status = CloudFormation.ResourceStatus(fields.text("ResourceStatus") ?? "")
        reason = fields.text("ResourceStatusReason")
        token = fields.text("ClientRequestToken")
    }
}
