package import FoundationEssentials

extension EC2 {
    package enum InstanceState: EC2Word {
        case pending
        case running
        case stopping
        case stopped
        case shuttingDown
        case terminated
        case other(String)

        package static let words: [Self: String] = [
            .pending: "pending", .running: "running", .stopping: "stopping", .stopped: "stopped",
            .shuttingDown: "shutting-down", .terminated: "terminated",
        ]
        package var otherWord: String? { if case .other(let word) = self { word } else { nil } }
    }

    /// Why something is in its state.
    package struct StateReason: Hashable, Sendable {
        /// Such as `Client.InstanceInitiatedShutdown`.
        package var code: String
        package var message: String
    }

    package struct Instance: Hashable, Sendable {
        package var id: String
        package var state: InstanceState
        package var stateReason: StateReason?
        /// What it was launched with; empty without.
        package var clientToken: String
        package var imageID: String?
        package var instanceType: String?
        package var zone: String?
        package var subnetID: String?
        package var launchTime: Date?
        /// `/dev/xvda`
        package var rootDevice: String?
        /// By device.
        package var volumeIDs: [String: String]
        package var securityGroupIDs: [String]
        package var tags: Tags
    }

    /// What became of an instance that was to stop or to go.
    package struct StateChange: Hashable, Sendable {
        package var id: String
        package var before: InstanceState
        package var now: InstanceState
    }

    package func describeInstances(_ selection: Selection) async throws(AWSError) -> [Instance] {
        guard !selection.isEmpty else { return [] }
        var parameters = QueryParameters()
        parameters.add(selection, ids: "InstanceId")
        let reservations = try await list(
            "DescribeInstances", parameters, set: "reservationSet", largestPage: selection.largestPage(1000)
        ) { fields throws(AWSError) in try fields.items("instancesSet").map(Instance.init) }
        return reservations.flatMap(\.self)
    }

    /// Stops instances, as if their power button were pressed.
    package func stopInstances(_ ids: [String]) async throws(AWSError) -> [StateChange] {
        try await change("StopInstances", ids)
    }

    /// Ends instances for ever. Ending one twice is no error as long as EC2 knows it.
    package func terminateInstances(_ ids: [String]) async throws(AWSError) -> [StateChange] {
        try await change("TerminateInstances", ids)
    }

    private func change(_ operation: String, _ ids: [String]) async throws(AWSError) -> [StateChange] {
        guard !ids.isEmpty else { return [] }
        var parameters = QueryParameters()
        parameters.add("InstanceId", list: ids)
        return try await send(operation, parameters) { answer throws(AWSError) in
            try answer.items("instancesSet").map { fields throws(AWSError) in
                guard let before = fields.fields("previousState") else { throw fields.missing("previousState") }
                guard let now = fields.fields("currentState") else { throw fields.missing("currentState") }
                return StateChange(
                    id: try fields.required("instanceId"), before: try before.requiredWord("name"),
                    now: try now.requiredWord("name"))
            }
        }
    }
}

extension EC2.Instance {
    init(_ fields: EC2Fields) throws(AWSError) {
        id = try fields.required("instanceId")
        guard let state = fields.fields("instanceState") else { throw fields.missing("instanceState") }
        self.state = try state.requiredWord("name")
        stateReason = EC2.StateReason(fields)
        clientToken = fields.text("clientToken") ?? ""
        imageID = fields.text("imageId")
        instanceType = fields.text("instanceType")
        zone = fields.fields("placement")?.text("availabilityZone")
        subnetID = fields.text("subnetId")
        launchTime = try fields.time("launchTime")
        rootDevice = fields.text("rootDeviceName")
        volumeIDs = [:]
        for mapping in fields.items("blockDeviceMapping") {
            guard let volume = mapping.fields("ebs")?.text("volumeId") else { continue }
            volumeIDs[try mapping.required("deviceName")] = volume
        }
        securityGroupIDs = fields.items("groupSet").compactMap { $0.text("groupId") }
        tags = fields.tags
    }
}

extension EC2.StateReason {
    /// Nil when the element tells none.
    init?(_ fields: EC2Fields) {
        guard let reason = fields.fields("stateReason"), let code = reason.text("code") else { return nil }
        self.code = code
        message = reason.text("message") ?? ""
    }
}
