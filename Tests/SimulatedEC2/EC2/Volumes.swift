/// A volume, which is the root of one instance.
package struct SimulatedVolume: Resource {
    static let kind = ResourceKind(
        prefix: "vol", name: "volume", notFound: "InvalidVolume.NotFound", malformed: "InvalidParameterValue")

    package let id: String
    package let region: String
    package var tags: TagSet
    /// `in-use`, then `deleted`.
    package internal(set) var history: History
    package let instanceID: String
    package let device: String
    package let zone: String
    /// GiB.
    package let size: Int
    package let isEncrypted: Bool
    package let snapshotID: String

    static let filters: [String: @Sendable (SimulatedVolume) -> [String]] = [
        "attachment.device": { [$0.device] },
        "attachment.instance-id": { [$0.instanceID] },
        "availability-zone": { [$0.zone] },
        "encrypted": { ["\($0.isEncrypted)"] },
        "size": { ["\($0.size)"] },
        "snapshot-id": { [$0.snapshotID] },
        "status": { [$0.history.state] },
        "volume-id": { [$0.id] },
        "volume-type": { _ in ["gp3"] },
    ]
}

extension State {
    func describeVolumes(_ parameters: Parameters) throws(SimulatedError) -> [XML] {
        let page = try list(\.volumes, parameters, ids: "VolumeId", largestPage: 500)
        let items = page.items.map { volume in
            [
                XML("volumeId", volume.id), XML("size", volume.size), XML("snapshotId", volume.snapshotID),
                XML("availabilityZone", volume.zone), XML("status", volume.history.state),
                XML("createTime", text(of: volume.history.made)),
                XML("attachmentSet", items: [attachment(of: volume)]), XML(tags: knownTags(volume.tags)),
                XML("volumeType", "gp3"), XML("iops", 3000), XML("throughput", 125),
                XML("encrypted", volume.isEncrypted), XML("multiAttachEnabled", false),
            ]
        }
        return [XML("volumeSet", items: items), XML("nextToken", optional: page.next)].compactMap(\.self)
    }

    private func attachment(of volume: SimulatedVolume) -> [XML] {
        [
            XML("volumeId", volume.id), XML("instanceId", volume.instanceID), XML("device", volume.device),
            XML("status", "attached"), XML("attachTime", text(of: volume.history.made)),
            XML("deleteOnTermination", true),
        ]
    }
}
