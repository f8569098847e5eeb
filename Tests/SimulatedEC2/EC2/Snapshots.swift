/// A snapshot.
package struct SimulatedSnapshot: Resource {
    static let kind = ResourceKind(
        prefix: "snap", name: "snapshot", notFound: "InvalidSnapshot.NotFound",
        malformed: "InvalidSnapshotID.Malformed")

    package let id: String
    package let region: String
    package var tags: TagSet
    /// `pending`, then `completed` or `error`.
    package internal(set) var history: History
    package let description: String
    package let volumeID: String
    /// GiB.
    package let size: Int
    package let isEncrypted: Bool
    package let owner: String
    /// How long it takes.
    var duration: Duration

    package var state: String { history.state }

    /// Percent.
    func progress(at now: Duration) -> Int {
        guard state == "pending" else { return state == "completed" ? 100 : 0 }
        return min(99, Int((now - history.made) / duration * 100))
    }

    static let filters: [String: @Sendable (SimulatedSnapshot) -> [String]] = [
        "description": { [$0.description] },
        "encrypted": { ["\($0.isEncrypted)"] },
        "owner-id": { [$0.owner] },
        "snapshot-id": { [$0.id] },
        "status": { [$0.state] },
        "volume-id": { [$0.volumeID] },
        "volume-size": { ["\($0.size)"] },
    ]
}

extension State {
    func describeSnapshots(_ parameters: Parameters) throws(SimulatedError) -> [XML] {
        let owners = parameters.list("Owner").map { $0 == "self" ? settings.account : $0 }
        let page = try list(\.snapshots, parameters, ids: "SnapshotId") { snapshot in
            owners.isEmpty || owners.contains(snapshot.owner)
                || owners.contains("amazon") && snapshot.owner != settings.account
        }
        let items = page.items.map { snapshot in
            [
                XML("snapshotId", snapshot.id), XML("volumeId", snapshot.volumeID), XML("status", snapshot.state),
                XML("startTime", text(of: snapshot.history.made)),
                XML("progress", "\(snapshot.progress(at: now))%"), XML("ownerId", snapshot.owner),
                XML("volumeSize", snapshot.size), XML("description", snapshot.description),
                XML("encrypted", snapshot.isEncrypted), XML(tags: knownTags(snapshot.tags)),
                XML("storageTier", "standard"),
            ]
        }
        return [XML("snapshotSet", items: items), XML("nextToken", optional: page.next)].compactMap(\.self)
    }

    mutating func deleteSnapshot(_ parameters: Parameters) throws(SimulatedError) -> [XML] {
        let snapshot = try find(try parameters.required("SnapshotId"), in: \.snapshots)
        guard snapshot.owner == settings.account else {
            throw SimulatedError("AuthFailure", "You do not own the snapshot '\(snapshot.id)'", status: 403)
        }
        if let image = users(ofSnapshot: snapshot.id) {
            throw SimulatedError("InvalidSnapshot.InUse", "The snapshot \(snapshot.id) is currently in use by \(image)")
        }
        let moment = now
        snapshots.update(snapshot.id) { $0.history.gone = moment }
        return [XML("return", true)]
    }

    /// An image that needs a snapshot.
    func users(ofSnapshot id: String) -> String? {
        images.items.first { $0.snapshotID == id && !$0.isGone }?.id
    }
}
