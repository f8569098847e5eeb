import FoundationEssentials

/// What an instance writes to its console, and what EC2 has of it.
struct Console: Sendable {
    /// EC2 keeps the last 64 KB.
    static let size = 65_536

    private var script: GuestScript?
    private var buildID: String?
    private var beginning = Duration.zero
    private var ending: Duration?
    /// What EC2 took at the last change of the state.
    private(set) var posted: (bytes: [UInt8], at: Duration)?

    mutating func begin(_ script: GuestScript, buildID: String?, at moment: Duration) {
        self.script = script
        self.buildID = buildID
        beginning = moment
    }

    mutating func end(at moment: Duration) { ending = ending ?? moment }

    mutating func post(at moment: Duration) { posted = (bytes(at: moment), moment) }

    /// What can be read at a moment.
    func bytes(at moment: Duration) -> [UInt8] {
        guard let script else { return [] }
        let last = min(moment - script.lag, ending ?? moment) - beginning
        return Array(script.text(buildID: buildID, until: last).utf8.suffix(Console.size))
    }
}

extension State {
    func getConsoleOutput(_ parameters: Parameters) throws(SimulatedError) -> [XML] {
        let instance = try find(try parameters.required("InstanceId"), in: \.instances)
        guard try parameters.flag("Latest") else {
            guard let posted = instance.console.posted else { return answer(instance, [], nil) }
            return answer(instance, posted.bytes, posted.at)
        }
        guard instance.type.hypervisor == "nitro" else {
            throw SimulatedError(
                "UnsupportedOperation",
                "This instance type does not support retrieving the latest console logs: \(instance.type.name)")
        }
        return answer(instance, instance.console.bytes(at: now), now)
    }

    private func answer(_ instance: SimulatedInstance, _ bytes: [UInt8], _ moment: Duration?) -> [XML] {
        [
            XML("instanceId", instance.id), XML("timestamp", optional: moment.map { text(of: $0) }),
            XML("output", Data(bytes).base64EncodedString(options: [.lineLength76Characters, .endLineWithLineFeed])),
        ].compactMap(\.self)
    }
}
