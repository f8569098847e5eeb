import Testing

/// The stack's commands as a user runs them: the built tool against a simulated CloudFormation.
///
/// One suite after the other, since most of them wait for seconds to pass on a machine that others use too.
@Suite(.serialized)
struct StackCommands {}
