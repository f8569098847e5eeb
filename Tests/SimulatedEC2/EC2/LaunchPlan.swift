/// A call of RunInstances, understood and checked.
struct LaunchPlan: Sendable {
    var id = ""
    var volumeID = ""
    let image: SimulatedImage
    let type: SimulatedInstanceType
    let subnet: SimulatedSubnet
    let groupIDs: [String]
    let size: Int
    let isEncrypted: Bool
    private let userData: String
    private let hasPublicAddress: Bool
    private let parameters: Parameters

    init(_ parameters: Parameters, _ state: State) throws(SimulatedError) {
        self.parameters = parameters
        for name in ["MinCount", "MaxCount"] where try parameters.integer(name) != 1 {
            throw SimulatedError("InvalidParameterValue", "The simulation launches one instance a call: \(name)")
        }
        try parameters.checkTags(on: ["instance", "volume", "network-interface"])
        image = try state.launchableImage(try parameters.required("ImageId"))
        type = try LaunchPlan.type(try parameters.required("InstanceType"), for: image, state)

        let network = try LaunchPlan.network(parameters)
        let groups = try state.find(network.list("SecurityGroupId"), in: \.groups)
        subnet = try LaunchPlan.subnet(network["SubnetId"], type, state)
        groupIDs = groups.isEmpty ? state.defaultGroups(ofVPC: subnet.vpcID) : groups.map(\.id)
        for group in groups where group.vpcID != subnet.vpcID {
            throw SimulatedError(
                "InvalidParameter",
                "Security group \(group.id) and subnet \(subnet.id) belong to different networks.")
        }
        let isPublic = network["AssociatePublicIpAddress"]
        hasPublicAddress = isPublic.map { $0 == "true" } ?? subnet.givesPublicAddresses

        (size, isEncrypted) = try LaunchPlan.disk(parameters, image)
        userData = try LaunchPlan.userData(parameters)
        let behavior = parameters["InstanceInitiatedShutdownBehavior"] ?? "stop"
        guard ["stop", "terminate"].contains(behavior) else {
            throw parameters.invalid("InstanceInitiatedShutdownBehavior", behavior)
        }
    }

    func instance(_ state: State) -> SimulatedInstance {
        SimulatedInstance(
            id: id, region: state.call.region, tags: TagSet(parameters.tags(on: "instance"), at: state.now),
            history: History("pending", at: state.now), reason: SimulatedReason("pending", "pending"),
            clientToken: parameters["ClientToken"] ?? "", imageID: image.id, type: type, zone: subnet.zone,
            subnetID: subnet.id, vpcID: subnet.vpcID, groupIDs: groupIDs, rootDevice: image.rootDevice,
            volumeID: volumeID, userData: userData,
            terminatesOnShutdown: parameters["InstanceInitiatedShutdownBehavior"] == "terminate",
            hasPublicAddress: hasPublicAddress,
            requiresIMDSv2: (parameters["MetadataOptions.HttpTokens"] ?? (image.requiresIMDSv2 ? "required" : ""))
                == "required",
            interfaceTags: parameters.tags(on: "network-interface"))
    }

    func volume(_ state: State) -> SimulatedVolume {
        SimulatedVolume(
            id: volumeID, region: state.call.region, tags: TagSet(parameters.tags(on: "volume"), at: state.now),
            history: History("in-use", at: state.now), instanceID: id, device: image.rootDevice, zone: subnet.zone,
            size: size, isEncrypted: isEncrypted, snapshotID: image.snapshotID ?? "")
    }

    // MARK: - Checks

    private static func type(
        _ name: String, for image: SimulatedImage, _ state: State
    ) throws(SimulatedError) -> SimulatedInstanceType {
        guard let type = state.settings.instanceTypes.first(where: { $0.name == name }) else {
            throw SimulatedError("InvalidParameterValue", "Invalid value '\(name)' for InstanceType.")
        }
        guard type.architecture == image.architecture else {
            throw SimulatedError(
                "InvalidParameterValue",
                "The architecture '\(type.architecture)' of the specified instance type does not match the architecture "
                    + "'\(image.architecture)' of the specified AMI.")
        }
        guard image.bootMode == "uefi-preferred" || type.bootModes.contains(image.bootMode) else {
            throw SimulatedError(
                "InvalidParameterValue", "The instance type does not support the boot mode '\(image.bootMode)'.")
        }
        return type
    }

