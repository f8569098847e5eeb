import FoundationEssentials
import RealCluster
import ScriptedServer
import Subprocess
import Synchronization
import SystemPackage
import TestBasics
import Testing

/// The built command against a server that stands for the metadata, CloudFormation and the doctor.
struct SignalTests {
    private struct Run {
        var exit: TerminationStatus
        var errors: String
    }

    private let scene: TemporaryFolder

    init() throws {
        scene = try TemporaryFolder()
    }

    /// What the doctor answers, one after the other, the last one for ever; and what CloudFormation answers.
    private func run(
        _ arguments: [String], ready: [Int] = [200], cloudFormation: Action = taken
    ) async throws -> (run: Run, signals: [[String: String]]) {
        let answers = Mutex(ready)
        let signals = Signals()
        return try await withScriptedServer { request in
            switch request.target {
            case "/latest/api/token": return .answer(text: "token")
            case "/latest/meta-data/instance-id":
                let token = request.values(of: "x-aws-ec2-metadata-token").first
                return token == "token" ? .answer(text: "i-0123456789abcdef0") : .answer(401)
            case "/ready":
                let status = answers.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }
                return .answer(status, text: status == 200 ? "ready\n" : "starting: no probe has ended\n")
            default:
                signals.add(request.text)
                return cloudFormation
            }
        } while: { server in
            let spec = try scene.write("cluster.yaml", "health: {port: \(server.port)}\n")
            let environment = Environment.inherit.updating([
                "AWS_EC2_METADATA_SERVICE_ENDPOINT": .some(server.url), "AWS_ENDPOINT_URL": .some(server.url),
                "AWS_ACCESS_KEY_ID": "an-id", "AWS_SECRET_ACCESS_KEY": "a-canary", "AWS_EC2_METADATA_DISABLED": nil,
                "AWS_PROFILE": nil,
            ])
            let record = try await Subprocess.run(
                .path(FilePath(BuiltTool.path)),
                arguments: Arguments(
                    ["signal", "--stack", "a-stack", "--resource", "Group", "--region", "us-east-1", "--spec", spec]
                        + arguments), environment: environment, input: .none, output: .string(limit: 1 << 20),
                error: .string(limit: 1 << 20))
            #expect(!record.standardError.contains("a-canary"))
            return (Run(exit: record.terminationStatus, errors: record.standardError), signals.all)
        }
    }

    private static let taken = Action.answer(
        headers: [("Content-Type", "text/xml")],
        text:
            "<SignalResourceResponse><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></SignalResourceResponse>"
    )

    private static func refusal(_ code: String, _ message: String, status: Int) -> Action {
        .answer(
            status, headers: [("Content-Type", "text/xml")],
            text: "<ErrorResponse><Error><Type>Sender</Type><Code>\(code)</Code><Message>\(message)</Message></Error>"
                + "<RequestId>1</RequestId></ErrorResponse>")
    }

    private func expected(_ status: String) -> [String: String] {
        [
            "Action": "SignalResource", "Version": "2010-05-15", "StackName": "a-stack", "LogicalResourceId": "Group",
            "UniqueId": "i-0123456789abcdef0", "Status": status,
        ]
    }

    @Test func successIsSentOnceTheDoctorCallsItReady() async throws {
        let (run, signals) = try await run(["--when-ready"], ready: [503, 503, 200])
        #expect(run.exit == .exited(0), "\(run.errors)")
        #expect(signals == [expected("SUCCESS")])
        #expect(
            run.errors == """
                pgpool-aurora: waiting: /ready: 503, starting: no probe has ended
                pgpool-aurora: ready: ready
                pgpool-aurora: SUCCESS was sent to a-stack

                """)
    }

    @Test func afterTheDeadlineFailureIsSentAndTheReasonSaid() async throws {
        let (run, signals) = try await run(["--when-ready", "--deadline", "2s"], ready: [503])
        #expect(run.exit == .exited(1), "\(run.errors)")
        #expect(signals == [expected("FAILURE")])
        #expect(run.errors.contains("not ready: /ready: 503, starting: no probe has ended, for 2 s"))
    }

    @Test func aFailureIsSentWithoutAskingTheDoctor() async throws {
        let (run, signals) = try await run(["--failure", "no room"], ready: [200])
        #expect(run.exit == .exited(0), "\(run.errors)")
        #expect(signals == [expected("FAILURE")])
        #expect(run.errors.contains("not ready: no room"))
    }

    @Test func whereNobodyWaitsItIsContent() async throws {
        let (run, _) = try await run(
            ["--when-ready"],
            cloudFormation: Self.refusal(
                "ValidationError",
                "Stack:arn:aws:cloudformation:us-east-1:123456789012:stack/a-stack/1 is in CREATE_COMPLETE state and cannot be signaled",
                status: 400))
        #expect(run.exit == .exited(0), "\(run.errors)")
        #expect(run.errors.contains("no creation or update of a-stack waits for SUCCESS"))
    }

    @Test func aRefusalIsAnErrorWithItsExitCode() async throws {
        let (run, signals) = try await run(
            ["--when-ready"], cloudFormation: Self.refusal("AccessDenied", "not authorized", status: 403))
        #expect(run.exit == .exited(77), "\(run.errors)")
        #expect(signals == [expected("SUCCESS")])
    }

    @Test(arguments: [[], ["--when-ready", "--failure", "x"], ["--when-ready", "--deadline", "soon"]])
    func whatMakesNoSenseIsUsage(arguments: [String]) async throws {
        #expect(try await run(arguments).run.exit == .exited(64))
    }
}

/// What CloudFormation was told, each as its fields.
private final class Signals: Sendable {
    private let seen = Mutex<[[String: String]]>([])

    var all: [[String: String]] { seen.withLock { $0 } }

    func add(_ body: String) {
        var fields: [String: String] = [:]
        for pair in body.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1).map(String.init)
            fields[parts[0]] = parts.count == 2 ? parts[1] : ""
        }
        seen.withLock { [fields] in $0.append(fields) }
    }
}
