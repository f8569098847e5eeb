import AWSClient
import ClusterSpec
import Diagnostics
import FoundationEssentials
import ImageBuild
import LocalFiles
import Provisioning
import QEMUHost
import StackParameters
import Templates

/// One run of `build-ami`: plans a build or takes a plan up, and carries it out.
struct BuildRun {
    let report: BuildReport
    let journals: Journal.Folder
    let pace: BuildPace
    /// Whether the user has asked for it.
    var isPaceGiven = false
    /// Instead of the plan's.
    let deadline: Duration?

    /// Where the journals are.
    static func journals(_ flag: String?) throws(CommandFailure) -> Journal.Folder {
        if let flag { return Journal.Folder("\(BuildInputs.absolute(flag))/builds") }
        let environment = ProcessInfo.processInfo.environment
        if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") {
            return Journal.Folder("\(state)/pgpool-aurora/builds")
        }
        guard let home = environment["HOME"], home.hasPrefix("/") else {
            throw CommandFailure(
                .badInput, "there is no HOME to keep the builds' journals in", notes: ["give --state-dir DIR"])
        }
        return Journal.Folder("\(home)/.local/state/pgpool-aurora/builds")
    }

    // MARK: - A new build

    /// Builds what a spec asks for; returns the exit code.
    func build(_ request: BuildRequest) async throws(CommandFailure) -> Int32 {
        let spec = try readSpec(request.config, provider: request.provider)
        let image = spec.image
        if request.trial != nil, image.provider.value != .local {
            throw CommandFailure(
                .usage, "--test-against is for images of this machine",
                notes: ["give --provider local too; on EC2 `pgpool-aurora verify` looks at what was deployed"])
        }
        let publication = try BuildInputs.publication(request.parameters, image, manifests: journals.path)
        let tool = try toolArtifact(request.tool, image)
        // Who builds here may have no account, or settings of one that are wrong.
        guard image.provider.value == .ec2 else { return try await buildHere(request, spec, publication, tool) }
        let outside = try makeOutside(region: request.region, spec: image.region)
        let status: Int32
        do throws(CommandFailure) {
            status = try await build(request, spec, publication, tool, outside)
        } catch {
            await outside.shutDown()
            throw error
        }
        await outside.shutDown()
        return status
    }

    private func build(
        _ request: BuildRequest, _ spec: ClusterSpec, _ publication: Publication, _ tool: Artifact,
        _ outside: AWSOutside
    ) async throws(CommandFailure) -> Int32 {
        report.take(.phaseBegins(.preflight))
        let begin = ContinuousClock.now
        let client = try await client(outside)
        let credentials = try await credentials(outside)
        let time = Date()
        let random = UInt64.random(in: 0 ... .max)
        let copy = journals.path(of: BuildID(at: time, random: random), "rds-ca.pem")
        var isPlanned = false
        defer { if !isPlanned { try? FileSystem.remove(copy) } }
        let certificates = try await BuildInputs.certificates(
            request.certificates, Partition(ofRegion: client.region), keptAs: copy, report
        ) { address throws(FetchError) in try await outside.fetch(address) }
        let (plan, warnings) = try await plan(
            request, spec, publication, [tool, certificates], outside, client, time, random)
        report.begin(plan.buildID)
        (warnings + expiryWarnings(credentials, plan)).forEach(report.warn)
        let services = try await services(outside, plan)
        let host = try host(plan, services, outside)
        let reuse = EC2Reuse(services.ec2)
        if !request.isForced,
            let image = try await asCommand({ () async throws(BuildFailure) in
                try await reuse.image(withDigest: plan.digest)
            })
        {
            report.take(.phaseEnds(.preflight, begin.duration(to: .now) / .seconds(1)))
            return try await use(image, plan, host, isDryRun: request.isDryRun)
        }
        if let taken = try await asCommand({ () async throws(BuildFailure) in
            try await reuse.image(named: plan.imageName)
        }) {
            throw CommandFailure(
                .badInput,
                [
                    Diagnostic(
                        .error, at: spec.image.name.location, key: "image.name",
                        "the name '\(plan.imageName)' is taken by \(taken.id)",
                        notes: ["put {time}, {base}, {architecture} or {digest} into it"])
                ])
        }
        report.take(.phaseEnds(.preflight, begin.duration(to: .now) / .seconds(1)))
        guard !request.isDryRun else {
            report.show(plan)
            return report.finish(.planned, imageID: nil, digest: plan.digest, exit: 0)
        }
        let journal = try await asCommand({ () async throws(FileError) in
            try await Journal.begin(plan, in: journals, now: { Date() })
        })
        isPlanned = true
        return await carryOut(journal, host, outside.timer)
    }

    private func plan(
        _ request: BuildRequest, _ spec: ClusterSpec, _ publication: Publication, _ artifacts: [Artifact],
        _ outside: AWSOutside, _ client: AWSClient, _ time: Date, _ random: UInt64
    ) async throws(CommandFailure) -> (BuildPlan, [Diagnostic]) {
        var given = artifacts
        if case .url(let address, let sha256) = spec.image.artifact {
            given =
                [Artifact(.tool, address: address.value, sha256: sha256.value)]
                + artifacts.filter { $0.name != .tool }.map { artifact in
                    Artifact(artifact.name, address: RDSCertificates.address(Partition(ofRegion: client.region)))
                }
        }
        let services = BuildRun.services(client, client)
        let preflight = EC2Preflight(spec.image, services, region: client.region) { bucket throws(AWSError) in
            try await S3(client).region(ofBucket: bucket)
        }
        let findings = try await asCommand({ () async throws(BuildFailure) in try await preflight.run() })
        let planner = BuildPlanner(
            spec: spec, toolVersion: ToolVersion.current, time: time, random: random,
            guestFiles: Provisioning.all, templates: Templates.all, artifacts: given, publication: publication,
            deadline: deadline, keepsOnFailure: request.keepsOnFailure)
        let plan: BuildPlan
        do throws(DiagnosticsError) {
            plan = try planner.plan(on: findings.plan, baseImage: findings.baseImage.id)
        } catch {
            throw CommandFailure(.badInput, error.diagnostics)
        }
        let host = try host(plan, services, outside)
        try await asCommand({ () async throws(BuildFailure) in try await preflight.rehearse(host) })
        return (plan, findings.warnings)
    }

    /// An image of equal inputs is as good as a new one.
    private func use(
        _ image: EC2.Image, _ plan: BuildPlan, _ host: EC2Host, isDryRun: Bool
    ) async throws(CommandFailure) -> Int32 {
        report.say("an equal image is there already: \(image.id), \(image.name); --force builds another one")
        guard !isDryRun else { return report.finish(.reused, imageID: image.id, digest: plan.digest, exit: 0) }
        do throws(BuildFailure) {
            do throws(HostError) {
                _ = try await host.announce(image.id)
            } catch {
                let code: BuildFailure.Code =
                    switch error.code {
                    case .refused, .credentials: .refused
                    case .unavailable, .timeOver: .unavailable
                    default: .failed
                    }
                throw BuildFailure(code, [error.diagnostic()])
            }
            if let change = try await LocalPublisher(plan.publication).write(image.id) { report.take(.note(change)) }
        } catch {
            return report.finish(
                .failed, imageID: image.id, digest: plan.digest, exit: error.exitStatus.rawValue,
                errors: error.diagnostics)
        }
        return report.finish(.reused, imageID: image.id, digest: plan.digest, exit: 0)
    }

    // MARK: - A build that is there

    /// Goes on with a build; returns the exit code.
    func resume(_ text: String) async throws(CommandFailure) -> Int32 {
        guard let id = BuildID(text) else {
            throw CommandFailure(.usage, "'\(text)' is no build's id", notes: knownBuilds)
        }
        report.begin(id)
        guard FileSystem.exists(journals.path(of: id)) else {
            throw CommandFailure(.badInput, "there is no journal of a build \(id)", notes: knownBuilds)
        }
        let journal = try await asCommand({ () async throws(FileError) in
            try await Journal.open(id, in: journals, now: { Date() })
        })
        let state = journal.state
        if state.end == .published {
            return report.finish(.published, imageID: state.imageID, digest: state.plan.digest, exit: 0)
        }
        guard state.end == nil || state.end == .resumable else {
            throw CommandFailure(
                .badInput, "the build \(id) has ended: \(state.end?.rawValue ?? "")",
                notes: ["begin a new one; `build-ami reap` removes what it may have left"])
        }
        if let own = state.plan.local {
            var trial: ImageTrial?
            if let cluster = own.trial, !state.hasReached(.tested) {
                let logins = TrialLogins(cluster.config)
                do throws(CommandFailure) {
                    _ = try await logins.logins()
                } catch {
                    throw CommandFailure(error.status, error.diagnostics + [BuildRun.wayOn(id)])
                }
                trial = imageTrial(cluster, logins)
            }
            try await asCommand({ () async throws(FileError) in try journal.write(.resumed) })
            return await carryOut(journal, host(state.plan, own, trial), WaitTimer(ContinuousClock()))
        }
        let outside = try makeOutside(region: state.plan.ec2?.region, spec: nil)
        let status: Int32
        do throws(CommandFailure) {
            let services = try await services(outside, state.plan)
            do throws(CommandFailure) {
                try await checkAccount(state.plan, services)
            } catch {
                throw CommandFailure(
                    error.status == .unavailable ? .unfinished : error.status,
                    error.diagnostics + [BuildRun.wayOn(id)])
            }
            let host = try host(state.plan, services, outside)
            let kept = state.resources.compactMap { resource in
                if case .made(let id) = state.standing(resource) { id } else { nil }
            }
            try await asCommand({ () async throws(BuildFailure) in
                do throws(HostError) {
                    try await host.prolong(kept)
                } catch {
                    guard error.code != .rejected, error.code != .notKnownYet else { return }
                    throw BuildFailure(error.code == .refused ? .refused : .unfinished, [error.diagnostic()])
                }
            })
            try await asCommand({ () async throws(FileError) in try journal.write(.resumed) })
            status = await carryOut(journal, host, outside.timer)
        } catch {
            await outside.shutDown()
            throw error
        }
        await outside.shutDown()
        return status
    }

    /// What helps somebody whose build is not finished.
    private static func wayOn(_ id: BuildID) -> Diagnostic {
        Diagnostic(
            .note, "what has been made is left: go on with `pgpool-aurora build-ami --resume \(id)`",
            notes: ["`pgpool-aurora build-ami reap` removes it instead"])
    }

    private var knownBuilds: [String] {
        let ids = journals.builds.suffix(5).map(\.text)
        return ids.isEmpty
            ? ["there is no journal in \(journals.path)"] : ["journals are there of \(ids.joined(separator: ", "))"]
    }

    // MARK: - Carrying it out

    func carryOut(_ journal: Journal, _ host: any BuildHost, _ timer: WaitTimer) async -> Int32 {
        let plan = journal.state.plan
        report.say("build \(plan.buildID), journal \(journal.path)")
        let runtime = BuildRuntime(
            timer: timer, now: { Date() }, random: { Double.random(in: 0..<1) },
            report: { [report] in report.take($0) })
        let flow = BuildFlow(host: host, journal: journal, runtime: runtime, pace: pace(on: plan), deadline: deadline)
        let (result, signal) = await SignalledTask.run(report) { await flow.run() }
        if journal.state.isOver { removeCopy(plan) }
        var errors = result.failure?.diagnostics ?? []
        var exit = result.failure?.exitStatus.rawValue ?? 0
        if let signal, result.failure?.code == .cancelled { exit = 128 + signal }
        switch result.status {
        case .resumable where journal.state.hasReached(.marked):
            errors.append(
                Diagnostic(
                    .note,
                    "the image \(result.imageID ?? "") is good and stays; `pgpool-aurora build-ami --resume "
                        + "\(plan.buildID)` does what is left"))
        case .resumable:
            errors.append(BuildRun.wayOn(plan.buildID))
        case .failed where plan.keepsOnFailure:
            errors.append(
                Diagnostic(.note, "what has been made is left, as asked; `pgpool-aurora build-ami reap` removes it"))
        case .cancelled:
            errors = [
                Diagnostic(
                    .note,
                    result.hasLeftovers
                        ? "interrupted; `pgpool-aurora build-ami reap` removes what is left"
                        : "interrupted; what was made is removed")
            ]
        case .published, .failed:
            if result.hasLeftovers {
                errors.append(Diagnostic(.note, "`pgpool-aurora build-ami reap` removes what is left"))
            }
        case .reused, .planned, .reaped: break
        }
        return report.finish(
            result.status, imageID: result.imageID, digest: plan.digest, exit: exit, errors: errors)
    }

    /// The certificates that were kept for a build that needs them no more.
    func removeCopy(_ plan: BuildPlan) {
        for artifact in plan.artifacts {
            guard let path = artifact.path, path.hasPrefix(journals.path + "/") else { continue }
            try? FileSystem.remove(path)
        }
    }
}
