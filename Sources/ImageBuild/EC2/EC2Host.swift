package import AWSClient
package import FoundationEssentials

/// A build on EC2.
package struct EC2Host: Sendable {
    /// How the host is reached.
    package struct Services: Sendable {
        package var ec2: EC2
        package var ssm: SSM
        /// In the region of the bucket.
        package var s3: S3
        package var sts: STS

        package init(ec2: EC2, ssm: SSM, s3: S3, sts: STS) {
            self.ec2 = ec2
            self.ssm = ssm
            self.s3 = s3
            self.sts = sts
        }
    }

    let plan: BuildPlan
    let own: EC2Plan
    let services: Services
    let timer: WaitTimer
    let now: @Sendable () -> Date
    /// The bytes of an artifact's file, if they are still what was planned.
    let read: @Sendable (Artifact) throws(HostError) -> [UInt8]
    /// When what is made now is nobody's any more.
    let expires: Date

    /// Things expire an hour after the deadline, which counts from now.
    package init(
        _ plan: BuildPlan, _ own: EC2Plan, _ services: Services, timer: WaitTimer,
        now: @escaping @Sendable () -> Date, read: @escaping @Sendable (Artifact) throws(HostError) -> [UInt8]
    ) {
        self.plan = plan
        self.own = own
        self.services = services
        self.timer = timer
        self.now = now
        self.read = read
        expires = now().addingTimeInterval(Double(plan.deadline) + 3600)
    }

    /// What waits are measured by.
    package var waitTimer: WaitTimer { timer }

    /// The tags of all that a build makes.
    func tags(named name: String) -> EC2.Tags {
        plan.tags.merging([
            "Name": name, BuildTags.buildID: plan.buildID.text, BuildTags.expires: BuildTags.text(expires),
        ]) { user, own in own == name ? user : own }
    }

    /// The name of the group that nothing enters by.
    var groupName: String { "pgpool-aurora-\(plan.buildID)" }

    private static let objectFolder = "pgpool-aurora"

    func key(of artifact: Artifact) -> String { EC2Host.key(of: artifact.name, plan.buildID.text) }

    private static func key(of name: Artifact.Name, _ buildID: String) -> String {
        "\(objectFolder)/\(buildID)/\(name.rawValue)"
    }

    /// The keys of all objects that a build may have put into a bucket.
    package static func objectKeys(ofBuild id: String) -> [String] { Artifact.Name.allCases.map { key(of: $0, id) } }

    func location(_ key: String) -> S3.Location { S3.Location(bucket: own.bucket?.name ?? "", key: key) }
}

extension EC2Host: BuildHost {
    package var scaffolding: [Resource] {
        let objects = own.bucket == nil ? [] : plan.artifacts.filter { $0.path != nil }
        let group = own.securityGroup.isEmpty ? [Resource(.securityGroup, groupName)] : []
        return objects.map { Resource(.object, key(of: $0)) } + group
    }

    package var placeCount: Int { own.places.count }

    package func name(ofPlace index: Int) -> String {
        guard own.places.indices.contains(index) else { return "" }
        let place = own.places[index]
        return "\(place.instanceType) in \(place.zone), \(place.subnet)"
    }

    package func instance(_ id: String) async throws(HostError) -> HostedInstance {
        let found = try await asHost { () throws(AWSError) in
            try await services.ec2.describeInstances(.ids([id])).first
        }
        guard let instance = found else { throw HostError(.notKnownYet, "EC2 does not show the instance \(id) yet") }
        let state: HostedInstance.State =
            switch instance.state {
            case .pending, .other: .starting
            case .running: .running
            case .stopping: .stopping
            case .stopped: .stopped
            case .shuttingDown, .terminated: .gone
            }
        return HostedInstance(
            state, reason: instance.stateReason.map(EC2Host.words) ?? "",
            lacksCapacity: instance.stateReason?.code == "Server.InsufficientInstanceCapacity")
    }

