import AWSClient

/// Whose a stack is that is found under a name.
package enum StackOwner {
    /// What the description of each template of ours ends with.
    package static let mark = "(pgpool-aurora)"

    /// Throws for a stack of somebody else's: to deploy to it would remove all that it has.
    static func check(_ stack: CloudFormation.Stack, _ verb: String) throws(StackFailure) {
        // A stack that has nothing yet has no description either.
        guard stack.status != .reviewInProgress, stack.status != .deleteComplete,
            stack.description?.hasSuffix(mark) != true
        else { return }
        throw StackFailure(
            .refused,
            "the stack \(stack.name) was not made by pgpool-aurora"
                + (stack.description.map { ": it is \"\($0)\"" } ?? "; it has no description"),
            notes: ["nothing was changed", "give another --name, or --any-stack to \(verb) it all the same"])
    }
}
