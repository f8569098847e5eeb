import FoundationEssentials
import ScriptedServer
import SimulatedEC2
import TestBasics
import ToolRuns

/// A user's folder with a spec, a parameters file and what else a build needs, and an AWS that answers it.
final class BuildScene: Sendable {
    let folder: TemporaryFolder
    /// Where AWS is.
    let url: String
    /// The run that is under way, for whoever signals it.
    let target: SignalTarget
    let variables: [String: String]

    /// What nobody may ever see.
    static let secretKey = "FAKE/canary+secret/key"
    static let token = "FAKE/canary+token=="

    /// The parameters file, with an image's id in it or none.
    static func parameters(_ id: String = "ami-0123456789abcdef0") -> String {
        """
        # The stack of the tests.
        vpc_id: vpc-0a1b2c3d4e5f60718   # ours
        ami_id: "\(id)"   # by build-ami
        instance_type: 't3.small'

        """
    }

    static let spec = """
        image:
          region: eu-west-1
          base: debian-12
          artifact: {bucket: builds}
          publish: {ssm_parameter: /images/pgpool}

        """

    init(url: String, target: SignalTarget = SignalTarget(), variables: [String: String] = [:]) throws {
        folder = try TemporaryFolder()
        self.url = url
        self.target = target
        let own = [
            "PATH": "/usr/bin:/bin", "HOME": folder.path, "AWS_ENDPOINT_URL": url,
            "AWS_ACCESS_KEY_ID": "AKIACANARYEXAMPLE", "AWS_SECRET_ACCESS_KEY": BuildScene.secretKey,
            "AWS_SESSION_TOKEN": BuildScene.token, "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": "/nonexistent", "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent",
        ]
        self.variables = own.merging(variables) { _, new in new }
        try folder.write("cluster.yaml", BuildScene.spec)
        try folder.write("stack.yaml", BuildScene.parameters())
        try folder.write(
            "ca.pem", "-----BEGIN CERTIFICATE-----\nnone of anybody's\n-----END CERTIFICATE-----\n")
    }

    /// The arguments of a new build. The program that gets into the image is a small one, so that little is uploaded.
    static let arguments = [
        "build-ami", "--config", "cluster.yaml", "--parameters", "stack.yaml", "--state-dir", "state", "--tool",
        "/bin/true", "--ca-bundle", "ca.pem", "--poll", "0.05",
    ]

    func tool(_ arguments: [String], under prefix: [String] = []) async throws -> ToolRun {
        let target = target
        return try await ToolRun.of(
            arguments, in: folder.path, under: prefix, variables: variables, onStart: { target.begin($0) },
            onEnd: { target.end() })
    }

    func build(_ options: [String] = [], under prefix: [String] = []) async throws -> ToolRun {
        try await tool(BuildScene.arguments + options, under: prefix)
    }

    func resume(_ id: String, _ options: [String] = []) async throws -> ToolRun {
        try await tool(["build-ami", "--resume", id, "--state-dir", "state", "--poll", "0.05"] + options)
    }

    /// Journals have their times in whole seconds, so that what is to settle has one less than it says.
    func reap(_ options: [String] = ["--yes"], state: String = "state") async throws -> ToolRun {
        try await tool(
            ["build-ami", "reap", "--region", "eu-west-1", "--state-dir", state, "--poll", "0.05", "--settle", "2"]
                + options)
    }

    /// The builds that have a journal.
    var builds: [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/state/builds")) ?? []
        return names.filter { $0.hasSuffix(".jsonl") }.map { String($0.dropLast(6)) }.sorted()
    }

    func journal(_ id: String) throws -> String { try folder.read("state/builds/\(id).jsonl") }

    /// The names of the manifests beside the parameters file.
    var manifests: [String] { get throws { try folder.names.filter { $0.hasSuffix(".manifest.json") } } }
}

/// Runs with a simulation of AWS that runs so many times faster, and a folder.
func withBuildScene<Value: Sendable>(
    speed: Double = 50, variables: [String: String] = [:], target: SignalTarget = SignalTarget(),
    _ change: (inout SimulationSettings) -> Void = { _ in },
    onMutation: @escaping Simulation.MutationHook = { _ in },
    intercepting: @escaping @Sendable (ReceivedRequest) async -> Action? = { _ in nil },
    while body: (BuildScene, Simulation) async throws -> Value
) async throws -> Value {
    var settings = SimulationSettings()
    settings.buckets = ["builds": "eu-west-1"]
    // The parameter of Systems Manager is there at once; the tool looks again only after two seconds.
    settings.durations.parameterCheck = .zero
    change(&settings)
    let simulation = Simulation(settings, clock: .real(speed: speed), onMutation: onMutation)
    return try await withSimulatedServer(simulation, intercepting: intercepting) { url in
        try await body(try BuildScene(url: url, target: target, variables: variables), simulation)
    }
}

extension Simulation {
    /// How often an operation had its effect.
    func count(of operation: String) -> Int { mutations.filter { $0.operation == operation }.count }

    /// What is left over, whatever its state, which changes by itself.
    var leftoverNames: [String] {
        leftovers.map { line in String(line[..<(line.firstRange(of: " is ")?.lowerBound ?? line.endIndex)]) }
    }

    /// The images that are published.
    var publishedImages: [SimulatedImage] { images.filter { $0.tags.values["pgpool-aurora:published"] != nil } }
}
