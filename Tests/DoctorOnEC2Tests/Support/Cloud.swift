import AWSClient
import AWSTransport
import Diagnostics
import DoctorOnEC2
import Foundation
import ScriptedServer
import Synchronization

/// What an instance has around it: its metadata, CloudWatch and Auto Scaling, on one port of loopback.
final class Cloud: Sendable {
    struct State {
        /// What the group wants; nil where the instance is in none.
        var target: String? = "InService"
        /// What a request for that is answered with instead, first to last.
        var troubles: [Action] = []
        var group: String? = "a-group"
        /// What an operation answers, first to last; then it succeeds.
        var refusals: [String: [Action]] = [:]
        /// How long credentials take, and how often they were wanted.
        var credentialsTake = Duration.zero
        var credentialsWanted = 0
        var calls: [[String: String]] = []
        var asked: [String] = []
    }

    let state = Mutex(State())

    /// Each call so far, by its fields.
    func calls(_ operation: String) -> [[String: String]] {
        state.withLock { $0.calls.filter { $0["Action"] == operation } }
    }

    /// The paths of the metadata that were asked for.
    var asked: [String] { state.withLock { $0.asked } }

    func set(target: String?) { state.withLock { $0.target = target } }

    func refuse(_ operation: String, _ actions: Action...) { state.withLock { $0.refusals[operation] = actions } }

    static func refusal(_ code: String, _ message: String, status: Int = 400) -> Action {
        .answer(
            status, headers: [("Content-Type", "text/xml")],
            text: "<ErrorResponse><Error><Type>Sender</Type><Code>\(code)</Code><Message>\(message)</Message></Error>"
                + "<RequestId>\(UInt32.random(in: 0 ... .max))</RequestId></ErrorResponse>")
    }

    static let notWaiting = refusal("ValidationError", "No active Lifecycle Action found with instance ID i-1")

    /// By the text of the service, in which the age is another each time.
    static func tooYoung(_ age: Int) -> Action {
        refusal(
            "ValidationError",
            "The age of the instance (\(age) seconds) is less than the configured grace period of 600 seconds")
    }

    private func answer(_ request: ReceivedRequest) -> Action {
        let prefix = "/latest/meta-data/"
        if request.target == "/latest/api/token" { return .answer(text: "token") }
        guard !request.target.hasPrefix(prefix) else {
            guard request["x-aws-ec2-metadata-token"] == "token" else { return .answer(401) }
            let path = String(request.target.dropFirst(prefix.count))
            let trouble: Action? = state.withLock { state in
                guard path == "autoscaling/target-lifecycle-state", !state.troubles.isEmpty else { return nil }
                state.asked.append(path)
                return state.troubles.removeFirst()
            }
            if let trouble { return trouble }
            let text: String? = state.withLock { state in
                state.asked.append(path)
                switch path {
                case "instance-id": return "i-1"
                case "tags/instance/aws:autoscaling:groupName": return state.group
                case "autoscaling/target-lifecycle-state": return state.target
                default: return nil
                }
            }
            return text.map { .answer(text: $0) } ?? .answer(404)
        }
        var fields: [String: String] = [:]
        for pair in request.text.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1).map { String($0).removingPercentEncoding ?? "" }
            fields[parts[0]] = parts.count == 2 ? parts[1] : ""
        }
        let operation = fields["Action"] ?? ""
        return state.withLock { [fields] state in
            state.calls.append(fields)
            if let refusal = state.refusals[operation]?.first {
                state.refusals[operation]?.removeFirst()
                return refusal
            }
            return .answer(
                headers: [("Content-Type", "text/xml")],
                text:
                    "<\(operation)Response><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></\(operation)Response>"
            )
        }
    }

    /// Runs it, with a way to ask it as the command would.
    static func run(_ body: (Cloud, EC2Access) async throws -> Void) async throws {
        let cloud = Cloud()
        let transport = AsyncHTTPTransport()
        try await withScriptedServer {
            cloud.answer($0)
        } while: { server in
            try await body(cloud, access(cloud, server, transport))
        }
        await transport.shutDown()
    }

    private static func access(
        _ cloud: Cloud, _ server: ScriptedServer, _ transport: AsyncHTTPTransport
    ) throws -> EC2Access {
        let timer = WaitTimer(ContinuousClock())
        let configuration = try AWSConfiguration(
            AWSEnvironment(
                variables: ["AWS_EC2_METADATA_SERVICE_ENDPOINT": server.url], homeFolder: nil,
                readFile: { _ throws(DiagnosticsError) in nil }))
        let metadata = InstanceMetadata(
            try configuration.instanceMetadata(), transport: transport, now: { Date() }, sleep: timer.sleep)
        let client = AWSClient(
            region: "eu-west-1", credentials: Keys(cloud: cloud),
            runtime: AWSRuntime(transport: transport, timer: timer, now: { Date() }, random: { 0 }),
            endpoint: { _ in HTTPURL(server.url) ?? HTTPURL(scheme: "http", host: "unreachable.invalid") },
            policy: RetryPolicy(attempts: 3, base: .zero, limit: .zero))
        return EC2Access(
            metadata: { path throws(InstanceMetadataError) in try await metadata.text(path) },
            client: { () throws(DiagnosticsError) in client })
    }

    private struct Keys: CredentialSource {
        let cloud: Cloud

        func current() async throws(CredentialError) -> Credentials {
            let pause = cloud.state.withLock { state in
                state.credentialsWanted += 1
                return state.credentialsTake
            }
            try? await Task.sleep(for: pause)
            return Credentials(accessKeyID: "AKIDEXAMPLE", secretAccessKey: "secret", sessionToken: nil)
        }

        func invalidate(_ credentials: Credentials) async {}
    }
}
