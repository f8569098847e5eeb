import AWSClient
import Diagnostics
import FoundationEssentials
import SimulatedCloudFormation
import StackDeploy
import Synchronization
import TestBasics

/// A simulated CloudFormation with a clock by hand, and work on its stacks as the commands put it together.
final class CloudScene: Sendable {
    let clock: ManualClock
    let cloud: SimulatedCloud
    let events = EventLog()
    private let answers: Mutex<[Bool]>

    /// A person who is asked says yes, unless the test has other answers.
    init(answers: [Bool] = [], _ change: (inout CloudSettings) -> Void = { _ in }) {
        var settings = CloudSettings()
        change(&settings)
        clock = ManualClock()
        cloud = SimulatedCloud(clock: .manual(clock), settings)
        self.answers = Mutex(answers)
    }

    private var client: AWSClient {
        AWSClient(
            region: "eu-west-1", credentials: KeptCredentials(),
            runtime: AWSRuntime(
                transport: cloud, timer: WaitTimer(clock),
                now: { [clock] in Date(timeIntervalSince1970: 1_790_000_000 + clock.now.offset / .seconds(1)) },
                random: { 0.5 }),
            endpoint: { HTTPURL(scheme: "http", host: "\($0.name).simulated.test") })
    }

    func services(bucket: String? = nil) -> StackServices {
        StackServices(
            cloudFormation: CloudFormation(client),
            store: bucket.map { StackServices.Store(s3: S3(client), bucket: $0) })
    }

    var runtime: StackRuntime {
        let generator = Mutex(SeededGenerator(seed: UInt64.random(in: 0 ... .max)))
        return StackRuntime(
            timer: WaitTimer(clock), random: { generator.withLock { Double.random(in: 0..<1, using: &$0) } },
            report: { [events] in events.add($0) },
            confirm: { [self] question in
                events.add(question: question)
                return answers.withLock { $0.isEmpty ? true : $0.removeFirst() }
            })
    }

    func deploy(
        _ request: StackRequest, bucket: String? = nil, deadline: Duration = .seconds(3600), skipping: [String] = [],
        mayLoseDatabase: Bool = false, takesAny: Bool = true
    ) async -> DeployResult {
        await DeployFlow(
            request, services: services(bucket: bucket), runtime: runtime, deadline: deadline, skipping: skipping,
            mayLoseDatabase: mayLoseDatabase, takesAny: takesAny
        ).run()
    }

    func diff(_ request: StackRequest, bucket: String? = nil) async -> DiffResult {
        await DiffFlow(request, services: services(bucket: bucket), runtime: runtime, deadline: .seconds(3600)).run()
    }

    func destroy(
        _ name: String = "app", retaining: [String] = [], takesAny: Bool = true
    ) async -> DestroyResult {
        await DestroyFlow(
            name, retaining: retaining, services: services(), runtime: runtime, deadline: .seconds(3600),
            takesAny: takesAny
        ).run()
    }
}

struct KeptCredentials: CredentialSource {
    func current() async throws(CredentialError) -> Credentials {
        Credentials(accessKeyID: "AKIDEXAMPLE", secretAccessKey: "secret")
    }

    func invalidate(_ credentials: Credentials) async {}
}

/// What was told.
final class EventLog: Sendable {
    private let kept = Mutex<(events: [DeployEvent], questions: [String])>(([], []))

    func add(_ event: DeployEvent) { kept.withLock { $0.events.append(event) } }
    func add(question: String) { kept.withLock { $0.questions.append(question) } }

    var questions: [String] { kept.withLock(\.questions) }

    var notes: [String] {
        kept.withLock { $0.events.compactMap { if case .note(let text) = $0 { text } else { nil } } }
    }

    var phases: [StackPhase] {
        kept.withLock { $0.events.compactMap { if case .phaseBegins(let phase) = $0 { phase } else { nil } } }
    }

    /// `Group CREATE_COMPLETE`
    var resources: [String] {
        kept.withLock {
            $0.events.compactMap {
                if case .resource(let event) = $0 { "\(event.logicalID) \(event.status.word)" } else { nil }
            }
        }
    }

    var changes: [ChangeLine] {
        kept.withLock { $0.events.compactMap { if case .changes(let lines) = $0 { lines } else { nil } }.last ?? [] }
    }

    var warnings: [String] {
        kept.withLock {
            $0.events.compactMap { if case .warning(let diagnostic) = $0 { diagnostic.description } else { nil } }
        }
    }
}
