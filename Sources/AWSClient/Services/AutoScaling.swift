/// Amazon EC2 Auto Scaling: what an instance says of itself.
///
/// Source: "SetInstanceHealth" and "CompleteLifecycleAction" in its API reference.
package struct AutoScaling: Sendable {
    private let client: AWSClient

    package init(_ client: AWSClient) {
        self.client = client
    }

    private static let service = AWSService("autoscaling", errorFormat: .xml)
    private static let version = "2011-01-01"

    /// Has the group replace an instance, once the instance's grace period is over.
    package func markUnhealthy(instanceID: String, deadline: Duration? = nil) async throws(AWSError) {
        var parameters = QueryParameters([("InstanceId", instanceID), ("HealthStatus", "Unhealthy")])
        parameters.add("ShouldRespectGracePeriod", true)
        try await client.send(
            .query(AutoScaling.service, "SetInstanceHealth", version: AutoScaling.version, parameters),
            deadline: deadline
        ) { _ in }
    }

    /// An instance that waits by a lifecycle hook.
    package struct LifecycleWait: Hashable, Sendable {
        package var hook: String
        package var group: String
        package var instanceID: String

        package init(hook: String, group: String, instanceID: String) {
            self.hook = hook
            self.group = group
            self.instanceID = instanceID
        }
    }

    /// What came of ending a wait.
    package enum WaitEnd: Hashable, Sendable {
        case ended
        /// Nothing waits: not yet, or not any more.
        case notWaiting
    }

    /// Ends a wait: the instance goes on to where it was going.
    package func complete(
        _ wait: LifecycleWait, attempts: Int = .max, deadline: Duration? = nil
    ) async throws(AWSError) -> WaitEnd {
        let call = AWSCall.query(
            AutoScaling.service, "CompleteLifecycleAction", version: AutoScaling.version,
            QueryParameters([
                ("LifecycleHookName", wait.hook), ("AutoScalingGroupName", wait.group),
                ("LifecycleActionResult", "CONTINUE"), ("InstanceId", wait.instanceID),
            ]))
        do throws(AWSError) {
            try await client.send(call, attempts: attempts, deadline: deadline) { _ in }
        } catch {
            // The text tells it from a group or a hook that does not exist, which has the same code.
            guard error.code == "ValidationError", error.message.contains("No active Lifecycle Action") else {
                throw error
            }
            // An earlier attempt whose answer was lost may have done it, or the wait has not begun. Asking again is free.
            return .notWaiting
        }
        return .ended
    }
}
