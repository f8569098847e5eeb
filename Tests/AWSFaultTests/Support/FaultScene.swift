import AWSClient
import FoundationEssentials
import ScriptedServer
import Synchronization
import TestBasics

/// A client over the real transport to a scripted server, on a clock of the test, and what it said.
struct FaultScene {
    static let policy = RetryPolicy(attempts: 4, base: .milliseconds(500), limit: .seconds(10))

    let clock: ManualClock
    let runtime: AWSRuntime
    let credentials: CredentialCache
    let client: AWSClient
    let server: ScriptedServer
    private let said: Notices

    private init(
        _ server: ScriptedServer, _ clock: ManualClock, _ transport: PacedTransport,
        _ provider: any CredentialProvider, _ policy: RetryPolicy
    ) {
        let said = Notices()
        let endpoint = HTTPURL(scheme: "http", host: server.host, port: server.port)
        let runtime = AWSRuntime(
            transport: transport, timer: WaitTimer(clock), now: { clock.date }, random: { 0.5 },
            notice: { said.add($0) })
        let credentials = CredentialCache(provider, now: { clock.date }, sleep: clock.sleep(for:))
        client = AWSClient(
            region: "eu-central-1", credentials: credentials, runtime: runtime, endpoint: { _ in endpoint },
            policy: policy)
        (self.server, self.clock, self.runtime, self.said) = (server, clock, runtime, said)
        self.credentials = credentials
    }

    /// Runs the body with a client of the server.
    static func run<Result>(
        _ server: ScriptedServer, clock: ManualClock = ManualClock(),
        provider: any CredentialProvider = CountingProvider(), policy: RetryPolicy = FaultScene.policy,
        hurried: Int = 0, _ body: (FaultScene) async throws -> Result
    ) async throws -> Result {
        let transport = PacedTransport(hurried: hurried)
        do {
            let result = try await body(FaultScene(server, clock, transport, provider, policy))
            await transport.shutDown()
            return result
        } catch {
            await transport.shutDown()
            throw error
        }
    }

    /// What the client said of its retries. The server's address is `SERVER`.
    var notices: [String] { said.lines.map(anonymous) }

    /// A text in which the server's address is `SERVER`.
    func anonymous(_ text: String) -> String { text.replacing("\(server.host):\(server.port)", with: "SERVER") }
}

/// Lines that were said.
final class Notices: Sendable {
    private let said = Mutex<[String]>([])

    var lines: [String] { said.withLock(\.self) }

    func add(_ line: String) {
        said.withLock { $0.append(line) }
    }
}
