/// What a stack has left behind: a resource, or a snapshot of one.
struct CloudKept: Sendable {
    var stack: String
    var logicalID: String
    var type: String
    var physicalID: String
    /// Nil for the resource itself.
    var snapshotID: String?
    var at: Duration
}

/// As much of RDS as it takes to delete the snapshots of clusters that are gone.
extension CloudState {
    func describeDBClusterSnapshots(_ form: CloudForm) throws(CloudError) -> CloudXML {
        let found = clusterSnapshots.filter { kept in
            (form["DBClusterSnapshotIdentifier"].map { $0.lowercased() == kept.snapshotID } ?? true)
                && (form["DBClusterIdentifier"].map { $0.lowercased() == kept.physicalID.lowercased() } ?? true)
                && ["manual", nil].contains(form["SnapshotType"])
        }
        if let id = form["DBClusterSnapshotIdentifier"], found.isEmpty { throw .noSnapshot(id) }
        return CloudXML(
            "DescribeDBClusterSnapshotsResult", [CloudXML("DBClusterSnapshots", found.map { xml($0, "available") })])
    }

    mutating func deleteDBClusterSnapshot(_ form: CloudForm) throws(CloudError) -> CloudXML {
        let id = try form.required("DBClusterSnapshotIdentifier")
        guard let kept = clusterSnapshots.first(where: { $0.snapshotID == id.lowercased() }) else {
            throw .noSnapshot(id)
        }
        for place in stacks.indices { stacks[place].kept.removeAll { $0.snapshotID == kept.snapshotID } }
        return CloudXML("DeleteDBClusterSnapshotResult", [xml(kept, "deleted")])
    }

    private var clusterSnapshots: [CloudKept] {
        stacks.flatMap(\.kept).filter { $0.type == "AWS::RDS::DBCluster" && $0.snapshotID != nil }
    }

    private func xml(_ kept: CloudKept, _ status: String) -> CloudXML {
        let id = kept.snapshotID ?? ""
        return CloudXML(
            "DBClusterSnapshot",
            [
                CloudXML("DBClusterSnapshotIdentifier", id),
                CloudXML("DBClusterSnapshotArn", "\(arn("rds")):cluster-snapshot:\(id)"),
                CloudXML("DBClusterIdentifier", kept.physicalID.lowercased()), CloudXML("Status", status),
                CloudXML("SnapshotType", "manual"), CloudXML("Engine", "aurora-postgresql"),
                CloudXML("PercentProgress", "100"), CloudXML("StorageEncrypted", "true"),
                CloudXML("SnapshotCreateTime", date(kept.at)),
            ])
    }
}

extension CloudError {
    fileprivate static func noSnapshot(_ id: String) -> CloudError {
        CloudError("DBClusterSnapshotNotFoundFault", "DBClusterSnapshot not found: \(id)", status: 404)
    }
}
