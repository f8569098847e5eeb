import AWSClient
import FoundationEssentials
import SimulatedEC2
import TestBasics
import Testing

/// A simulation with a clock by hand, seen by our client.
struct Scene: Sendable {
    let clock = ManualClock()
    let simulation: Simulation

    init(
        _ change: (inout SimulationSettings) -> Void = { _ in },
        onMutation: @escaping Simulation.MutationHook = { _ in }
    ) {
        var settings = SimulationSettings()
        settings.buckets = ["builds": "eu-west-1", "elsewhere": "us-east-1"]
        change(&settings)
        simulation = Simulation(settings, clock: .manual(clock), onMutation: onMutation)
    }

    var ec2: EC2 { EC2(client()) }
    var s3: S3 { S3(client()) }
    var ssm: SSM { SSM(client()) }
    var sts: STS { STS(client()) }

    func client(region: String = "eu-west-1", attempts: Int = 1, accessKeyID: String = "AKIDEXAMPLE") -> AWSClient {
        AWSClient(
            region: region, credentials: FixedCredentials(accessKeyID: accessKeyID),
            runtime: AWSRuntime(
                transport: SimulatedTransport(simulation), timer: WaitTimer(clock),
                now: { [clock] in Date(timeIntervalSince1970: 1_790_000_000 + clock.now.offset / .seconds(1)) },
                random: { 0.5 }),
            endpoint: { HTTPURL(scheme: "http", host: "\($0.name).simulated.test") },
            policy: RetryPolicy(attempts: attempts, base: .milliseconds(500), limit: .seconds(10)))
    }

    func pass(_ seconds: Double) { clock.advance(by: .seconds(seconds)) }

    /// The id of a public image.
    func baseImage(_ architecture: String = "x86_64") async throws -> String {
        try await ssm.getParameter(
            "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-\(architecture)"
        ).value
    }

    static let userData = "#!/bin/sh\nPGPOOL_AURORA_BUILD_ID=b-1\n"

    func launch(_ token: String = "t-1", type: String = "t3.medium") async throws -> EC2.Launch {
        var launch = EC2.Launch(
            clientToken: token, imageID: try await baseImage(type.hasPrefix("t4g") ? "arm64" : "x86_64"),
            instanceType: type)
        launch.userData = Array(Scene.userData.utf8)
        launch.tags = ["pgpool-aurora:build-id": "b-1"]
        return launch
    }

    /// Launches an instance, and waits until it runs.
    func runningInstance(_ token: String = "t-1", type: String = "t3.medium") async throws -> String {
        let id = try await ec2.runInstance(try await launch(token, type: type)).id
        pass(15)
        return id
    }

    func instance(_ id: String) async throws -> EC2.Instance { try await ec2.describeInstances(.ids([id]))[0] }

    func image(_ id: String) async throws -> EC2.Image { try await ec2.describeImages(.ids([id]))[0] }

    func console(_ id: String, isLatest: Bool = true) async throws -> String {
        String(decoding: try await ec2.getConsoleOutput(id, isLatest: isLatest).bytes, as: UTF8.self)
    }
}

struct FixedCredentials: CredentialSource {
    var accessKeyID: String

    func current() async throws(CredentialError) -> Credentials {
        Credentials(accessKeyID: accessKeyID, secretAccessKey: "secret")
    }

    func invalidate(_ credentials: Credentials) async {}
}

/// The error of a call; nil when there is none.
func failure(_ call: () async throws -> Void) async -> AWSError? {
    do {
        try await call()
        return nil
    } catch {
        if !(error is AWSError) { Issue.record("\(error)") }
        return error as? AWSError
    }
}
