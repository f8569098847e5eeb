package import AWSClient

/// What the state of a change set says of it.
package enum ChangeSetVerdict: Hashable, Sendable {
    case pending
    case ready
    /// There is nothing to change.
    case empty
    /// It was executed, or is being so.
    case executed
    /// It cannot be executed: why.
    case failed(String)
    /// It is of no use any more.
    case stale

    package init(_ set: CloudFormation.ChangeSet) {
        switch set.execution {
        case .inProgress, .complete, .failed:
            self = .executed
            return
        case .obsolete:
            self = .stale
            return
        case .available, .unavailable, nil: break
        }
        switch set.status {
        case .createPending, .createInProgress, nil: self = .pending
        case .createComplete: self = .ready
        case .failed: self = ChangeSetVerdict.isEmpty(set) ? .empty : .failed(set.statusReason ?? "no reason is given")
        case .deletePending, .deleteInProgress, .deleteComplete, .deleteFailed: self = .stale
        }
    }

    /// CloudFormation has no other word for it than these two texts; a failure for another reason has neither.
    private static func isEmpty(_ set: CloudFormation.ChangeSet) -> Bool {
        guard set.changes.isEmpty, let reason = set.statusReason else { return false }
        return reason.contains("didn't contain changes") || reason.contains("No updates are to be performed")
    }
}
