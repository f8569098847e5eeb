package import FoundationEssentials

extension CloudFormation {
    package struct Stack: Hashable, Sendable {
        /// An ARN that no other stack ever has, also not one of the same name.
        package var id: String
        package var name: String
        /// As CloudFormation writes it.
        package var statusWord: String
        package var statusReason: String?
        /// The template's own.
        package var description: String?
        /// The id of the change set that was executed last, or that the stack was made for.
        package var changeSetID: String?
        package var creationTime: Date
        package var lastUpdatedTime: Date?
        package var parameters: [String: String]
        package var outputs: [Output]
        package var tags: [String: String]
        /// Somebody has protected it from being deleted.
        package var isProtected: Bool

        /// Nil for one that CloudFormation has added since.
        package var status: StackStatus? { StackStatus(rawValue: statusWord) }
    }

    package struct Output: Hashable, Sendable {
        package var key: String
        package var value: String
        package var description: String?
    }

    /// The stack of a name or an id; nil when there is none. One that was deleted is there by its id, for 90 days.
    package func describeStack(_ stack: String) async throws(AWSError) -> Stack? {
        do throws(AWSError) {
            return try await send("DescribeStacks", QueryParameters([("StackName", stack)])) {
                answer throws(AWSError) in
                guard let stack = answer.items("Stacks").first else { throw answer.missing("Stacks") }
                return try Stack(stack)
            }
        } catch {
            // The code is all there is for one that does not exist; the call has nothing else that could be invalid.
            guard error.code == "ValidationError" else { throw error }
            return nil
        }
    }

    /// The text that a stack was made of last.
    package func getTemplate(of stack: String) async throws(AWSError) -> String {
        let parameters = QueryParameters([("StackName", stack), ("TemplateStage", "Original")])
        return try await send("GetTemplate", parameters) { answer throws(AWSError) in
            try answer.required("TemplateBody")
        }
    }

    /// Begins to delete a stack. Resources can be retained of one only that could not be deleted before.
    package func deleteStack(_ stack: String, retaining: [String] = [], token: String) async throws(AWSError) {
        var parameters = QueryParameters([("StackName", stack), ("ClientRequestToken", token)])
        parameters.add("RetainResources", members: retaining)
        try await send("DeleteStack", parameters)
    }

    /// Goes on with a rollback that failed, perhaps without the resources that it failed at.
    package func continueUpdateRollback(
        _ stack: String, skipping: [String] = [], token: String
    ) async throws(AWSError) {
        var parameters = QueryParameters([("StackName", stack), ("ClientRequestToken", token)])
        parameters.add("ResourcesToSkip", members: skipping)
        try await send("ContinueUpdateRollback", parameters)
    }
}

extension CloudFormation.Stack {
    init(_ fields: XMLFields) throws(AWSError) {
        id = try fields.required("StackId")
        name = try fields.required("StackName")
        statusWord = try fields.required("StackStatus")
        statusReason = fields.text("StackStatusReason")
        description = fields.text("Description")
        changeSetID = fields.text("ChangeSetId")
        creationTime = try fields.requiredTime("CreationTime")
        lastUpdatedTime = try fields.time("LastUpdatedTime")
        parameters = fields.pairs("Parameters", "ParameterKey", "ParameterValue")
        outputs = fields.items("Outputs").compactMap(CloudFormation.Output.init)
        tags = fields.pairs("Tags", "Key", "Value")
        isProtected = try fields.flag("EnableTerminationProtection") ?? false
    }
}

extension CloudFormation.Output {
    fileprivate init?(_ fields: XMLFields) {
        guard let key = fields.text("OutputKey") else { return nil }
        self.key = key
        value = fields.text("OutputValue") ?? ""
        description = fields.text("Description")
    }
}

extension XMLFields {
    /// A list of names and values.
    fileprivate func pairs(_ list: String, _ key: String, _ value: String) -> [String: String] {
        let pairs = items(list).compactMap { item in item.text(key).map { ($0, item.text(value) ?? "") } }
        return Dictionary(pairs) { first, _ in first }
    }
}
