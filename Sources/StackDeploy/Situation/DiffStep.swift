package import AWSClient

/// What the state that a stack is found in asks of one who compares.
package enum DiffStep: Hashable, Sendable {
    case create
    case update
    /// It cannot be compared now.
    case busy
    /// A deployment would begin with something else: what.
    case blocked(DeployStep.Explanation)

    package init(_ stack: CloudFormation.Stack?) {
        let name = stack?.name ?? ""
        let word = stack?.statusWord ?? ""
        switch DeployStep(stack) {
        case .create: self = .create
        case .update: self = .update
        case .wait: self = .busy
        case .continueRollback:
            self = .blocked(
                DeployStep.Explanation(
                    reason: "the stack \(name) is in the state \(word): taking back an update failed",
                    advice: ["`pgpool-aurora stack deploy` goes on with that first, and then updates"]))
        case .deleteFirst(let reason):
            self = .blocked(
                DeployStep.Explanation(
                    reason: "the stack \(name) is in the state \(word): \(reason)",
                    advice: ["`pgpool-aurora stack deploy` deletes it first, and then makes everything"]))
        case .stop(let explanation): self = .blocked(explanation)
        }
    }
}
