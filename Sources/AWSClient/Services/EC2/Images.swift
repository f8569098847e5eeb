package import FoundationEssentials

extension EC2 {
    package enum ImageState: EC2Word {
        case pending
        case available
        case failed
        case error
        case invalid
        case deregistered
        case other(String)

        package static let words: [Self: String] = [
            .pending: "pending", .available: "available", .failed: "failed", .error: "error", .invalid: "invalid",
            .deregistered: "deregistered",
        ]
        package var otherWord: String? { if case .other(let word) = self { word } else { nil } }
    }

    package struct Image: Hashable, Sendable {
        package var id: String
        package var name: String
        package var description: String
        package var state: ImageState
        package var stateReason: StateReason?
        /// An account.
        package var ownerID: String?
        package var architecture: Architecture?
        package var bootMode: BootMode?
        package var hasENA: Bool
        /// Instances of it use version 2 of the metadata service, unless they are launched otherwise.
        package var requiresIMDSv2: Bool
        package var isPublic: Bool
        /// `/dev/xvda`
        package var rootDevice: String?
        /// Else it is on instance storage, and cannot be stopped.
        package var isOnEBS: Bool
        package var disks: [ImageDisk]
        package var creationTime: Date?
        package var deprecationTime: Date?
        package var sourceInstanceID: String?
        package var tags: Tags

        /// The disk that an instance starts from.
        package var rootDisk: ImageDisk? { disks.first { $0.device == rootDevice } }
    }

    /// A disk that an instance of an image gets.
    package struct ImageDisk: Hashable, Sendable {
        package var device: String
        /// Nil for an empty disk, and while the image is being made.
        package var snapshotID: String?
        /// GiB.
        package var size: Int?
        package var isEncrypted: Bool
    }

    /// Describes the images of some owners, which are accounts, `self` or `amazon`; without any, those of everyone.
    /// One's own are there when they are deprecated, those of others only if that is asked for.
    package func describeImages(
        _ selection: Selection, owners: [String] = [], includesDeprecated: Bool = false
    ) async throws(AWSError) -> [Image] {
        guard !selection.isEmpty else { return [] }
        var parameters = QueryParameters()
        parameters.add(selection, ids: "ImageId")
        parameters.add("Owner", list: owners)
        if includesDeprecated { parameters.add("IncludeDeprecated", true) }
        return try await list(
            "DescribeImages", parameters, set: "imagesSet", largestPage: selection.largestPage(1000), Image.init)
    }
}

extension EC2.Image {
    fileprivate init(_ fields: EC2Fields) throws(AWSError) {
        id = try fields.required("imageId")
        name = fields.text("name") ?? ""
        description = fields.text("description") ?? ""
        state = try fields.requiredWord("imageState")
        stateReason = EC2.StateReason(fields)
        ownerID = fields.text("imageOwnerId")
        architecture = fields.word("architecture")
        bootMode = fields.word("bootMode")
        hasENA = try fields.flag("enaSupport") ?? false
        requiresIMDSv2 = fields.text("imdsSupport") == "v2.0"
        isPublic = try fields.flag("isPublic") ?? false
        rootDevice = fields.text("rootDeviceName")
        isOnEBS = fields.text("rootDeviceType") == "ebs"
        disks = try fields.items("blockDeviceMapping").map(EC2.ImageDisk.init).compactMap(\.self)
        creationTime = try fields.time("creationDate")
        deprecationTime = try fields.time("deprecationTime")
        sourceInstanceID = fields.text("sourceInstanceId")
        tags = fields.tags
    }
}

extension EC2.ImageDisk {
    /// Nil for what is not on EBS.
    fileprivate init?(_ fields: EC2Fields) throws(AWSError) {
        guard let ebs = fields.fields("ebs") else { return nil }
        device = try fields.required("deviceName")
        snapshotID = ebs.text("snapshotId")
        size = try ebs.integer("volumeSize")
        isEncrypted = try ebs.flag("encrypted") ?? false
    }
}
