/// A lack of room for instances.
package struct Shortage: Hashable, Sendable {
    /// Nil for every type.
    package var instanceType: String?
    /// Nil for every zone.
    package var zone: String?
    package var kind: Kind
    /// Which of the launches that it meets.
    package var occurrences: Occurrences

    package enum Kind: Hashable, Sendable {
        /// RunInstances is refused: InsufficientInstanceCapacity.
        case atOnce
        /// The instance goes from pending to terminated after so long.
        case later(Duration)
        /// The type is not to be had in the zone.
        case unsupported
        /// The subnet is full.
        case noFreeAddress
    }

    package init(
        _ instanceType: String?, zone: String? = nil, _ kind: Kind = .atOnce, occurrences: Occurrences = .every
    ) {
        self.instanceType = instanceType
        self.zone = zone
        self.kind = kind
        self.occurrences = occurrences
    }
}

/// An instance that ends before its time.
package struct InstanceEnd: Hashable, Sendable {
    /// Counted from 1, in the order in which instances begin to run.
    package var instance: Int
    /// Since it runs.
    package var after: Duration
    package var reason: SimulatedReason
    /// Whether it is gone then; nil for what its launch says about shutting down.
    package var isTerminated: Bool?

    package init(instance: Int, after: Duration, reason: SimulatedReason, isTerminated: Bool?) {
        self.instance = instance
        self.after = after
        self.reason = reason
        self.isTerminated = isTerminated
    }

    /// The guest shuts itself down.
    package static func shutDown(instance: Int, after: Duration) -> InstanceEnd {
        InstanceEnd(instance: instance, after: after, reason: .guestShutdown, isTerminated: nil)
    }

    /// EC2 takes it back.
    package static func spotTermination(instance: Int, after: Duration) -> InstanceEnd {
        InstanceEnd(instance: instance, after: after, reason: .spotTermination, isTerminated: true)
    }

    /// EC2 gives up on it.
    package static func internalError(instance: Int, after: Duration) -> InstanceEnd {
        InstanceEnd(instance: instance, after: after, reason: .internalError, isTerminated: true)
    }
}

/// What becomes of an image.
package struct ImageFate: Hashable, Sendable {
    /// `available`, `failed`, `error` or `invalid`.
    package var state: String
    package var after: Duration
    package var reason: SimulatedReason?

    package init(_ state: String, after: Duration, reason: SimulatedReason? = nil) {
        self.state = state
        self.after = after
        self.reason = reason
    }

    package static func available(after: Duration) -> ImageFate { ImageFate("available", after: after) }
}

/// Why something is in its state.
package struct SimulatedReason: Hashable, Sendable {
    package var code: String
    package var message: String

    package init(_ code: String, _ message: String) {
        self.code = code
        self.message = message
    }

    package static let guestShutdown = SimulatedReason(
        "Client.InstanceInitiatedShutdown", "Client.InstanceInitiatedShutdown: Instance initiated shutdown")
    package static let userShutdown = SimulatedReason(
        "Client.UserInitiatedShutdown", "Client.UserInitiatedShutdown: User initiated shutdown")
    package static let spotTermination = SimulatedReason(
        "Server.SpotInstanceTermination", "Server.SpotInstanceTermination: Spot instance termination")
    package static let internalError = SimulatedReason(
        "Client.InternalError", "Client.InternalError: Client error on launch")
    package static let noCapacity = SimulatedReason(
        "Server.InsufficientInstanceCapacity",
        "Server.InsufficientInstanceCapacity: Insufficient capacity to satisfy instance request")
}
