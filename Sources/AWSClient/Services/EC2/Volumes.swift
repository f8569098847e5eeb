extension EC2 {
    package enum VolumeState: EC2Word {
        case creating
        case available
        case inUse
        case deleting
        case deleted
        case error
        case other(String)

        package static let words: [Self: String] = [
            .creating: "creating", .available: "available", .inUse: "in-use", .deleting: "deleting",
            .deleted: "deleted", .error: "error",
        ]
        package var otherWord: String? { if case .other(let word) = self { word } else { nil } }
    }

    package struct Volume: Hashable, Sendable {
        package var id: String
        package var state: VolumeState
        /// GiB.
        package var size: Int?
        package var isEncrypted: Bool
        /// The instances that it is attached to.
        package var instanceIDs: [String]
        package var tags: Tags
    }

    package func describeVolumes(_ selection: Selection) async throws(AWSError) -> [Volume] {
        guard !selection.isEmpty else { return [] }
        var parameters = QueryParameters()
        parameters.add(selection, ids: "VolumeId")
        return try await list(
            "DescribeVolumes", parameters, set: "volumeSet", largestPage: selection.largestPage(500)
        ) { fields throws(AWSError) in
            Volume(
                id: try fields.required("volumeId"), state: try fields.requiredWord("status"),
                size: try fields.integer("size"), isEncrypted: try fields.flag("encrypted") ?? false,
                instanceIDs: fields.items("attachmentSet").compactMap { $0.text("instanceId") }, tags: fields.tags)
        }
    }
}
