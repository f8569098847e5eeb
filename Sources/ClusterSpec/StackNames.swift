/// The names in AWS by which the stack and the doctor understand each other.
package enum StackNames {
    /// The namespace that the doctor writes its metrics to.
    package static let metrics = "PgpoolAurora"
    /// The dimension of each: the Auto Scaling group's name.
    package static let dimension = "AutoScalingGroupName"
    /// Children in use, counted.
    package static let childrenInUse = "ChildrenInUse"
    /// Children in use, in percent of those that take clients.
    package static let saturation = "Saturation"
    /// Open connections, in percent of what a server allows to clients, on the server that has the highest share.
    package static let connections = "ConnectionsOfBudget"
    /// The lifecycle hook of instances that go.
    package static let drainHook = "pgpool-aurora-drain"
}