    /// The parameters of the network, be it of the instance or of its one interface.
    private static func network(_ parameters: Parameters) throws(SimulatedError) -> Parameters {
        let interfaces = parameters.structures("NetworkInterface")
        guard let first = interfaces.first else { return parameters }
        guard parameters["SubnetId"] == nil, parameters.list("SecurityGroupId").isEmpty else {
            throw SimulatedError(
                "InvalidParameterCombination",
                "Network interfaces and an instance-level subnet ID or security groups may not be specified on the "
                    + "same request")
        }
        guard interfaces.count == 1, first["DeviceIndex"] == "0" else {
            throw SimulatedError("InvalidParameterValue", "The simulation knows one network interface, of index 0")
        }
        return first
    }

    private static func subnet(
        _ id: String?, _ type: SimulatedInstanceType, _ state: State
    ) throws(SimulatedError) -> SimulatedSubnet {
        let subnet: SimulatedSubnet
        if let id {
            subnet = try state.find(id, in: \.subnets)
            guard type.isOffered(inZone: subnet.zone) else { throw unsupported(type.name, subnet.zone) }
        } else {
            let all = state.subnets.items.filter { $0.region == state.call.region && $0.isDefault }
            guard !all.isEmpty else {
                throw SimulatedError("VPCIdNotSpecified", "No default VPC for this user")
            }
            guard let found = all.first(where: { type.isOffered(inZone: $0.zone) && $0.freeAddresses > 0 }) else {
                throw unsupported(type.name, all[0].zone)
            }
            subnet = found
        }
        guard state.call.isDryRun || subnet.freeAddresses > 0 else { throw noFreeAddress }
        return subnet
    }

    private static func disk(
        _ parameters: Parameters, _ image: SimulatedImage
    ) throws(SimulatedError) -> (size: Int, isEncrypted: Bool) {
        var (size, isEncrypted) = (image.size, image.isEncrypted)
        for mapping in parameters.structures("BlockDeviceMapping") {
            let device = try mapping.required("DeviceName")
            guard device == image.rootDevice else {
                throw SimulatedError(
                    "InvalidBlockDeviceMapping", "The simulation knows no disk but the root's: \(device)")
            }
            size = try mapping.integer("Ebs.VolumeSize") ?? size
            if try mapping.flag("Ebs.Encrypted") { isEncrypted = true }
        }
        guard size >= image.size else {
            throw SimulatedError(
                "InvalidBlockDeviceMapping",
                "Volume of size \(size)GB is smaller than snapshot '\(image.snapshotID ?? "")', expect size >= "
                    + "\(image.size)GB")
        }
        return (size, isEncrypted)
    }

    private static func userData(_ parameters: Parameters) throws(SimulatedError) -> String {
        guard let text = parameters["UserData"] else { return "" }
        guard let bytes = UserData.bytes(base64: text) else {
            throw SimulatedError("InvalidParameterValue", "Invalid BASE64 encoding of user data.")
        }
        guard bytes.count <= 16_384 else {
            throw SimulatedError("InvalidParameterValue", "User data is limited to 16384 bytes")
        }
        return UserData.text(of: bytes)
    }

    static func unsupported(_ type: String, _ zone: String) -> SimulatedError {
        SimulatedError(
            "Unsupported",
            "Your requested instance type (\(type)) is not supported in your requested Availability Zone (\(zone)).")
    }

    static let noFreeAddress = SimulatedError(
        "InsufficientFreeAddressesInSubnet",
        "There are not enough free addresses in the subnet to satisfy the requested number of instances.")
}
