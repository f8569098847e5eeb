package import FoundationEssentials

extension EC2 {
    /// Lets instances of an image use version 2 of the metadata service only, by default. There is no way back.
    package func requireIMDSv2(ofImage id: String) async throws(AWSError) {
        try await send("ModifyImageAttribute", QueryParameters([("ImageId", id), ("ImdsSupport.Value", "v2.0")]))
    }

    /// Lets accounts launch instances of an image, or no longer. An account is twelve digits.
    package func shareImage(
        _ id: String, adding: [String] = [], removing: [String] = []
    ) async throws(AWSError) {
        guard !adding.isEmpty || !removing.isEmpty else { return }
        func accounts(_ ids: [String]) -> [QueryParameters] { ids.map { QueryParameters([("UserId", $0)]) } }
        var parameters = QueryParameters([("ImageId", id)])
        parameters.add("LaunchPermission.Add", list: accounts(adding))
        parameters.add("LaunchPermission.Remove", list: accounts(removing))
        try await send("ModifyImageAttribute", parameters)
    }

    /// Advises against an image from a time on, at most ten years ahead, which counts to the minute. Whoever has its id
    /// may still launch it.
    package func deprecateImage(_ id: String, at time: Date) async throws(AWSError) {
        let text = time.formatted(Date.ISO8601FormatStyle(timeZone: .gmt))
        try await send("EnableImageDeprecation", QueryParameters([("ImageId", id), ("DeprecateAt", text)]))
    }

    /// What became of a snapshot that was to go with its image.
    package struct SnapshotDeletion: Hashable, Sendable {
        package var snapshotID: String
        /// `success`, `skipped`, or what went wrong, such as `client-error`.
        package var outcome: String
    }

    /// Takes an image back, and deletes its snapshots if that is asked for and no other image uses them. Instances of it
    /// go on. What became of the snapshots is returned; none when they stay.
    package func deregisterImage(
        _ id: String, deletesSnapshots: Bool
    ) async throws(AWSError) -> [SnapshotDeletion] {
        var parameters = QueryParameters([("ImageId", id)])
        if deletesSnapshots { parameters.add("DeleteAssociatedSnapshots", true) }
        return try await send("DeregisterImage", parameters) { answer throws(AWSError) in
            try answer.items("deleteSnapshotResultSet").map { fields throws(AWSError) in
                SnapshotDeletion(
                    snapshotID: try fields.required("snapshotId"), outcome: fields.text("returnCode") ?? "")
            }
        }
    }
}
