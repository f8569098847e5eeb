package import AWSClient
package import ClusterSpec
package import Diagnostics
package import FoundationEssentials
package import ImageBuild
import LocalFiles
package import SimulatedEC2
import Synchronization
package import TestBasics

/// A simulated AWS with a clock by hand, and builds in it as the command puts them together.
package final class BuildScene: Sendable {
    package let clock = ManualClock()
    package let simulation: Simulation
    package let folder: TemporaryFolder
    package let events = EventLog()
    package let mutations = MutationWatch()
    package let options: BuildOptions
    /// What is between a build and the simulation.
    package let wire: Wire
    private let chance: Mutex<SeededGenerator>

    package init(
        _ image: [String: String] = [:], options: BuildOptions = BuildOptions(),
        _ change: (inout SimulationSettings) -> Void = { _ in }
    ) throws {
        var settings = SimulationSettings()
        settings.buckets = ["builds": "eu-west-1", "elsewhere": "us-east-1"]
        settings.guests = [.with { $0.remarks = ["package pgpool2 4.3.5-1"] }]
        change(&settings)
        simulation = Simulation(settings, clock: .manual(clock)) { [mutations] in mutations.tell($0) }
        wire = Wire(simulation)
        folder = try TemporaryFolder()
        var options = options
        options.image = image.merging(options.image) { first, _ in first }
        self.options = options
        chance = Mutex(SeededGenerator(seed: options.seed))
        try folder.write("tool", options.tool)
        try folder.write("ca.pem", "-----BEGIN CERTIFICATE-----\n")
    }

    package var journals: Journal.Folder { Journal.Folder("\(folder.path)/builds") }
    package var manifests: String { "\(folder.path)/manifests" }

    @Sendable package func date() -> Date {
        Date(timeIntervalSince1970: 1_790_000_000 + clock.now.offset / .seconds(1))
    }

    /// A number in 0..<1; always the middle unless the test wants chance.
    @Sendable package func random() -> Double {
        options.seed == 0 ? 0.5 : chance.withLock { Double.random(in: 0..<1, using: &$0) }
    }

    // MARK: - The outside

    package func client(_ region: String = "eu-west-1") -> AWSClient {
        AWSClient(
            region: region, credentials: options.credentials,
            runtime: AWSRuntime(
                transport: wire, timer: WaitTimer(clock), now: { [self] in date() }, random: { [self] in random() },
                notice: { [events] in events.add(notice: $0) }),
            endpoint: { HTTPURL(scheme: "http", host: "\($0.name).simulated.test") })
    }

    package var services: EC2Host.Services {
        let client = client()
        return EC2Host.Services(ec2: EC2(client), ssm: SSM(client), s3: S3(client), sts: STS(client))
    }

    private func services(for plan: BuildPlan) -> EC2Host.Services {
        var services = services
        if let region = plan.ec2?.bucket?.region { services.s3 = S3(client(region)) }
        return services
    }

    package func host(_ plan: BuildPlan) -> EC2Host {
        guard let own = plan.ec2 else { preconditionFailure("a plan for EC2") }
        return EC2Host(plan, own, services(for: plan), timer: WaitTimer(clock), now: { [self] in date() }) {
            artifact throws(HostError) in
            guard let path = artifact.path, let bytes = (try? FileSystem.read(path)) ?? nil,
                sha256Text(of: bytes) == artifact.sha256
            else { throw HostError(.rejected, "an artifact has changed") }
            return bytes
        }
    }

    package var runtime: BuildRuntime {
        BuildRuntime(
            timer: WaitTimer(clock), now: { [self] in date() }, random: { [self] in random() },
            report: { [events] in events.add($0) })
    }

    // MARK: - A build

    package func spec() throws -> ClusterSpec {
        try ClusterSpec(parsing: Array(options.yaml.utf8), file: "cluster.yaml")
    }

    /// Looks at all of it before anything is made.
    package func plan() async throws -> BuildPlan {
        let spec = try spec()
        let services = services
        let preflight = EC2Preflight(spec.image, services, region: "eu-west-1") { [self] bucket throws(AWSError) in
            try await S3(client()).region(ofBucket: bucket)
        }
        let findings = try await preflight.run()
        findings.warnings.forEach { events.add(.warning($0)) }
        let planner = BuildPlanner(
            spec: spec, toolVersion: "1.0-test", time: date(), random: options.seed, guestFiles: options.guestFiles,
            templates: ["pgpool.conf": "a = 1\n"], artifacts: try artifacts(), publication: try publication(spec),
            deadline: options.deadline, keepsOnFailure: options.keepsOnFailure)
        let plan = try planner.plan(on: findings.plan, baseImage: findings.baseImage.id)
        try await preflight.rehearse(host(plan))
        return plan
    }

    private func artifacts() throws -> [Artifact] {
        try [(Artifact.Name.tool, "tool"), (.certificates, "ca.pem")].map { name, file in
            let bytes = Array(try folder.read(file).utf8)
            return Artifact(
                name, path: "\(folder.path)/\(file)", sha256: sha256Text(of: bytes), size: bytes.count)
        }
    }

    private func publication(_ spec: ClusterSpec) throws -> Publication {
        let file = try options.parameters.map { try folder.write("stack.yaml", $0) }
        return Publication(
            ssmParameter: spec.image.publish.ssmParameter.value, parametersFile: file,
            previousImage: options.previousImage, manifestFolder: manifests)
    }

    /// Begins the journal of a new build.
    package func begin(now: (@Sendable () -> Date)? = nil) async throws -> Journal {
        try await Journal.begin(try await plan(), in: journals, now: now ?? { [self] in date() })
    }

    package func flow(_ journal: Journal, deadline: Duration? = nil) -> BuildFlow {
        BuildFlow(
            host: host(journal.state.plan), journal: journal, runtime: runtime, pace: options.pace, deadline: deadline)
    }

    /// A whole build, after a look at what is there already.
    package func build() async throws -> BuildOutcome {
        let plan = try await plan()
        let reuse = EC2Reuse(services.ec2)
        guard try await reuse.image(withDigest: plan.digest) == nil, try await reuse.image(named: plan.imageName) == nil
        else { throw SceneError() }
        let journal = try await Journal.begin(plan, in: journals, now: { [self] in date() })
        return BuildOutcome(await flow(journal).run(), journal.state)
    }

    /// Goes on with the one build that there is, as another run of the command does.
    package func resume() async throws -> BuildOutcome {
        let journal = try await Journal.open(try buildID, in: journals, now: { [self] in date() })
        let state = journal.state
        do throws(HostError) {
            try await host(state.plan).prolong(state.resources.compactMap { state.id(of: $0) })
        } catch {
            guard error.code == .rejected || error.code == .notKnownYet else { throw error }
        }
        try journal.write(.resumed)
        return BuildOutcome(await flow(journal).run(), journal.state)
    }

    /// Removes what the one build has left, as `reap` does; returns what could not be removed.
    package func reap() async throws -> (left: [Diagnostic], state: BuildState) {
        let journal = try await Journal.open(try buildID, in: journals, now: { [self] in date() })
        let remover = Remover(
            host: host(journal.state.plan), journal: journal, runtime: runtime, pace: options.pace)
        let left = await remover.removeAll()
        let state = journal.state
        if state.leftovers.isEmpty {
            try journal.write(.ended(status: state.hasReached(.marked) ? .published : .failed, image: state.imageID))
        }
        return (left, journal.state)
    }

    package var buildID: BuildID {
        get throws {
            guard let id = journals.builds.first, journals.builds.count == 1 else { throw SceneError() }
            return id
        }
    }

    // MARK: - What came of it

    /// The calls that are no polls while something is waited for.
    package var callsBesidesPolls: [CallRecord] {
        let polls: Set = ["DescribeInstances", "DescribeSnapshots", "GetConsoleOutput"]
        var hasMade = false
        return simulation.calls.filter { call in
            hasMade = hasMade || call.operation == "CreateImage" && !call.isDryRun
            return !polls.contains(call.operation) && !(hasMade && call.operation == "DescribeImages")
        }
    }

    /// How many images were ever begun.
    package var imagesMade: Int { simulation.calls(of: "CreateImage").filter(\.hadEffect).count }
}

package struct SceneError: Error {
    package init() {}
}

/// What a build came to.
package struct BuildOutcome: Sendable {
    package var result: BuildResult
    package var state: BuildState

    package init(_ result: BuildResult, _ state: BuildState) {
        self.result = result
        self.state = state
    }

    package var status: BuildStatus { result.status }
    package var code: BuildFailure.Code? { result.failure?.code }
    /// All that a person reads of why.
    package var text: String { (result.failure?.diagnostics ?? []).map(\.description).joined(separator: "\n") }
}
