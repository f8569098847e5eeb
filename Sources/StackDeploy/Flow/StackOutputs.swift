package import AWSClient

/// What a stack says of itself when it is there.
package struct StackOutputs: Sendable {
    let calls: StackCalls

    package init(services: StackServices, runtime: StackRuntime, pace: StackPace = StackPace(), deadline: Duration) {
        calls = StackCalls(
            services: services, runtime: runtime, pace: pace, deadline: runtime.timer.elapsed() + deadline)
    }

    /// The stack with its outputs.
    package func read(_ name: String) async throws(StackFailure) -> CloudFormation.Stack {
        guard let stack = try await calls.look(name), stack.status != .deleteComplete else {
            throw StackFailure(
                .failed, "there is no stack \(name) in \(calls.cloudFormation.region)",
                notes: ["`pgpool-aurora stack deploy` makes one; --name and --region say which"])
        }
        return stack
    }
}
