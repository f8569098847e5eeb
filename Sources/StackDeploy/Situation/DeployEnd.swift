package import AWSClient

/// What the state in which a deployment of ours has ended says of it.
package enum DeployEnd: Hashable, Sendable {
    case deployed
    /// What happened, and what helps.
    case failed(String, advice: [String])

    package init(_ stack: CloudFormation.Stack) {
        let deploy = "mend that, and deploy again"
        switch stack.status {
        case .createComplete, .updateComplete: self = .deployed
        case .updateRollbackComplete:
            self = .failed("the update failed, and the stack is as it was before", advice: [deploy])
        case .rollbackComplete:
            self = .failed(
                "the stack could not be made, and what was made is gone again, but for a snapshot of a database that was",
                advice: [deploy, "what is left of the stack is its name, which the next deployment deletes first"])
        case .updateRollbackFailed:
            self = .failed(
                "the update failed, and so did taking it back",
                advice: [
                    "mend what the rollback failed at; `pgpool-aurora stack deploy` then goes on with it first",
                    "what cannot be mended is left out by --skip and the resource's name",
                ])
        case .rollbackFailed:
            self = .failed(
                "the stack could not be made, and not all that was made could be deleted",
                advice: ["`pgpool-aurora stack destroy --name \(stack.name)` deletes it, and says what stays"])
        case .deleteComplete, .deleteInProgress, .deleteFailed:
            self = .failed("the stack was deleted while it was deployed", advice: ["deploy again"])
        default:
            self = .failed(
                "the stack ended in the state \(stack.statusWord)"
                    + (stack.statusReason.map { ": \($0)" } ?? ""), advice: [deploy])
        }
    }
}
