import TestBasics

/// All that there is, at a moment.
struct CloudState: Sendable {
    let clock: SimulationClock
    var settings: CloudSettings
    var now = Duration.zero
    var stacks: [CloudStack] = []
    /// By bucket and key.
    var objects: [String: String] = [:]
    /// Where another simulation has S3's objects: the text at an address.
    let otherObject: @Sendable (_ address: String) -> String?
    /// The change sets that were executed, in order.
    var executions: [String] = []
    /// The stacks whose deletion was begun.
    var deletions: [String] = []
    private var ids = 0

    init(
        _ settings: CloudSettings, _ clock: SimulationClock,
        otherObject: @escaping @Sendable (_ address: String) -> String?
    ) {
        self.settings = settings
        self.clock = clock
        self.otherObject = otherObject
    }

    /// The beginning of an ARN of a service.
    func arn(_ service: String) -> String { "arn:aws:\(service):\(settings.region):\(settings.account)" }

    mutating func nextID() -> String {
        ids += 1
        let digits = String(ids)
        return "00000000-0000-4000-8000-" + String(repeating: "0", count: 12 - digits.count) + digits
    }

    mutating func settle(at moment: Duration) {
        now = max(now, moment)
        for place in stacks.indices { stacks[place].settle(at: now, lag: settings.eventLag) }
    }

    mutating func addStack(_ name: String) -> Int {
        var stack = CloudStack(
            id: "\(arn("cloudformation")):stack/\(name)/\(nextID())", name: name, creation: now)
        stack.enter("REVIEW_IN_PROGRESS", at: now, reason: "User Initiated")
        stacks.append(stack)
        return stacks.count - 1
    }

    /// By its id, or by the name if it is not deleted.
    func find(_ name: String) -> Int? {
        stacks.firstIndex { $0.id == name || $0.name == name && $0.word != "DELETE_COMPLETE" }
    }

    /// By its id, or by its name and the stack.
    func changeSet(_ form: CloudForm) throws(CloudError) -> (stack: Int, index: Int) {
        let name = try form.required("ChangeSetName")
        for (place, stack) in stacks.enumerated() {
            if let index = stack.changeSets.firstIndex(where: { $0.id == name }) { return (place, index) }
        }
        if let stack = form["StackName"], let place = find(stack),
            let index = stacks[place].changeSets.firstIndex(where: { $0.name == name })
        {
            return (place, index)
        }
        throw CloudError("ChangeSetNotFound", "ChangeSet [\(name)] does not exist", status: 404)
    }
}
