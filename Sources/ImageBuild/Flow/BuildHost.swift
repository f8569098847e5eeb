/// Where a build runs: the flow knows no more of it than this.
///
/// Whatever makes or changes something may be asked again, with the same resource, and then does not do it twice.
package protocol BuildHost: Sendable {
    /// What must be there before the first instance, in the order in which it is made.
    var scaffolding: [Resource] { get }

    /// How many places there are to launch in; the flow tries them in turn when there is no room.
    var placeCount: Int { get }

    /// A place as a person reads it: `t3.medium in us-east-1a`.
    func name(ofPlace index: Int) -> String

    /// Makes a part of the scaffolding, and returns its id.
    func make(_ resource: Resource) async throws(HostError) -> String

    /// Where the guest gets the artifacts, for its environment. An address among them may be signed: it goes nowhere else.
    func deliveries() async throws(HostError) -> [String: String]

    /// Launches an instance, and returns its id.
    func launch(_ launch: InstanceLaunch) async throws(HostError) -> String

    func instance(_ id: String) async throws(HostError) -> HostedInstance

    /// Finds out whether all that the build will do with a running instance is allowed, so that it is known before the
    /// installation and not after.
    func rehearse(on instanceID: String) async throws(HostError)

    /// All of the console that can be had now.
    func console(_ id: String) async throws(HostError) -> [UInt8]

    func stop(_ id: String) async throws(HostError)

    /// Looks from outside at an instance of a new image that has found itself good, where that was asked for.
    func examine(_ instanceID: String) async throws(HostError)

    /// Begins the image of a stopped instance, and returns its id.
    func makeImage(_ image: Resource, of instanceID: String) async throws(HostError) -> String

    func image(_ id: String) async throws(HostError) -> HostedImage

    /// What an image needs before it is booted.
    func seal(_ imageID: String) async throws(HostError)

    /// Marks an image as good, and as one that stays.
    func mark(_ imageID: String) async throws(HostError)

    /// Whether an image is marked so.
    func isMarked(_ imageID: String) async throws(HostError) -> Bool

    /// Tells whoever asks the host for the latest image. True if there is anybody to tell.
    func announce(_ imageID: String) async throws(HostError) -> Bool

    /// Lets what is there, by id, live for as long as the build goes on now.
    func prolong(_ ids: [String]) async throws(HostError)

    /// Looks once for what was asked for without an answer; returns its id.
    func find(_ resource: Resource) async throws(HostError) -> String?

    /// Begins to remove something. It is no error if it is not there any more, or not known yet: that is false.
    func remove(_ resource: Resource, _ id: String) async throws(HostError) -> Bool

    /// Whether what is being removed is gone.
    func isGone(_ resource: Resource, _ id: String) async throws(HostError) -> Bool
}

extension BuildHost {
    package func examine(_ instanceID: String) async throws(HostError) {}
}

/// An instance to launch.
package struct InstanceLaunch: Sendable {
    package var resource: Resource
    package var imageID: String
    /// As cloud-init takes it.
    package var userData: [UInt8]
    /// The ids of the scaffolding.
    package var scaffolding: [Resource: String]

    package init(
        _ resource: Resource, imageID: String, userData: [UInt8], scaffolding: [Resource: String] = [:]
    ) {
        self.resource = resource
        self.imageID = imageID
        self.userData = userData
        self.scaffolding = scaffolding
    }
}

/// An instance as its host sees it.
package struct HostedInstance: Hashable, Sendable {
    package enum State: Hashable, Sendable {
        case starting
        case running
        case stopping
        case stopped
        case gone
    }

    package var state: State
    /// Why it is so; empty when the host does not say.
    package var reason: String
    /// Whether there was no room for it after all.
    package var lacksCapacity: Bool

    package init(_ state: State, reason: String = "", lacksCapacity: Bool = false) {
        self.state = state
        self.reason = reason
        self.lacksCapacity = lacksCapacity
    }
}

/// An image as its host sees it.
package enum HostedImage: Hashable, Sendable {
    /// Percent; nil when the host does not say.
    case pending(Int?)
    case available
    case failed(String)
}
