import FoundationEssentials

extension EC2 {
    /// The one instance to launch. Printing it does not show the user data, in which there may be a signed address.
    package struct Launch: Hashable, Sendable {
        /// At most 64 characters of ASCII. The same token with other parameters is an error.
        package var clientToken: String
        package var imageID: String
        package var instanceType: String
        /// Nil for the default VPC's subnet in a zone of EC2's choice.
        package var subnetID: String?
        /// None for the VPC's default group.
        package var securityGroupIDs: [String] = []
        /// Nil for what the subnet says.
        package var hasPublicAddress: Bool?
        /// At most 16,384 bytes; text, or text that is compressed by gzip.
        package var userData: [UInt8] = []
        /// Nil for the image's own.
        package var rootVolume: RootVolume?
        package var onShutdown: ShutdownBehavior = .terminate
        /// How far answers of the metadata service may travel: 1 for the instance itself, 2 for containers in it.
        package var metadataHops = 1
        /// For the instance, its volumes and its network interface.
        package var tags: Tags = [:]

        package init(clientToken: String, imageID: String, instanceType: String) {
            self.clientToken = clientToken
            self.imageID = imageID
            self.instanceType = instanceType
        }
    }

    /// The disk to start from, which goes with its instance.
    package struct RootVolume: Hashable, Sendable {
        /// As the image calls it: `/dev/xvda`.
        package var device: String
        /// GiB, not less than the image's; nil for that.
        package var size: Int?
        package var encryption: Encryption

        package init(device: String, size: Int? = nil, encryption: Encryption = .asImage) {
            self.device = device
            self.size = size
            self.encryption = encryption
        }
    }

    package enum Encryption: Hashable, Sendable {
        /// As the image's snapshot or the account's default has it.
        case asImage
        /// By the account's default key.
        case defaultKey
        /// By this KMS key, which is given by id, ARN or alias.
        case key(String)
    }

    /// What becomes of an instance that shuts itself down.
    package enum ShutdownBehavior: String, Hashable, Sendable {
        case stop
        case terminate
    }

    /// Launches one instance. Asking again with the same token returns the same instance.
    package func runInstance(_ launch: Launch) async throws(AWSError) -> Instance {
        try await send("RunInstances", launch.parameters) { answer throws(AWSError) in
            guard let instance = answer.items("instancesSet").first else { throw answer.missing("instance") }
            return try Instance(instance)
        }
    }
}

extension EC2.Launch: CustomStringConvertible, CustomReflectable {
    package var description: String { "Launch(\(clientToken), \(imageID), \(instanceType))" }
    package var customMirror: Mirror { Mirror(self, children: ["description": description]) }
}

extension EC2.Launch {
    fileprivate var parameters: QueryParameters {
        var parameters = QueryParameters([
            ("ClientToken", clientToken), ("ImageId", imageID), ("InstanceType", instanceType), ("MinCount", "1"),
            ("MaxCount", "1"), ("InstanceInitiatedShutdownBehavior", onShutdown.rawValue),
        ])
        parameters.add(
            "MetadataOptions",
            QueryParameters([
                ("HttpEndpoint", "enabled"), ("HttpTokens", "required"),
                ("HttpPutResponseHopLimit", "\(metadataHops)"),
            ]))
        addNetwork(to: &parameters)
        if let rootVolume { parameters.add("BlockDeviceMapping", list: [rootVolume.parameters]) }
        if !userData.isEmpty { parameters.add("UserData", Data(userData).base64EncodedString()) }
        parameters.add(tags, on: [.instance, .volume, .networkInterface])
        return parameters
    }

    /// A public address can only be asked for with the network interface spelled out.
    private func addNetwork(to parameters: inout QueryParameters) {
        var network = QueryParameters()
        network.add("SubnetId", subnetID)
        network.add("SecurityGroupId", list: securityGroupIDs)
        guard let hasPublicAddress else {
            for (name, value) in network.items { parameters.add(name, value) }
            return
        }
        network.add("DeviceIndex", 0)
        network.add("AssociatePublicIpAddress", hasPublicAddress)
        network.add("DeleteOnTermination", true)
        parameters.add("NetworkInterface", list: [network])
    }
}

extension EC2.RootVolume {
    fileprivate var parameters: QueryParameters {
        var ebs = QueryParameters([("DeleteOnTermination", "true"), ("VolumeType", "gp3")])
        ebs.add("VolumeSize", size)
        if encryption != .asImage { ebs.add("Encrypted", true) }
        if case .key(let key) = encryption { ebs.add("KmsKeyId", key) }
        var parameters = QueryParameters([("DeviceName", device)])
        parameters.add("Ebs", ebs)
        return parameters
    }
}
