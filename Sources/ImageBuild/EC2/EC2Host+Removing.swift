import AWSClient

extension EC2Host {
    package func remove(_ resource: Resource, _ id: String) async throws(HostError) -> Bool {
        switch resource.kind {
        case .instance:
            return try await forgiving { () throws(AWSError) in _ = try await services.ec2.terminateInstances([id]) }
        case .image: return try await removeImage(id)
        case .object:
            return try await forgiving { () throws(AWSError) in
                try await services.s3.deleteObject(location(resource.key))
            }
        case .securityGroup:
            return try await forgiving { () throws(AWSError) in try await services.ec2.deleteSecurityGroup(id) }
        }
    }

    /// With its snapshots, which are those of its build: an image that failed does not name them.
    private func removeImage(_ id: String) async throws(HostError) -> Bool {
        let snapshots = try await asHost { () throws(AWSError) in
            try await services.ec2.describeSnapshots(.matching([.tag(BuildTags.buildID, plan.buildID.text)]))
        }
        return try await ImageRemoval(services.ec2).remove(id, snapshots: snapshots.map(\.id))
    }

    package func isGone(_ resource: Resource, _ id: String) async throws(HostError) -> Bool {
        guard resource.kind == .instance else { return try await find(resource) == nil }
        do throws(AWSError) {
            let instance = try await services.ec2.describeInstances(.ids([id])).first
            return instance.map { $0.state == .terminated } ?? true
        } catch {
            guard error.isNotFound else { throw HostError(error) }
            return true
        }
    }
}

/// An image and its snapshots, taken away together.
struct ImageRemoval: Sendable {
    private let ec2: EC2

    init(_ ec2: EC2) {
        self.ec2 = ec2
    }

    /// False if there is no such image.
    @discardableResult
    func remove(_ imageID: String, snapshots: [String]) async throws(HostError) -> Bool {
        var deleted: [String] = []
        let wasThere = try await forgiving { () throws(AWSError) in
            deleted = try await ec2.deregisterImage(imageID, deletesSnapshots: true)
                .filter { $0.outcome == "success" }.map(\.snapshotID)
        }
        for snapshot in snapshots where !deleted.contains(snapshot) {
            try await forgiving { () throws(AWSError) in try await ec2.deleteSnapshot(snapshot) }
        }
        return wasThere
    }
}

/// Makes a call that removes something; what is not there is removed. False if it was not there.
@discardableResult
func forgiving(_ call: () async throws(AWSError) -> Void) async throws(HostError) -> Bool {
    do throws(AWSError) {
        try await call()
        return true
    } catch {
        guard error.isNotFound else { throw HostError(error) }
        return false
    }
}
