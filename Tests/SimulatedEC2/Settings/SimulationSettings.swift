/// What a simulation is like: where it is, how long things take, what is there from the beginning, what goes wrong.
package struct SimulationSettings: Sendable {
    /// The region in which most happens; others have the same images and networks of the same shape.
    package var region = "eu-west-1"
    package var otherRegions = ["us-east-1"]
    /// Twelve digits.
    package var account = "123456789012"
    /// How long each call takes.
    package var latency = Duration.milliseconds(50)
    /// How long EC2 takes for what goes well.
    package var durations = Durations()
    package var networks = Networks.standard
    package var instanceTypes = SimulatedInstanceType.standard
    package var baseImages = BaseImage.standard
    /// The regions of S3's buckets, by their names.
    package var buckets: [String: String] = [:]

    /// What guests do, in the order in which their instances begin to run; the last one also stands for all later ones.
    package var guests: [GuestScript] = [.succeeds]
    /// What guests do whose user data holds a line `PGPOOL_AURORA_ROLE=…`, by role; goes before `guests`.
    package var guestsByRole: [String: GuestScript] = [:]
    /// Whether a guest powers itself off as many minutes after it begins to run as a line
    /// `PGPOOL_AURORA_DEADMAN_MINUTES=…` of its user data says.
    package var obeysDeadMan = true

    package var consistency = Consistency()
    package var throttling = Throttling()
    /// What happens to calls, in order: all that fit a call count.
    package var faults: [Fault] = []
    package var shortages: [Shortage] = []
    /// Instances that end before their time.
    package var instanceEnds: [InstanceEnd] = []
    /// What becomes of images, in the order in which they are begun; the last one also stands for all later ones. None
    /// for available after the usual time.
    package var imageFates: [ImageFate] = []
    /// Operations that a policy refuses, under DryRun too, such as `RunInstances` or `PutObject`.
    package var refused: Set<String> = []
    /// Whether instances with an encrypted root end with `Client.InternalError`, as without a permission for the key.
    package var endsEncryptedRoots = false
    /// How CreateImage refuses an instance in a wrong state. Source: users' logs of EC2's answer; others have reported
    /// IncorrectInstanceState.
    package var wrongStateForImageCode = "InvalidParameterValue"
    /// The access key ids that are over, and since when.
    package var expirations: [String: Duration] = [:]
    /// How far the services' clock is ahead of the time of day.
    package var ahead = Duration.zero

    package init() {}

    var regions: [String] { [region] + otherRegions.filter { $0 != region } }
}

/// How long things take, in simulated time.
package struct Durations: Sendable {
    /// From RunInstances to running.
    package var running = Duration.seconds(15)
    /// From StopInstances, or a guest's own end, to stopped.
    package var stopped = Duration.seconds(40)
    /// From TerminateInstances to terminated.
    package var terminated = Duration.seconds(30)
    /// From CreateImage or CopyImage to available.
    package var image = Duration.seconds(45)
    /// For how long a terminated instance is still described.
    package var memory = Duration.seconds(3600)
    /// From PutParameter of an image's id until it has been checked and is there.
    package var parameterCheck = Duration.seconds(2)

    package init() {}
}

/// How late EC2 knows of what was made.
package struct Consistency: Sendable {
    /// For so long a new thing is not found by its id, and absent from lists.
    package var ids = Duration.zero
    /// For so long tags are absent, and filters do not find a new thing.
    package var filters = Duration.zero
    /// Whether calls that change something do not find a new thing either.
    package var hidesFromChanges = false

    package init(ids: Duration = .zero, filters: Duration = .zero, hidesFromChanges: Bool = false) {
        self.ids = ids
        self.filters = filters
        self.hidesFromChanges = hidesFromChanges
    }
}

/// When calls are answered that there are too many.
package struct Throttling: Sendable {
    /// Every so many-th call; nil for none.
    package var every: Int?
    /// All calls in these times.
    package var windows: [Range<Duration>]
    /// Only calls of these operations, which alone are counted then; nil for all.
    package var operations: Set<String>?

    package init(every: Int? = nil, windows: [Range<Duration>] = [], operations: Set<String>? = nil) {
        self.every = every
        self.windows = windows
        self.operations = operations
    }
}
