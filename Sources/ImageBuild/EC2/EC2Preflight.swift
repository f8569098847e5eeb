package import AWSClient
package import ClusterSpec
package import Diagnostics

/// Finds out before anything is made whether a build can work, and where.
///
/// All that is wrong is found in one go.
package struct EC2Preflight: Sendable {
    let image: Image
    let services: EC2Host.Services
    let region: String
    /// The region of a bucket.
    let bucketRegion: @Sendable (String) async throws(AWSError) -> String

    package init(
        _ image: Image, _ services: EC2Host.Services, region: String,
        bucketRegion: @escaping @Sendable (String) async throws(AWSError) -> String
    ) {
        self.image = image
        self.services = services
        self.region = region
        self.bucketRegion = bucketRegion
    }

    /// What was found.
    package struct Findings: Sendable {
        package var plan: EC2Plan
        package var baseImage: EC2.Image
        package var warnings: [Diagnostic]
    }

    /// Looks at all of it. Throws everything that is wrong, or the first thing that keeps it from looking.
    package func run() async throws(BuildFailure) -> Findings {
        var notes = PreflightNotes()
        let identity = try await asPreflight { () throws(AWSError) in try await services.sts.getCallerIdentity() }
        let base = try await baseImage(&notes)
        let types = try await instanceTypes(base, &notes)
        let network = try await EC2NetworkCheck(image: image, ec2: services.ec2).run(&notes)
        let places = try await places(types, network, &notes)
        let bucket = try await bucket(&notes)
        let least = base?.rootDisk?.size ?? 0
        if let base, image.volume.size.isGiven, image.volume.size.value < least {
            notes.error(
                image.volume.size.location, "image.volume.size",
                "\(image.volume.size.value) GiB is less than the \(least) GiB of \(base.id)",
                "give at least `size: \(least)`, or leave it out")
        }
        guard let base, let network, !notes.hasErrors else { throw notes.failure }
        let plan = EC2Plan(
            region: region, account: identity.account, rootDevice: base.rootDevice ?? "/dev/xvda",
            volumeSize: max(image.volume.size.value, least), isEncrypted: image.volume.encrypted.value,
            kmsKey: image.volume.kmsKey.value, places: places, vpc: network.vpc,
            securityGroup: image.securityGroup.value, bucket: bucket)
        return Findings(plan: plan, baseImage: base, warnings: notes.warnings)
    }

    /// Whether EC2 would let all of it be made, with the parameters that it will have. What needs the id of an instance is
    /// found out when there is one.
    package func rehearse(_ host: EC2Host) async throws(BuildFailure) {
        let resource = Resource(.instance, "\(host.plan.buildID)-rehearsal", role: .install, place: 0)
        let launch = host.request(
            InstanceLaunch(resource, imageID: host.plan.baseImage, userData: []))
        var failures = try await check("ec2:RunInstances") { ec2 throws(AWSError) in
            _ = try await ec2.runInstance(launch)
        }
        if host.own.securityGroup.isEmpty {
            let group = EC2.SecurityGroupCreation(
                name: host.groupName, description: "pgpool-aurora", vpcID: host.own.vpc,
                tags: host.tags(named: host.groupName))
            failures += try await check("ec2:CreateSecurityGroup") { ec2 throws(AWSError) in
                _ = try await ec2.createSecurityGroup(group)
            }
        }
        guard !failures.isEmpty else { return }
        let codes = Set(failures.map(\.code))
        let code: BuildFailure.Code =
            !codes.isDisjoint(with: [.refused, .credentials])
            ? .refused : codes.isDisjoint(with: [.unavailable, .timeOver]) ? .badInput : .unavailable
        throw BuildFailure(code, failures.map { $0.diagnostic() })
    }

    private func check(
        _ action: String, _ call: (EC2) async throws(AWSError) -> Void
    ) async throws(BuildFailure) -> [HostError] {
        do throws(AWSError) {
            guard case .refused(let error) = try await services.ec2.permission(to: call) else { return [] }
            return [await Refusal.explained(error, action, services.sts)]
        } catch {
            let trouble = HostError(error)
            guard trouble.code != .cancelled else { throw BuildFailure(.cancelled, "it was interrupted") }
            // There may be room in the next place.
            return trouble.code == .capacity ? [] : [trouble]
        }
    }

    // MARK: - The base image

    private func baseImage(_ notes: inout PreflightNotes) async throws(BuildFailure) -> EC2.Image? {
        let location = image.base.location
        guard let id = try await baseImageID(&notes) else { return nil }
        let found: EC2.Image?
        do throws(AWSError) {
            found = try await services.ec2.describeImages(.ids([id])).first
        } catch {
            guard error.isNotFound || error.code.hasPrefix("InvalidAMIID") else { throw BuildFailure(preflight: error) }
            found = nil
        }
        guard let base = found else {
            notes.error(
                location, "image.base", "there is no image \(id) in \(region), or it is not shared with this account",
                "an AMI belongs to one region")
            return nil
        }
        if base.state != .available {
            notes.error(location, "image.base", "\(id) is \(base.state), not available", nil)
        }
        if let architecture = base.architecture, architecture.description != image.architecture.value.rawValue {
            notes.error(
                image.architecture.location ?? location, "image.architecture",
                "\(id) is for \(architecture), and the image is to be for \(image.architecture.value.rawValue)", nil)
        }
        if !base.isOnEBS {
            notes.error(location, "image.base", "\(id) is on instance storage, which cannot be stopped", nil)
        }
        return base
    }

    private func baseImageID(_ notes: inout PreflightNotes) async throws(BuildFailure) -> String? {
        let name: String
        switch image.base.value {
        case .ami(let id): return id
        case .ssm(let path): name = path
        case .amazonLinux2023, .debian12, .debian13:
            name = BaseSystem.parameter(image.base.value, image.architecture.value)
        case .disk: return nil
        }
        do throws(AWSError) {
            let value = try await services.ssm.getParameter(name).value
            guard value.hasPrefix("ami-") else {
                notes.error(image.base.location, "image.base", "\(name) holds '\(value)', which is no AMI's id", nil)
                return nil
            }
            return value
        } catch {
            guard error.isNotFound else { throw BuildFailure(preflight: error) }
            notes.error(
                image.base.location, "image.base", "Systems Manager has no parameter \(name) in \(region)",
                "name an AMI: `base: ami-…`")
            return nil
        }
    }

    // MARK: - Where to launch

    private func instanceTypes(
        _ base: EC2.Image?, _ notes: inout PreflightNotes
    ) async throws(BuildFailure) -> [Setting<String>] {
        let known: [EC2.InstanceType]
        do throws(AWSError) {
            known = try await services.ec2.describeInstanceTypes(image.instanceTypes.map(\.value))
        } catch {
            guard error.code == "InvalidInstanceType" || error.code == "InvalidParameterValue" else {
                throw BuildFailure(preflight: error)
            }
            notes.error(image.instanceTypes.first?.location, "image.instance_types", error.message, nil)
            return []
        }
        return image.instanceTypes.filter { setting in
            guard let type = known.first(where: { $0.name == setting.value }) else {
                notes.error(
                    setting.location, "image.instance_types", "\(region) has no instance type \(setting.value)", nil)
                return false
            }
            guard let objection = objection(to: type, base) else { return true }
            notes.error(setting.location, "image.instance_types", objection.what, objection.mend)
            return false
        }
    }

    private func objection(to type: EC2.InstanceType, _ base: EC2.Image?) -> (what: String, mend: String?)? {
        let architecture = image.architecture.value.rawValue
        if !type.architectures.contains(where: { $0.description == architecture }) {
            return (
                "\(type.name) is not for \(architecture)",
                architecture == "arm64" ? "t4g.medium is" : "t3.medium is"
            )
        }
        if type.hypervisor == .xen {
            return (
                "\(type.name) has no console that can be read at any time", "take a type on Nitro, such as t3.medium"
            )
        }
        if let mode = base?.bootMode, mode != .uefiPreferred, !type.bootModes.isEmpty,
            !type.bootModes.contains(mode)
        {
            return ("\(type.name) cannot boot \(base?.id ?? ""), which is for \(mode)", nil)
        }
        return nil
    }

    /// Types times subnets, in this order, as far as the type can be had in the subnet's zone.
    private func places(
        _ types: [Setting<String>], _ network: EC2NetworkCheck.Network?, _ notes: inout PreflightNotes
    ) async throws(BuildFailure) -> [EC2Plan.Place] {
        guard !types.isEmpty, let network else { return [] }
        let offerings = try await asPreflight { () throws(AWSError) in
            try await services.ec2.describeOfferings(ofTypes: types.map(\.value))
        }
        var places: [EC2Plan.Place] = []
        for type in types {
            let zones = Set(offerings.filter { $0.instanceType == type.value }.map(\.zone))
            let offered = network.subnets.filter { zones.contains($0.zone) }
            if offered.isEmpty {
                notes.warning(
                    type.location, "image.instance_types",
                    "\(type.value) is not offered in \(network.subnets.map(\.zone).joined(separator: ", "))")
            }
            places += offered.map {
                EC2Plan.Place(instanceType: type.value, subnet: $0.id, zone: $0.zone, isPublic: $0.isPublic)
            }
        }
        if places.isEmpty {
            notes.error(
                image.instanceTypes.first?.location, "image.instance_types",
                "none of the types is offered where the subnets are", "name other types, or subnets of other zones")
        }
        return places
    }

    // MARK: - The artifacts

    private func bucket(_ notes: inout PreflightNotes) async throws(BuildFailure) -> EC2Plan.Bucket? {
        guard case .bucket(let bucket) = image.artifact else { return nil }
        do throws(AWSError) {
            return EC2Plan.Bucket(name: bucket.value, region: try await bucketRegion(bucket.value))
        } catch {
            guard error.isNotFound else { throw BuildFailure(preflight: error) }
            notes.error(
                bucket.location, "image.artifact.bucket", "there is no bucket '\(bucket.value)'",
                "make one, private, with `aws s3 mb s3://\(bucket.value)`")
            return nil
        }
    }
}

