import Testing

/// `build-ami` as a user runs it: the built tool against a simulated AWS, and against moto.
///
/// One suite after the other, since most of them wait for seconds to pass on a machine that others use too.
@Suite(.serialized)
struct BuildCommands {}
