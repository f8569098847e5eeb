extension CloudFormation {
    /// What a stack is doing, or how what was last done to it has ended; as CloudFormation writes it.
    package enum StackStatus: String, CaseIterable, Hashable, Sendable {
        case createInProgress = "CREATE_IN_PROGRESS"
        case createFailed = "CREATE_FAILED"
        case createComplete = "CREATE_COMPLETE"
        case rollbackInProgress = "ROLLBACK_IN_PROGRESS"
        case rollbackFailed = "ROLLBACK_FAILED"
        case rollbackComplete = "ROLLBACK_COMPLETE"
        case deleteInProgress = "DELETE_IN_PROGRESS"
        case deleteFailed = "DELETE_FAILED"
        case deleteComplete = "DELETE_COMPLETE"
        case updateInProgress = "UPDATE_IN_PROGRESS"
        case updateCleanupInProgress = "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"
        case updateComplete = "UPDATE_COMPLETE"
        case updateFailed = "UPDATE_FAILED"
        case updateRollbackInProgress = "UPDATE_ROLLBACK_IN_PROGRESS"
        case updateRollbackFailed = "UPDATE_ROLLBACK_FAILED"
        case updateRollbackCleanupInProgress = "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS"
        case updateRollbackComplete = "UPDATE_ROLLBACK_COMPLETE"
        /// It has a change set that was never executed, and nothing else.
        case reviewInProgress = "REVIEW_IN_PROGRESS"
        case importInProgress = "IMPORT_IN_PROGRESS"
        case importComplete = "IMPORT_COMPLETE"
        case importRollbackInProgress = "IMPORT_ROLLBACK_IN_PROGRESS"
        case importRollbackFailed = "IMPORT_ROLLBACK_FAILED"
        case importRollbackComplete = "IMPORT_ROLLBACK_COMPLETE"

        /// Whether CloudFormation is at work. A stack under review waits for a person.
        package var isInProgress: Bool { rawValue.hasSuffix("_IN_PROGRESS") && self != .reviewInProgress }
    }

    /// What became of a resource, as CloudFormation writes it; there are many words, and few questions.
    package struct ResourceStatus: Hashable, Sendable, CustomStringConvertible {
        package var word: String

        package init(_ word: String) { self.word = word }

        package var isFailed: Bool { word.hasSuffix("_FAILED") }
        package var isInProgress: Bool { word.hasSuffix("_IN_PROGRESS") }
        package var description: String { word }
    }
}
