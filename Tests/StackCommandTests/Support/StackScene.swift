import FoundationEssentials
import ScriptedServer
import SimulatedCloudFormation
import TestBasics
import TestPython
import Testing
import ToolRuns

/// A user's folder with a spec and a parameters file, and a CloudFormation that answers the tool.
final class StackScene: Sendable {
    let folder: TemporaryFolder
    let cloud: SimulatedCloud
    /// The run that is under way, for whoever signals it.
    let target: SignalTarget
    private let variables: [String: String]

    /// What nobody may ever see.
    static let secretKey = "FAKE/canary+secret/key"
    static let token = "FAKE/canary+token=="

    static let name = "orders"

    static func parameters(cidrs: String = "10.0.0.0/16") -> String {
        """
        # The stack of the tests.
        ami_id: ami-0123456789abcdef0   # by build-ami
        vpc_id: vpc-0a1b2c3d4e5f60718
        subnet_ids: [subnet-0a1b2c3d, subnet-4e5f6a7b]
        client_cidrs: [\(cidrs)]

        """
    }

    static let spec = """
        pgpool:
          weights: {writer: 1, reader: 10}

        """

    init(url: String, cloud: SimulatedCloud, target: SignalTarget, variables: [String: String?]) throws {
        folder = try TemporaryFolder()
        self.cloud = cloud
        self.target = target
        var own: [String: String?] = [
            "PATH": "/usr/bin:/bin", "HOME": folder.path, "AWS_ENDPOINT_URL": url, "AWS_REGION": "eu-west-1",
            "AWS_ACCESS_KEY_ID": "AKIACANARYEXAMPLE", "AWS_SECRET_ACCESS_KEY": StackScene.secretKey,
            "AWS_SESSION_TOKEN": StackScene.token, "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": "/nonexistent", "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent",
        ]
        own.merge(variables) { _, new in new }
        self.variables = own.compactMapValues(\.self)
        try folder.write("cluster.yaml", StackScene.spec)
        try folder.write("stack.yaml", StackScene.parameters())
    }

    // MARK: - Runs

    func tool(_ arguments: [String], under prefix: [String] = []) async throws -> ToolRun {
        let target = target
        let run = try await ToolRun.of(
            ["stack"] + arguments, in: folder.path, under: prefix, variables: variables,
            onStart: { target.begin($0) }, onEnd: { target.end() })
        for secret in [StackScene.secretKey, StackScene.token] { #expect(!run.words.contains(secret)) }
        return run
    }

    static let described = ["--config", "cluster.yaml", "--parameters", "stack.yaml"]
    static let named = ["--name", name, "--poll", "0.02"]

    func deploy(_ options: [String] = []) async throws -> ToolRun {
        try await tool(["deploy", "--yes"] + StackScene.described + StackScene.named + options)
    }

    func diff(_ options: [String] = []) async throws -> ToolRun {
        try await tool(["diff"] + StackScene.described + StackScene.named + options)
    }

    func outputs(_ options: [String] = []) async throws -> ToolRun {
        try await tool(["outputs"] + StackScene.named + options)
    }

    func destroy(_ options: [String] = []) async throws -> ToolRun {
        try await tool(["destroy", "--yes"] + StackScene.named + options)
    }

    /// Runs on a terminal of 80 columns, where the answer is typed once it is asked; all that comes there is the output.
    func onTerminal(_ arguments: [String], typing answer: String) async throws -> ToolRun {
        let script = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "terminal.py").path
        return try await tool(
            arguments + StackScene.named, under: [try TestPython.path(), "-I", script, "[y/N] ", answer])
    }

    // MARK: - What is there

    static let ami = ["-c", "ami_id=ami-0fedcba9876543210"]

    var word: String? { cloud.word(of: StackScene.name) }
    var image: String? { cloud.parameters(of: StackScene.name)["AmiId"] }
    var openChangeSets: [String] { cloud.openChangeSets(of: StackScene.name) }

    /// Waits until something is so, which happens by itself.
    func until(_ isSo: () -> Bool) async throws {
        for _ in 0..<500 where !isSo() { try await Task.sleep(for: .milliseconds(20)) }
        #expect(isSo())
    }
}

/// Runs with a simulation that is so many times faster, and a folder.
func withStackScene<Value: Sendable>(
    speed: Double = 100, target: SignalTarget = SignalTarget(), variables: [String: String?] = [:],
    _ change: (inout CloudSettings) -> Void = { _ in },
    onMutation: @escaping SimulatedCloud.MutationHook = { _ in },
    intercepting: @escaping @Sendable (ReceivedRequest) async -> Action? = { _ in nil },
    while body: (StackScene) async throws -> Value
) async throws -> Value {
    var settings = CloudSettings()
    settings.outputs = ["NLBEndpoint": "lb.example.com"]
    change(&settings)
    let cloud = SimulatedCloud(clock: .real(speed: speed), settings, onMutation: onMutation)
    return try await withSimulatedCloud(cloud, intercepting: intercepting) { url in
        try await body(try StackScene(url: url, cloud: cloud, target: target, variables: variables))
    }
}
