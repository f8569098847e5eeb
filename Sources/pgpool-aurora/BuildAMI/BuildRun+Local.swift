import AWSClient
import ClusterSpec
import Diagnostics
import FoundationEssentials
import Glibc
import ImageBuild
import LocalFiles
import Provisioning
import QEMUHost
import Templates

extension BuildRun {
    /// Builds on a virtual machine of this machine's; returns the exit code.
    func buildHere(
        _ request: BuildRequest, _ spec: ClusterSpec, _ publication: Publication, _ tool: Artifact
    ) async throws(CommandFailure) -> Int32 {
        report.take(.phaseBegins(.preflight))
        let begin = ContinuousClock.now
        let time = Date()
        let random = UInt64.random(in: 0 ... .max)
        var trial: ImageTrial?
        let cluster = try self.trial(request, spec)
        if let cluster {
            // What is wrong with a password is better known now than when the image is there.
            let logins = TrialLogins(cluster.config)
            let known = try await logins.logins()
            await logins.warnings.forEach(report.warn)
            try await BuildRun.check(cluster, known)
            trial = imageTrial(cluster, logins)
        }
        let preflight = LocalPreflight(
            spec.image,
            try BuildRun.thisMachine(specFolder: FileSystem.parent(of: BuildInputs.absolute(request.config))),
            BuildRun.toolbox)
        var findings = try await asCommand({ () async throws(BuildFailure) in try await preflight.run() })
        findings.plan.trial = cluster
        let copy = journals.path(of: BuildID(at: time, random: random), "rds-ca.pem")
        var isPlanned = false
        defer { if !isPlanned { try? FileSystem.remove(copy) } }
        let certificates = try await BuildInputs.certificates(
            request.certificates, Partition(ofRegion: spec.image.region?.value ?? "us-east-1"), keptAs: copy, report,
            fetch: BuildRun.fetch)
        let planner = BuildPlanner(
            spec: spec, toolVersion: ToolVersion.current, time: time, random: random,
            guestFiles: Provisioning.all, templates: Templates.all, artifacts: [tool, certificates],
            publication: publication, deadline: deadline, keepsOnFailure: request.keepsOnFailure)
        let plan: BuildPlan
        do throws(DiagnosticsError) {
            plan = try planner.plan(onThisMachine: findings.plan)
        } catch {
            throw CommandFailure(.badInput, error.diagnostics)
        }
        report.begin(plan.buildID)
        findings.warnings.forEach(report.warn)
        report.take(.phaseEnds(.preflight, begin.duration(to: .now) / .seconds(1)))
        if !request.isForced,
            let image = LocalImage.find(
                digest: plan.digest, in: findings.plan.dataFolder, wasTried: cluster != nil)
        {
            report.say("an equal image is there already: \(image.id), in \(image.path); --force builds another one")
            return try await use(image, plan, isDryRun: request.isDryRun)
        }
        guard !request.isDryRun else {
            report.show(plan)
            return report.finish(.planned, imageID: nil, digest: plan.digest, exit: 0)
        }
        let journal = try await asCommand({ () async throws(FileError) in
            try await Journal.begin(plan, in: journals, now: { Date() })
        })
        isPlanned = true
        return await carryOut(journal, host(plan, findings.plan, trial), WaitTimer(ContinuousClock()))
    }

    private func use(_ image: LocalImage, _ plan: BuildPlan, isDryRun: Bool) async throws(CommandFailure) -> Int32 {
        guard !isDryRun else { return report.finish(.reused, imageID: image.id, digest: plan.digest, exit: 0) }
        do throws(BuildFailure) {
            if let change = try await LocalPublisher(plan.publication).write(image.id) { report.take(.note(change)) }
        } catch {
            return report.finish(
                .failed, imageID: image.id, digest: plan.digest, exit: error.exitStatus.rawValue,
                errors: error.diagnostics)
        }
        return report.finish(.reused, imageID: image.id, digest: plan.digest, exit: 0)
    }

    /// Without a word to AWS's configuration being right.
    private static func fetch(_ address: String) async throws(FetchError) -> [UInt8] {
        let outside: AWSOutside
        do throws(DiagnosticsError) {
            outside = try AWSOutside { _ in }
        } catch {
            throw FetchError(message: error.diagnostics.first?.message ?? address)
        }
        let result: Result<[UInt8], FetchError>
        do throws(FetchError) {
            result = .success(try await outside.fetch(address))
        } catch {
            result = .failure(error)
        }
        await outside.shutDown()
        return try result.get()
    }

    /// Where a build on this machine runs.
    func host(_ plan: BuildPlan, _ own: LocalPlan, _ trial: ImageTrial? = nil) -> QEMUHost {
        let trial = trial ?? own.trial.map { imageTrial($0, TrialLogins($0.config)) }
        return QEMUHost(
            plan, own, tools: BuildRun.toolbox, timer: WaitTimer(ContinuousClock()), now: { Date() }, trial: trial,
            say: { [report] in report.take(.note($0)) })
    }

    /// Nothing is asked over a network: what was made shows at once, and a console may be read at any time.
    func pace(on plan: BuildPlan) -> BuildPace {
        guard plan.local != nil else { return pace }
        var own = pace
        if !isPaceGiven {
            own.poll = .seconds(2)
            own.console = .seconds(2)
        }
        own.settle = min(own.settle, .seconds(2))
        own.lateConsole = .seconds(2)
        return own
    }

    // MARK: - This machine

    private static var toolbox: Toolbox { Toolbox(path: ProcessInfo.processInfo.environment["PATH"] ?? "") }

    static func thisMachine(specFolder: String = "/") throws(CommandFailure) -> LocalPreflight.Machine {
        let environment = ProcessInfo.processInfo.environment
        func folder(_ variable: String, _ fallback: String) throws(CommandFailure) -> String {
            if let folder = environment[variable], folder.hasPrefix("/") { return "\(folder)/pgpool-aurora" }
            guard let home = environment["HOME"], home.hasPrefix("/") else {
                throw CommandFailure(
                    .badInput, "there is no HOME to keep images in", notes: ["set HOME, or \(variable)"])
            }
            return "\(home)/\(fallback)/pgpool-aurora"
        }
        return LocalPreflight.Machine(
            architecture: machineArchitecture, isRoot: geteuid() == 0,
            dataFolder: try folder("XDG_DATA_HOME", ".local/share"),
            cacheFolder: try folder("XDG_CACHE_HOME", ".cache"),
            specFolder: specFolder, sources: aptSources,
            week: Int(Date().timeIntervalSince1970) / (7 * 86_400))
    }

    private static var machineArchitecture: String {
        var names = utsname()
        uname(&names)
        return withUnsafeBytes(of: &names.machine) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }

    private static var aptSources: [String: String] {
        let folder = "/etc/apt/sources.list.d"
        let paths =
            ["/etc/apt/sources.list"]
            + FileSystem.names(in: folder).filter { $0.hasSuffix(".list") || $0.hasSuffix(".sources") }
            .map { "\(folder)/\($0)" }
        var files: [String: String] = [:]
        for path in paths {
            guard let bytes = try? FileSystem.read(path) else { continue }
            files[path] = String(decoding: bytes, as: UTF8.self)
        }
        return files
    }
}
