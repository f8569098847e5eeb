package import AWSClient

/// What the state that a stack is found in asks of one who deletes it.
package enum DestroyStep: Hashable, Sendable {
    case nothing
    case delete
    /// It cannot be deleted before CloudFormation has ended what it is at.
    case wait
    /// It is about to go.
    case follow

    package init(_ stack: CloudFormation.Stack?) {
        guard let stack else {
            self = .nothing
            return
        }
        switch stack.status {
        case .deleteComplete: self = .nothing
        case .deleteInProgress: self = .follow
        case .updateInProgress, .updateCleanupInProgress, .updateRollbackInProgress,
            .updateRollbackCleanupInProgress, .rollbackInProgress, .importInProgress, .importRollbackInProgress:
            self = .wait
        // A creation that hangs can be deleted.
        case .createInProgress, .createFailed, .createComplete, .rollbackFailed, .rollbackComplete, .deleteFailed,
            .updateComplete, .updateFailed, .updateRollbackFailed, .updateRollbackComplete, .reviewInProgress,
            .importComplete, .importRollbackFailed, .importRollbackComplete, nil:
            self = .delete
        }
    }
}
