/// An image.
package struct SimulatedImage: Resource {
    static let kind = ResourceKind(
        prefix: "ami", name: "image", notFound: "InvalidAMIID.NotFound", malformed: "InvalidAMIID.Malformed")

    package let id: String
    package let region: String
    package var tags: TagSet
    /// `pending`, then `available`, `failed`, `error` or `invalid`.
    package internal(set) var history: History
    package internal(set) var reason: SimulatedReason?
    package let name: String
    package let description: String
    package let owner: String
    /// `amazon`, or nil for those of accounts.
    package let ownerAlias: String?
    package let architecture: String
    package let bootMode: String
    package let rootDevice: String
    /// GiB.
    package let size: Int
    package let isEncrypted: Bool
    package internal(set) var requiresIMDSv2: Bool
    package let isPublic: Bool
    package let snapshotID: String?
    package let sourceInstanceID: String?
    package let sourceImageID: String?
    /// When it is deprecated, as EC2 writes it.
    package internal(set) var deprecation: String?
    /// The accounts that may launch instances of it.
    package internal(set) var sharedWith: Set<String> = []

    package var state: String { history.state }

    static let filters: [String: @Sendable (SimulatedImage) -> [String]] = [
        "architecture": { [$0.architecture] },
        "block-device-mapping.device-name": { [$0.rootDevice] },
        "block-device-mapping.snapshot-id": { [$0.snapshotID].compactMap(\.self) },
        "block-device-mapping.volume-size": { ["\($0.size)"] },
        "description": { [$0.description] },
        "ena-support": { _ in ["true"] },
        "hypervisor": { _ in ["xen"] },
        "image-id": { [$0.id] },
        "image-type": { _ in ["machine"] },
        "is-public": { ["\($0.isPublic)"] },
        "name": { [$0.name] },
        "owner-alias": { [$0.ownerAlias].compactMap(\.self) },
        "owner-id": { [$0.owner] },
        "root-device-name": { [$0.rootDevice] },
        "root-device-type": { _ in ["ebs"] },
        "source-image-id": { [$0.sourceImageID].compactMap(\.self) },
        "source-instance-id": { [$0.sourceInstanceID].compactMap(\.self) },
        "state": { [$0.state] },
        "state-reason-code": { [$0.reason?.code].compactMap(\.self) },
        "virtualization-type": { _ in ["hvm"] },
    ]
}

extension State {
    func describeImages(_ parameters: Parameters) throws(SimulatedError) -> [XML] {
        let owners = parameters.list("Owner")
        let includesDeprecated = try parameters.flag("IncludeDeprecated") || !parameters.list("ImageId").isEmpty
        let page = try list(\.images, parameters, ids: "ImageId") { image in
            let isOurs = image.owner == settings.account
            let isDeprecated = image.deprecation.map { $0 <= text(of: date) } ?? false
            return (owners.isEmpty || owners.contains { isOwner($0, of: image) })
                && (isOurs || includesDeprecated || !isDeprecated)
        }
        return [XML("imagesSet", items: page.items.map(fields)), XML("nextToken", optional: page.next)]
            .compactMap(\.self)
    }

    private func isOwner(_ owner: String, of image: SimulatedImage) -> Bool {
        owner == image.owner || owner == image.ownerAlias || owner == "self" && image.owner == settings.account
    }

    private func fields(of image: SimulatedImage) -> [XML?] {
        [
            XML("imageId", image.id), XML("imageLocation", "\(image.ownerAlias ?? image.owner)/\(image.name)"),
            XML("imageState", image.state), XML("imageOwnerId", image.owner),
            XML("imageOwnerAlias", optional: image.ownerAlias), XML("creationDate", text(of: image.history.made)),
            XML("isPublic", image.isPublic), XML("architecture", image.architecture), XML("imageType", "machine"),
            image.reason.map { XML("stateReason", [XML("code", $0.code), XML("message", $0.message)]) },
            XML("name", image.name), image.description.isEmpty ? nil : XML("description", image.description),
            XML("rootDeviceType", "ebs"), XML("rootDeviceName", image.rootDevice),
            XML("blockDeviceMapping", items: [disk(of: image)]), XML("virtualizationType", "hvm"),
            XML(tags: knownTags(image.tags)), XML("hypervisor", "xen"), XML("enaSupport", true),
            XML("bootMode", image.bootMode), image.requiresIMDSv2 ? XML("imdsSupport", "v2.0") : nil,
            XML("deprecationTime", optional: image.deprecation),
            XML("sourceInstanceId", optional: image.sourceInstanceID),
            XML("sourceImageId", optional: image.sourceImageID),
        ]
    }

    private func disk(of image: SimulatedImage) -> [XML] {
        let snapshot = image.state == "available" ? image.snapshotID : nil
        return [
            XML("deviceName", image.rootDevice),
            XML(
                "ebs",
                [
                    XML("snapshotId", optional: snapshot), XML("volumeSize", image.size),
                    XML("deleteOnTermination", true), XML("volumeType", "gp3"), XML("encrypted", image.isEncrypted),
                ]),
        ]
    }

    /// The image, if an instance of it can be launched.
    func launchableImage(_ id: String) throws(SimulatedError) -> SimulatedImage {
        let image = try find(id, in: \.images)
        guard image.state == "available" else {
            throw SimulatedError("InvalidAMIID.Unavailable", "The image ID '\(id)' is not available")
        }
        return image
    }

    /// One of the account's own images, to change it.
    func ownImage(_ parameters: Parameters) throws(SimulatedError) -> SimulatedImage {
        let image = try find(try parameters.required("ImageId"), in: \.images)
        guard image.owner == settings.account else {
            throw SimulatedError("AuthFailure", "Not authorized for image:\(image.id)", status: 403)
        }
        return image
    }
}
