/// A connection to a backend that a child of pgpool keeps, as PCP lists it.
package struct PoolEntry: Sendable, Hashable {
    /// The child's process id.
    package var child: Int32
    /// pgpool's number of the backend.
    package var node: Int
    /// The process id of the server's side.
    package var backendPID: Int32
    /// Whether a client is using it now.
    package var isInUse: Bool

    package init(child: Int32, node: Int, backendPID: Int32, isInUse: Bool) {
        self.child = child
        self.node = node
        self.backendPID = backendPID
        self.isInUse = isInUse
    }
}
