import AWSClient

extension EC2Host {
    package func make(_ resource: Resource) async throws(HostError) -> String {
        switch resource.kind {
        case .object: return try await upload(resource)
        case .securityGroup: return try await makeGroup(resource)
        case .instance, .image:
            throw HostError(.rejected, "\(resource) is no part of the scaffolding")
        }
    }

    private func upload(_ resource: Resource) async throws(HostError) -> String {
        guard let artifact = plan.artifacts.first(where: { key(of: $0) == resource.key }) else {
            throw HostError(.rejected, "the plan has no \(resource)")
        }
        let bytes = try read(artifact)
        let location = location(resource.key)
        try await asHost { () throws(AWSError) in try await services.s3.putObject(location, bytes) }
        return location.description
    }

    /// A group that nothing enters by. Its name is what makes it the only one.
    private func makeGroup(_ resource: Resource) async throws(HostError) -> String {
        let creation = EC2.SecurityGroupCreation(
            name: resource.key, description: "pgpool-aurora build-ami: no way in", vpcID: own.vpc,
            tags: tags(named: resource.key))
        do throws(AWSError) {
            return try await services.ec2.createSecurityGroup(creation)
        } catch {
            guard error.isDuplicate else { throw HostError(error) }
            return try await adopt(resource)
        }
    }

    package func deliveries() async throws(HostError) -> [String: String] {
        var variables: [String: String] = [:]
        for artifact in plan.artifacts {
            let name = "PGPOOL_AURORA_\(artifact.name.rawValue.uppercased())"
            variables["\(name)_SHA256"] = artifact.sha256
            if let address = artifact.address {
                variables["\(name)_ADDRESS"] = address
            } else {
                let location = location(key(of: artifact))
                variables["\(name)_ADDRESS"] = try await asHost { () throws(AWSError) in
                    try await services.s3.presignedAddress(location, lifetime: EC2Host.addressLifetime).description
                }
            }
        }
        return variables
    }

    /// The guest fetches what it needs first of all.
    private static let addressLifetime = Duration.seconds(3600)

    package func launch(_ launch: InstanceLaunch) async throws(HostError) -> String {
        let request = request(launch)
        do throws(AWSError) {
            return try await services.ec2.runInstance(request).id
        } catch {
            // The token was used before, by a run that signed other addresses: its instance is the one, whatever became of it.
            guard ["IdempotentParameterMismatch", "IdempotentInstanceTerminated"].contains(error.code) else {
                throw HostError(error)
            }
            return try await adopt(launch.resource)
        }
    }

    func request(_ launch: InstanceLaunch) -> EC2.Launch {
        let place = own.places[min(launch.resource.place ?? 0, own.places.count - 1)]
        var request = EC2.Launch(
            clientToken: launch.resource.key, imageID: launch.imageID, instanceType: place.instanceType)
        request.subnetID = place.subnet
        request.securityGroupIDs = groupID(launch).map { [$0] } ?? []
        request.hasPublicAddress = place.isPublic
        request.userData = launch.userData
        request.rootVolume = EC2.RootVolume(
            device: own.rootDevice, size: own.volumeSize,
            encryption: !own.isEncrypted ? .asImage : own.kmsKey.isEmpty ? .defaultKey : .key(own.kmsKey))
        request.tags = tags(named: "pgpool-aurora build \(plan.buildID) \(launch.resource.role?.rawValue ?? "")")
        return request
    }

    /// The spec's, or the one that was made for this build.
    private func groupID(_ launch: InstanceLaunch) -> String? {
        guard own.securityGroup.isEmpty else { return own.securityGroup }
        return launch.scaffolding.first { $0.key.kind == .securityGroup }?.value
    }

    package func makeImage(_ image: Resource, of instanceID: String) async throws(HostError) -> String {
        do throws(AWSError) {
            return try await services.ec2.createImage(imageCreation(of: instanceID))
        } catch {
            guard !error.isDuplicate else { return try await adopt(image) }
            var trouble = HostError(error)
            // So it also calls an instance that has stopped, and that it does not know of yet. Source: packer's PR 9579.
            if error.code == "InvalidParameterValue" { trouble.code = .notKnownYet }
            throw trouble
        }
    }

    func imageCreation(of instanceID: String) -> EC2.ImageCreation {
        EC2.ImageCreation(
            instanceID: instanceID, name: plan.imageName,
            description: "Pgpool-II for Aurora, by pgpool-aurora \(plan.toolVersion)", tags: tags(named: plan.imageName)
        )
    }

    // MARK: - What an answer that was lost has left

    /// The id of what is there already under this key.
    private func adopt(_ resource: Resource) async throws(HostError) -> String {
        guard let id = try await find(resource) else {
            throw HostError(.notKnownYet, "EC2 says that \(resource) is there, and does not show it yet")
        }
        return id
    }

    package func find(_ resource: Resource) async throws(HostError) -> String? {
        let ec2 = services.ec2
        switch resource.kind {
        case .object:
            let location = location(resource.key)
            do throws(AWSError) {
                _ = try await services.s3.headObject(location)
                return location.description
            } catch {
                guard error.isNotFound else { throw HostError(error) }
                return nil
            }
        case .securityGroup:
            return try await asHost { () throws(AWSError) in
                try await ec2.describeSecurityGroups(
                    .matching([.exactly("group-name", resource.key), .exactly("vpc-id", own.vpc)])
                ).first?.id
            }
        case .instance:
            return try await asHost { () throws(AWSError) in
                try await ec2.describeInstances(.matching([.exactly("client-token", resource.key)])).first?.id
            }
        case .image:
            let found = try await asHost { () throws(AWSError) in
                try await ec2.describeImages(.matching([.exactly("name", resource.key)]), owners: ["self"]).first
            }
            guard let image = found else { return nil }
            guard image.tags[BuildTags.buildID] == plan.buildID.text else {
                // Tags may show later than what they are on.
                guard image.tags[BuildTags.buildID] == nil, image.state == .pending else {
                    throw HostError(
                        .rejected, "the name \(resource.key) is taken by \(image.id), which is not of this build",
                        notes: [
                            "put what tells builds of the same second apart into image.name: {base}, {architecture}, {digest}"
                        ])
                }
                return nil
            }
            return image.id
        }
    }
}
