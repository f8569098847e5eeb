package import AWSClient
package import FoundationEssentials

/// What dead builds have left in a region, found by its tags.
package struct EC2Leftovers: Sendable {
    private let ec2: EC2

    package init(_ ec2: EC2) {
        self.ec2 = ec2
    }

    /// Something with a build's tag that is not meant to stay.
    package struct Leftover: Hashable, Sendable {
        package enum Kind: Int, Hashable, Sendable, CaseIterable {
            // In the order in which they can go.
            case instance
            case image
            case snapshot
            case securityGroup
        }

        package var kind: Kind
        package var id: String
        package var buildID: String
        /// Nil when the tag is missing or no time.
        package var expires: Date?
        /// Of an image.
        package var snapshots: [String] = []

        package func isExpired(at time: Date) -> Bool { expires.map { $0 <= time } ?? false }
    }

    /// All of them, whether they have expired or not.
    package func find() async throws(HostError) -> [Leftover] {
        let mark = EC2.Selection.matching([.hasTag(BuildTags.buildID)])
        let instances = try await asHost { () throws(AWSError) in try await ec2.describeInstances(mark) }
        let images = try await asHost { () throws(AWSError) in
            try await ec2.describeImages(mark, owners: ["self"])
        }
        let snapshots = try await asHost { () throws(AWSError) in try await ec2.describeSnapshots(mark) }
        let groups = try await asHost { () throws(AWSError) in try await ec2.describeSecurityGroups(mark) }
        let published = images.filter { $0.tags[BuildTags.published] != nil }
        let kept = Set(published.flatMap { $0.disks.compactMap(\.snapshotID) })
        let ofImages = Set(images.flatMap { $0.disks.compactMap(\.snapshotID) })
        return instances.filter { ![.shuttingDown, .terminated].contains($0.state) }
            .map { leftover(.instance, $0.id, $0.tags) }
            + images.filter { $0.tags[BuildTags.published] == nil }.map { image in
                var found = leftover(.image, image.id, image.tags)
                found.snapshots = image.disks.compactMap(\.snapshotID)
                return found
            }
            + snapshots.filter {
                $0.tags[BuildTags.published] == nil && !kept.contains($0.id) && !ofImages.contains($0.id)
            }.map { leftover(.snapshot, $0.id, $0.tags) }
            + groups.map { leftover(.securityGroup, $0.id, $0.tags) }
    }

    private func leftover(_ kind: Leftover.Kind, _ id: String, _ tags: EC2.Tags) -> Leftover {
        Leftover(
            kind: kind, id: id, buildID: tags[BuildTags.buildID] ?? "", expires: BuildTags.time(tags[BuildTags.expires])
        )
    }

    /// Removes one. A group that an instance uses which is about to go is an error of the code `inUse`.
    package func remove(_ leftover: Leftover) async throws(HostError) {
        switch leftover.kind {
        case .instance:
            try await forgiving { () throws(AWSError) in _ = try await ec2.terminateInstances([leftover.id]) }
        case .image: try await ImageRemoval(ec2).remove(leftover.id, snapshots: leftover.snapshots)
        case .snapshot:
            try await forgiving { () throws(AWSError) in try await ec2.deleteSnapshot(leftover.id) }
        case .securityGroup:
            try await forgiving { () throws(AWSError) in try await ec2.deleteSecurityGroup(leftover.id) }
        }
    }
}
