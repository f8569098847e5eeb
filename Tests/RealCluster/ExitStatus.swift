/// How a program ended.
package enum ExitStatus: Hashable, Sendable {
    case exited(Int32)
    case signalled(Int32)
    /// It could not be waited for.
    case unknown
}