extension BuildFailure {
    /// Before anything was made.
    package init(preflight error: AWSError) {
        let trouble = HostError(error)
        switch trouble.code {
        case .refused, .credentials: self.init(.refused, [trouble.diagnostic()])
        case .cancelled: self.init(.cancelled, "it was interrupted")
        case .unavailable, .timeOver: self.init(.unavailable, [trouble.diagnostic()])
        case .capacity, .notKnownYet, .inUse, .rejected: self.init(.badInput, [trouble.diagnostic()])
        }
    }
}

/// Makes a call of AWS before anything was made, with its error as a build has it.
package func asPreflight<Value: Sendable>(
    _ call: () async throws(AWSError) -> Value
) async throws(BuildFailure) -> Value {
    do throws(AWSError) {
        return try await call()
    } catch {
        throw BuildFailure(preflight: error)
    }
}

/// What is wrong so far.
struct PreflightNotes: Sendable {
    private(set) var errors: [Diagnostic] = []
    private(set) var warnings: [Diagnostic] = []

    var hasErrors: Bool { !errors.isEmpty }
    var failure: BuildFailure { BuildFailure(.badInput, errors.sortedByLocation()) }

    mutating func error(_ location: SourceLocation?, _ key: String, _ message: String, _ mend: String?) {
        errors.append(Diagnostic(.error, at: location, key: key, message, notes: mend.map { [$0] } ?? []))
    }

    mutating func warning(_ location: SourceLocation?, _ key: String, _ message: String) {
        warnings.append(Diagnostic(.warning, at: location, key: key, message))
    }
}
