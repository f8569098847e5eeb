import AWSClient
import Diagnostics

/// How failures of resources are told.
enum FailureText {
    /// `Group (AWS::AutoScaling::AutoScalingGroup): UPDATE_FAILED: Received 0 SUCCESS signal(s)`
    static func line(_ event: CloudFormation.StackEvent) -> String {
        "\(event.logicalID) (\(event.resourceType)): \(event.reason ?? event.status.word)"
    }

    /// The first reason on top; what else failed, and what helps, below.
    static func diagnostic(_ what: String, _ operation: Operation, advice: [String]) -> Diagnostic {
        guard let first = operation.firstFailure else { return Diagnostic(.error, what, notes: advice) }
        let others = operation.failures.filter { $0.id != first.id }.map { "then failed \(line($0))" }
        return Diagnostic(.error, "\(line(first))", notes: [what] + others + advice)
    }
}
