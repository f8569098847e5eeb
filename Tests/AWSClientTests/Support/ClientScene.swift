import AWSClient
import Diagnostics
import FoundationEssentials
import Synchronization
import TestBasics

/// A client with a clock, a transport and credentials of the test, and with what it said.
struct ClientScene {
    /// Signed by, when the clock begins.
    static let start = Date(timeIntervalSince1970: 1_790_000_000)
    static let ec2 = AWSService("ec2", errorFormat: .xml)

    let clock: ManualClock
    let transport: FakeTransport
    let credentials: FakeCredentials
    let client: AWSClient
    private let said: Notices

    /// A refusal is why no endpoint is known.
    init(
        clock: ManualClock = ManualClock(), credentials: FakeCredentials = FakeCredentials([.canary()]),
        policy: RetryPolicy = .standard, random: Double = 0.5, refusal: DiagnosticsError? = nil,
        _ answer: @escaping FakeTransport.Answer
    ) {
        let transport = FakeTransport(answer)
        let said = Notices()
        let runtime = AWSRuntime(
            transport: transport, timer: WaitTimer(clock),
            now: { ClientScene.start.addingTimeInterval(clock.now.offset / .seconds(1)) },
            random: { random }, notice: { said.add($0) })
        self.clock = clock
        self.transport = transport
        self.credentials = credentials
        self.said = said
        client = AWSClient(
            region: "eu-central-1", credentials: credentials, runtime: runtime,
            endpoint: { service throws(DiagnosticsError) in
                if let refusal { throw refusal }
                return HTTPURL(scheme: "https", host: "\(service.name).example")
            },
            policy: policy)
    }

    var notices: [String] { said.lines }
    var requests: [HTTPRequest] { transport.requests }

    /// The body of the successful answer, or the error's description.
    func outcome(_ call: AWSCall, deadline: Duration? = nil) async -> String {
        do throws(AWSError) {
            return try await client.send(call, deadline: deadline) { response throws(AWSError) in
                String(decoding: response.body, as: UTF8.self)
            }
        } catch {
            return error.description
        }
    }

    /// The outcome of a read.
    func outcome(deadline: Duration? = nil) async -> String {
        await outcome(ClientScene.call("DescribeImages"), deadline: deadline)
    }

    static func call(_ operation: String, isRepeatable: Bool = true) -> AWSCall {
        var call = AWSCall.query(ec2, operation, version: "2016-11-15")
        call.isRepeatable = isRepeatable
        return call
    }
}

/// Lines that were said.
final class Notices: Sendable {
    private let said = Mutex<[String]>([])

    var lines: [String] { said.withLock(\.self) }

    func add(_ line: String) {
        said.withLock { $0.append(line) }
    }
}
