extension CloudFormation {
    package enum ChangeSetStatus: String, Hashable, Sendable {
        case createPending = "CREATE_PENDING"
        case createInProgress = "CREATE_IN_PROGRESS"
        case createComplete = "CREATE_COMPLETE"
        case deletePending = "DELETE_PENDING"
        case deleteInProgress = "DELETE_IN_PROGRESS"
        case deleteComplete = "DELETE_COMPLETE"
        case deleteFailed = "DELETE_FAILED"
        case failed = "FAILED"
    }

    package enum ExecutionStatus: String, Hashable, Sendable {
        case unavailable = "UNAVAILABLE"
        case available = "AVAILABLE"
        case inProgress = "EXECUTE_IN_PROGRESS"
        case complete = "EXECUTE_COMPLETE"
        case failed = "EXECUTE_FAILED"
        /// Another one was executed since.
        case obsolete = "OBSOLETE"
    }

    package struct ChangeSet: Hashable, Sendable {
        package var id: String
        package var name: String
        package var stackID: String
        /// Nil for a word that CloudFormation has added since.
        package var status: ChangeSetStatus?
        package var statusReason: String?
        package var execution: ExecutionStatus?
        package var changes: [ResourceChange]
    }

    /// A change set with all pages of its changes and, as far as CloudFormation tells them, their values; nil when there is
    /// none. It is named by its id, or by its name together with the stack.
    package func describeChangeSet(_ name: String, of stack: String? = nil) async throws(AWSError) -> ChangeSet? {
        var parameters = QueryParameters([("ChangeSetName", name)])
        parameters.add("StackName", stack)
        parameters.add("IncludePropertyValues", true)
        var first: ChangeSet?
        do throws(AWSError) {
            let changes = try await Pages.all(of: CloudFormation.call("DescribeChangeSet", parameters)) {
                token throws(AWSError) in
                var parameters = parameters
                parameters.add("NextToken", token)
                let page = try await send("DescribeChangeSet", parameters) { answer throws(AWSError) in
                    (set: try ChangeSet(answer), next: answer.text("NextToken"))
                }
                first = first ?? page.set
                return (items: page.set.changes, next: page.next)
            }
            first?.changes = changes
            return first
        } catch {
            guard error.isNotFound else { throw error }
            return nil
        }
    }

    /// Begins to make it so. A change set is executed once at most.
    package func executeChangeSet(_ id: String, token: String) async throws(AWSError) {
        try await send(
            "ExecuteChangeSet", QueryParameters([("ChangeSetName", id), ("ClientRequestToken", token)]))
    }

    /// Deletes a change set. It is no error if there is none.
    package func deleteChangeSet(_ name: String, of stack: String? = nil) async throws(AWSError) {
        var parameters = QueryParameters([("ChangeSetName", name)])
        parameters.add("StackName", stack)
        try await send("DeleteChangeSet", parameters)
    }
}

extension CloudFormation.ChangeSet {
    fileprivate init(_ fields: XMLFields) throws(AWSError) {
        id = try fields.required("ChangeSetId")
        name = try fields.required("ChangeSetName")
        stackID = try fields.required("StackId")
        status = fields.text("Status").flatMap(CloudFormation.ChangeSetStatus.init)
        statusReason = fields.text("StatusReason")
        execution = fields.text("ExecutionStatus").flatMap(CloudFormation.ExecutionStatus.init)
        changes = fields.items("Changes").compactMap { $0.fields("ResourceChange") }
            .map(CloudFormation.ResourceChange.init)
    }
}
