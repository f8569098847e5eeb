package import ClusterSpec
package import Diagnostics
package import FoundationEssentials

/// Makes the plan of a build from the spec and from what is known of the outside.
package struct BuildPlanner: Sendable {
    package var spec: ClusterSpec
    package var toolVersion: String
    package var time: Date
    package var random: UInt64
    /// The files of `ami/` and of `templates/`, by their path.
    package var guestFiles: [String: String]
    package var templates: [String: String]
    package var artifacts: [Artifact]
    package var publication: Publication
    /// Instead of the spec's.
    package var deadline: Duration?
    package var keepsOnFailure: Bool

    package init(
        spec: ClusterSpec, toolVersion: String, time: Date, random: UInt64, guestFiles: [String: String],
        templates: [String: String], artifacts: [Artifact], publication: Publication, deadline: Duration? = nil,
        keepsOnFailure: Bool = false
    ) {
        self.spec = spec
        self.toolVersion = toolVersion
        self.time = time
        self.random = random
        self.guestFiles = guestFiles
        self.templates = templates
        self.artifacts = artifacts
        self.publication = publication
        self.deadline = deadline
        self.keepsOnFailure = keepsOnFailure
    }

    /// What is wrong with a spec whoever builds from it.
    package static func objections(to spec: ClusterSpec) -> [Diagnostic] {
        let image = spec.image
        let publish = image.publish
        var errors: [Diagnostic] = []
        func later(_ location: SourceLocation?, _ key: String, _ what: String) {
            errors.append(
                Diagnostic(
                    .error, at: location, key: "image.publish.\(key)", "\(what) is not built into this version yet",
                    notes: ["leave the key out; nothing was built"]))
        }
        if let first = publish.copyTo.first { later(first.location, "copy_to", "copying an image to other regions") }
        if let first = publish.shareWith.first {
            later(first.location, "share_with", "sharing an image with other accounts")
        }
        // What is written as we have it by default asks for nothing.
        if publish.deprecateAfter.value != .seconds(180 * 86_400) {
            later(publish.deprecateAfter.location, "deprecate_after", "deprecating an image")
        }
        if publish.keep.value != 5 { later(publish.keep.location, "keep", "retiring older images") }
        if image.provider.value == .ec2, image.artifact == nil {
            errors.append(
                Diagnostic(
                    .error, key: "image.artifact", "is missing: the tool must reach the guest",
                    notes: ["name a private S3 bucket: `artifact: {bucket: my-bucket}` below `image:`"]))
        }
        if case .package = image.pgpool, image.base.value == .amazonLinux2023 {
            errors.append(
                Diagnostic(
                    .error, at: image.base.location, key: "image.pgpool.package",
                    "Amazon Linux 2023 has no package of Pgpool-II",
                    notes: ["name a source tarball or an RPM with its sha256, or take `base: debian-12`"]))
        }
        return errors.sortedByLocation()
    }

    /// The plan of a build on EC2.
    package func plan(on ec2: EC2Plan, baseImage: String) throws(DiagnosticsError) -> BuildPlan {
        var plan = try plan(baseImage: baseImage)
        plan.ec2 = ec2
        return plan
    }

    /// The plan of a build on a virtual machine of this machine's.
    package func plan(onThisMachine local: LocalPlan) throws(DiagnosticsError) -> BuildPlan {
        var plan = try plan(baseImage: local.baseImage)
        plan.local = local
        if local.trial != nil { plan.variables[BuildPlanner.trialVariable] = "disk" }
        return plan
    }

    /// Tells the guest that the spec to test with is on its second disk.
    private static let trialVariable = "PGPOOL_AURORA_SPEC"

    private func plan(baseImage: String) throws(DiagnosticsError) -> BuildPlan {
        let image = spec.image
        let variables = variables
        let inputs = inputs(baseImage, variables)
        let template = image.name.value
        let name = ImageName(
            pgpool: pgpoolVersion ?? "package", time: time, architecture: image.architecture.value.rawValue,
            base: BaseSystem.name(image.base.value), digest: BuildInput.digest(of: inputs)
        ).fill(template)
        if let objection = ImageName.objection(to: name) {
            throw DiagnosticsError(Diagnostic(.error, at: image.name.location, key: "image.name", objection))
        }
        return BuildPlan(
            buildID: BuildID(at: time, random: random), toolVersion: toolVersion, created: time,
            provider: image.provider.value.rawValue, base: BaseSystem.name(image.base.value), baseImage: baseImage,
            architecture: image.architecture.value.rawValue, imageName: name,
            tags: Dictionary(image.tags.map { ($0.key, $0.value.value) }, uniquingKeysWith: { first, _ in first }),
            inputs: inputs, deadline: seconds, isTested: image.test.value, keepsOnFailure: keepsOnFailure,
            variables: variables, guestFiles: guestFiles, artifacts: artifacts, publication: publication)
    }

    private var seconds: Int { Int((deadline ?? spec.image.deadline.value).components.seconds) }

    /// The guest shuts itself down a while after the builder has lost its patience.
    private static let spareMinutes = 10

    private var variables: [String: String] {
        var variables = [
            "PGPOOL_AURORA_BASE": BaseSystem.name(spec.image.base.value),
            "PGPOOL_AURORA_ARCHITECTURE": spec.image.architecture.value.rawValue,
            "PGPOOL_AURORA_DEADMAN_MINUTES": "\((seconds + 59) / 60 + BuildPlanner.spareMinutes)",
            "PGPOOL_AURORA_PGPOOL_VERSION": pgpoolVersion ?? "",
            "PGPOOL_AURORA_PGPOOL_SOURCE": "package",
        ]
        switch source {
        case .tarball(let url, let sha256):
            variables["PGPOOL_AURORA_PGPOOL_SOURCE"] = "tarball"
            variables["PGPOOL_AURORA_PGPOOL_ADDRESS"] = url.value
            variables["PGPOOL_AURORA_PGPOOL_SHA256"] = sha256.value
        case .rpm(let url, let sha256):
            variables["PGPOOL_AURORA_PGPOOL_SOURCE"] = "rpm"
            variables["PGPOOL_AURORA_PGPOOL_ADDRESS"] = url.value
            variables["PGPOOL_AURORA_PGPOOL_SHA256"] = sha256.value
        case .package: break
        }
        return variables
    }

    private var source: Image.Source { spec.image.pgpool ?? BaseSystem.source(spec.image.base.value) }

    /// The spec's, or what the source's name says; nil when only the guest will know.
    private var pgpoolVersion: String? {
        if let version = spec.pgpool.version { return version.value.description }
        let address: String
        switch source {
        case .tarball(let url, _), .rpm(let url, _): address = url.value
        case .package: return nil
        }
        let name = address.split(separator: "/").last ?? ""
        return name.firstMatch(of: /[0-9]+\.[0-9]+\.[0-9]+/).map { String($0.output) }
    }

    private func inputs(_ baseImage: String, _ variables: [String: String]) -> [BuildInput] {
        let lines = variables.filter { $0.key != "PGPOOL_AURORA_DEADMAN_MINUTES" }.map { "\($0.key)=\($0.value)\n" }
        return guestFiles.map { BuildInput("ami/\($0.key)", $0.value) }
            + templates.map { BuildInput("templates/\($0.key)", $0.value) }
            + [
                BuildInput("base image", baseImage), BuildInput("image section", SpecSummary.text(of: spec.image)),
                BuildInput("tool version", toolVersion), BuildInput("variables", lines.sorted().joined()),
            ] + artifacts.filter { !$0.sha256.isEmpty }.map { BuildInput($0.name.rawValue, sha256: $0.sha256) }
    }
}
