package import AWSClient
package import Diagnostics

/// The parts that work on a stack consists of.
package enum StackPhase: String, Hashable, Sendable {
    /// Somebody else's work is waited for.
    case wait
    /// A rollback that failed is gone on with.
    case rollback
    case delete
    /// The change set is made.
    case plan
    case deploy
}

/// What work on a stack tells whoever watches it.
package enum DeployEvent: Sendable {
    case phaseBegins(StackPhase)
    /// Seconds.
    case phaseEnds(StackPhase, Double)
    /// Something was done: one line.
    case note(String)
    /// What would be changed, or is about to be.
    case changes([ChangeLine])
    case resource(CloudFormation.StackEvent)
    case warning(Diagnostic)
}