    /// What a reason means. Source: "Troubleshoot instance launch issues" and `StateReason` in EC2's documentation.
    private static func words(_ reason: EC2.StateReason) -> String {
        let text = reason.message.isEmpty ? reason.code : reason.message
        let meaning: String? =
            switch reason.code {
            case "Client.InternalError":
                "with an encrypted volume this is mostly a KMS key that the caller may not use"
            case "Client.InstanceInitiatedShutdown": "the guest shut itself down, perhaps by its dead-man timer"
            case "Client.UserInitiatedShutdown": "somebody ended it through the API"
            default: nil
            }
        return meaning.map { "\(text) (\($0))" } ?? text
    }

    package func rehearse(on instanceID: String) async throws(HostError) {
        try await check("ec2:StopInstances") { ec2 throws(AWSError) in _ = try await ec2.stopInstances([instanceID]) }
        let creation = imageCreation(of: instanceID)
        try await check("ec2:CreateImage") { ec2 throws(AWSError) in _ = try await ec2.createImage(creation) }
        try await check("ec2:TerminateInstances") { ec2 throws(AWSError) in
            _ = try await ec2.terminateInstances([instanceID])
        }
    }

    /// Throws when a call would be refused. What else is wrong with it now may be right when it is made.
    private func check(
        _ action: String, _ call: (EC2) async throws(AWSError) -> Void
    ) async throws(HostError) {
        let permission: EC2.Permission
        do throws(AWSError) {
            permission = try await services.ec2.permission(to: call)
        } catch {
            guard error.kind != .throttling, error.kind != .transient, error.origin != .cancelled else {
                throw HostError(error)
            }
            return
        }
        guard case .refused(let error) = permission else { return }
        throw await Refusal.explained(error, action, services.sts)
    }

    package func console(_ id: String) async throws(HostError) -> [UInt8] {
        try await asHost { () throws(AWSError) in
            try await services.ec2.getConsoleOutput(id, isLatest: true).bytes
        }
    }

    package func image(_ id: String) async throws(HostError) -> HostedImage {
        let found = try await asHost { () throws(AWSError) in
            try await services.ec2.describeImages(.ids([id])).first
        }
        guard let image = found else { throw HostError(.notKnownYet, "EC2 does not show the image \(id) yet") }
        switch image.state {
        case .available: return .available
        case .failed, .error, .invalid, .deregistered:
            let reason = image.stateReason.map { ": \($0.code): \($0.message)" } ?? ""
            return .failed("EC2 calls it \(image.state)\(reason)")
        case .pending, .other: return .pending(await snapshotProgress(of: id))
        }
    }

    /// Percent of the snapshot that is furthest behind. That it is not known does not matter.
    private func snapshotProgress(of imageID: String) async -> Int? {
        let snapshots = try? await services.ec2.describeSnapshots(
            .matching([EC2.Filter("description", ["*CreateImage*\(imageID)*"])]))
        return snapshots?.compactMap(\.progress).min()
    }

    package func stop(_ id: String) async throws(HostError) {
        _ = try await asHost { () throws(AWSError) in try await services.ec2.stopInstances([id]) }
    }

    package func seal(_ imageID: String) async throws(HostError) {
        try await asHost { () throws(AWSError) in try await services.ec2.requireIMDSv2(ofImage: imageID) }
    }

    package func mark(_ imageID: String) async throws(HostError) {
        let tags = [BuildTags.digest: plan.digest, BuildTags.published: BuildTags.text(now())]
        try await asHost { () throws(AWSError) in
            let image = try await services.ec2.describeImages(.ids([imageID])).first
            let snapshots = image?.disks.compactMap(\.snapshotID) ?? []
            try await services.ec2.createTags(on: [imageID] + snapshots, tags)
        }
    }

    package func prolong(_ ids: [String]) async throws(HostError) {
        let tags = [BuildTags.expires: BuildTags.text(expires)]
        // One by one: what is gone and forgotten does not keep the others from it.
        for id in ids where !id.hasPrefix("s3:") {
            try await forgiving { () throws(AWSError) in try await services.ec2.createTags(on: [id], tags) }
        }
    }

    package func announce(_ imageID: String) async throws(HostError) -> Bool {
        let name = plan.publication.ssmParameter
        guard !name.isEmpty else { return false }
        try await ImageParameter(name, services.ssm, timer).set(imageID)
        return true
    }
}
