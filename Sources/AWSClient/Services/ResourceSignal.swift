/// Tells CloudFormation how an instance is, for a creation or an update that waits for it.
///
/// Source: "SignalResource" in CloudFormation's API reference.
package struct ResourceSignal: Sendable {
    package enum Status: String, Sendable {
        case success = "SUCCESS"
        case failure = "FAILURE"
    }

    /// The stack's name or id.
    package var stack: String
    /// The resource's logical id, such as that of an Auto Scaling group.
    package var resource: String
    /// Of the instance: each counts once.
    package var instanceID: String

    package init(stack: String, resource: String, instanceID: String) {
        self.stack = stack
        self.resource = resource
        self.instanceID = instanceID
    }

    /// What came of a signal.
    package enum Outcome: Hashable, Sendable {
        case taken
        /// Nobody waits for one: the stack is as it is to be, and the group has launched an instance by itself.
        case notAwaited
    }

    private static let service = AWSService("cloudformation", errorFormat: .xml)

    package func send(
        _ status: Status, by client: AWSClient, deadline: Duration? = nil
    ) async throws(AWSError) -> Outcome {
        let call = AWSCall.query(
            ResourceSignal.service, "SignalResource", version: "2010-05-15",
            QueryParameters([
                ("StackName", stack), ("LogicalResourceId", resource), ("UniqueId", instanceID),
                ("Status", status.rawValue),
            ]))
        do throws(AWSError) {
            try await client.xml(call, deadline: deadline) { _ in }
        } catch {
            // "Stack:arn:… is in CREATE_COMPLETE state and cannot be signaled". The text tells it from a stack that does not
            // exist, which has the same code.
            guard error.code == "ValidationError", error.message.contains("be signaled") else { throw error }
            return .notAwaited
        }
        return .taken
    }
}
