/// An instance.
package struct SimulatedInstance: Resource {
    static let kind = ResourceKind(
        prefix: "i", name: "instance", notFound: "InvalidInstanceID.NotFound", malformed: "InvalidInstanceID.Malformed")

    package let id: String
    package let region: String
    package var tags: TagSet
    /// `pending`, `running`, `stopping`, `stopped`, `shutting-down`, `terminated`.
    package internal(set) var history: History
    package internal(set) var reason: SimulatedReason?
    package let clientToken: String
    package let imageID: String
    package let type: SimulatedInstanceType
    package let zone: String
    package let subnetID: String
    package let vpcID: String
    package let groupIDs: [String]
    package let rootDevice: String
    package let volumeID: String
    /// As it was launched with, from gzip if it was that.
    package let userData: String
    package let terminatesOnShutdown: Bool
    package let hasPublicAddress: Bool
    package let requiresIMDSv2: Bool
    /// The tags of its network interface.
    package let interfaceTags: [String: String]
    /// Counts its states.
    var age = 0
    var console = Console()

    package var state: String { history.state }

    static let filters: [String: @Sendable (SimulatedInstance) -> [String]] = [
        "architecture": { [$0.type.architecture] },
        "availability-zone": { [$0.zone] },
        "client-token": { [$0.clientToken] },
        "image-id": { [$0.imageID] },
        "instance-id": { [$0.id] },
        "instance-state-name": { [$0.state] },
        "instance-type": { [$0.type.name] },
        "instance.group-id": { $0.groupIDs },
        "network-interface.group-id": { $0.groupIDs },
        "network-interface.subnet-id": { [$0.subnetID] },
        "root-device-name": { [$0.rootDevice] },
        "state-reason-code": { [$0.reason?.code].compactMap(\.self) },
        "subnet-id": { [$0.subnetID] },
        "vpc-id": { [$0.vpcID] },
    ]

    /// EC2's number of a state.
    static func code(of state: String) -> Int {
        ["pending": 0, "running": 16, "shutting-down": 32, "terminated": 48, "stopping": 64, "stopped": 80][state] ?? 0
    }

    static func element(_ name: String, state: String) -> XML {
        XML(name, [XML("code", code(of: state)), XML("name", state)])
    }
}

extension State {
    func describeInstances(_ parameters: Parameters) throws(SimulatedError) -> [XML] {
        let page = try list(\.instances, parameters, ids: "InstanceId")
        return [
            XML("reservationSet", items: page.items.map { reservation(of: $0) }),
            XML("nextToken", optional: page.next),
        ].compactMap(\.self)
    }

    /// An instance in the envelope of its launch.
    func reservation(of instance: SimulatedInstance) -> [XML] {
        [
            XML("reservationId", "r-" + instance.id.dropFirst(2)), XML("ownerId", settings.account),
            XML("groupSet", []),
            XML("instancesSet", items: [fields(of: instance)]),
        ]
    }

    private func fields(of instance: SimulatedInstance) -> [XML?] {
        let isThere = instance.state != "terminated"
        let groups = isThere ? instance.groupIDs : []
        return [
            XML("instanceId", instance.id), XML("imageId", instance.imageID),
            SimulatedInstance.element("instanceState", state: instance.state), XML("privateDnsName", ""),
            XML("dnsName", ""), XML("reason", instance.reason.map(\.message) ?? ""), XML("amiLaunchIndex", 0),
            XML("productCodes", []), XML("instanceType", instance.type.name),
            XML("launchTime", text(of: instance.history.made)),
            XML(
                "placement",
                [XML("availabilityZone", instance.zone), XML("groupName", ""), XML("tenancy", "default")]),
            XML("monitoring", [XML("state", "disabled")]), isThere ? XML("subnetId", instance.subnetID) : nil,
            isThere ? XML("vpcId", instance.vpcID) : nil,
            XML("groupSet", items: groups.map { [XML("groupId", $0), XML("groupName", self.groups[$0]?.name ?? "")] }),
            instance.reason.map { XML("stateReason", [XML("code", $0.code), XML("message", $0.message)]) },
            XML("architecture", instance.type.architecture), XML("rootDeviceType", "ebs"),
            XML("rootDeviceName", instance.rootDevice),
            XML("blockDeviceMapping", items: isThere ? [mapping(of: instance)] : []),
            XML("virtualizationType", "hvm"), XML("clientToken", instance.clientToken),
            XML(tags: knownTags(instance.tags)), XML("hypervisor", "xen"), XML("ebsOptimized", false),
            XML("enaSupport", true),
            XML(
                "metadataOptions",
                [
                    XML("state", "applied"), XML("httpTokens", instance.requiresIMDSv2 ? "required" : "optional"),
                    XML("httpEndpoint", "enabled"),
                ]),
        ]
    }

    private func mapping(of instance: SimulatedInstance) -> [XML] {
        [
            XML("deviceName", instance.rootDevice),
            XML(
                "ebs",
                [
                    XML("volumeId", instance.volumeID), XML("status", "attached"),
                    XML("attachTime", text(of: instance.history.made)), XML("deleteOnTermination", true),
                ]),
        ]
    }
}
