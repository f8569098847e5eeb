package import AWSClient

/// What the state that a stack is found in asks of a deployment.
package enum DeployStep: Hashable, Sendable {
    case create
    case update
    /// CloudFormation is at work; who waits looks again.
    case wait
    /// An update failed, and so did taking it back.
    case continueRollback
    /// Nothing can be made of it but another one: why.
    case deleteFirst(String)
    case stop(Explanation)

    /// Why it goes no further, and what helps.
    package struct Explanation: Hashable, Sendable {
        package var reason: String
        package var advice: [String]
    }

    /// Nil for no stack at all.
    package init(_ stack: CloudFormation.Stack?) {
        guard let stack else {
            self = .create
            return
        }
        let name = stack.name
        switch stack.status {
        case .deleteComplete, .reviewInProgress: self = .create
        case .createComplete, .updateComplete, .updateRollbackComplete, .importComplete, .importRollbackComplete:
            self = .update
        case .createInProgress, .rollbackInProgress, .deleteInProgress, .updateInProgress, .updateCleanupInProgress,
            .updateRollbackInProgress, .updateRollbackCleanupInProgress, .importInProgress,
            .importRollbackInProgress:
            self = .wait
        case .updateRollbackFailed: self = .continueRollback
        case .rollbackComplete:
            self = .deleteFirst(
                "its creation failed, and what was made is gone again, but for a snapshot of a database that was")
        case .rollbackFailed: self = .deleteFirst("its creation failed, and not all that was made could be deleted")
        case .createFailed: self = .deleteFirst("its creation failed, and what was made is still there")
        case .deleteFailed:
            self = .stop(
                Explanation(
                    reason: "the stack \(name) was to be deleted, and that failed",
                    advice: [
                        "`pgpool-aurora stack destroy --name \(name)` says at what, and tries again",
                        "then deploy again",
                    ]))
        case .updateFailed:
            self = .stop(
                Explanation(
                    reason: "an update of the stack \(name) failed, and was not taken back, as it was begun so",
                    advice: [
                        "`aws cloudformation rollback-stack --stack-name \(name)` takes it back; then deploy again"
                    ]))
        case .importRollbackFailed:
            self = .stop(
                Explanation(
                    reason: "an import into the stack \(name) failed, and so did taking it back",
                    advice: ["mend it in CloudFormation's console, where the import was begun; then deploy again"]))
        case nil:
            self = .stop(
                Explanation(
                    reason: "the stack \(name) is in the state \(stack.statusWord), which this version does not know",
                    advice: ["a newer version may"]))
        }
    }
}
