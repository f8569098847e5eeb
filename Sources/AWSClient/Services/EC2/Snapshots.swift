package import FoundationEssentials

extension EC2 {
    package enum SnapshotState: EC2Word {
        case pending
        case completed
        case error
        case other(String)

        package static let words: [Self: String] = [.pending: "pending", .completed: "completed", .error: "error"]
        package var otherWord: String? { if case .other(let word) = self { word } else { nil } }
    }

    package struct Snapshot: Hashable, Sendable {
        package var id: String
        package var state: SnapshotState
        /// Why it failed.
        package var stateMessage: String?
        /// Percent; nil when EC2 does not say.
        package var progress: Int?
        /// That of an image's begins `Created by CreateImage(i-…) for ami-…`.
        package var description: String
        package var volumeID: String?
        /// GiB, of the volume.
        package var size: Int?
        package var isEncrypted: Bool
        package var startTime: Date?
        package var tags: Tags
    }

    /// Describes the snapshots of some owners, which are accounts or `self`; without any, those of everyone.
    package func describeSnapshots(
        _ selection: Selection, owners: [String] = ["self"]
    ) async throws(AWSError) -> [Snapshot] {
        guard !selection.isEmpty else { return [] }
        var parameters = QueryParameters()
        parameters.add(selection, ids: "SnapshotId")
        parameters.add("Owner", list: owners)
        return try await list(
            "DescribeSnapshots", parameters, set: "snapshotSet", largestPage: selection.largestPage(1000),
            Snapshot.init)
    }

    package func deleteSnapshot(_ id: String) async throws(AWSError) {
        try await send("DeleteSnapshot", QueryParameters([("SnapshotId", id)]))
    }
}

extension EC2.Snapshot {
    fileprivate init(_ fields: EC2Fields) throws(AWSError) {
        id = try fields.required("snapshotId")
        state = try fields.requiredWord("status")
        stateMessage = fields.text("statusMessage")
        // `45%`
        progress = fields.text("progress").flatMap { Int($0.prefix { $0 != "%" && $0 != "." }) }
        description = fields.text("description") ?? ""
        volumeID = fields.text("volumeId")
        size = try fields.integer("volumeSize")
        isEncrypted = try fields.flag("encrypted") ?? false
        startTime = try fields.time("startTime")
        tags = fields.tags
    }
}
