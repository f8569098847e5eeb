import AWSClient
import Diagnostics
import Dispatch
import Foundation
import Synchronization

/// A time that stands still until it is told to go on. Sleeping moves it.
final class TestClock: Sendable {
    private let time = Mutex(Date(timeIntervalSince1970: 1_900_000_000))
    private let slept = Mutex<[Duration]>([])

    var now: Date { time.withLock(\.self) }

    /// How long each sleep was.
    var sleeps: [Duration] { slept.withLock(\.self) }

    func advance(by seconds: Double) {
        time.withLock { $0 += seconds }
    }

    @Sendable func sleep(_ duration: Duration) async throws {
        try Task.checkCancellation()
        slept.withLock { $0.append(duration) }
        advance(by: duration / .seconds(1))
    }
}

/// A transport that a closure answers.
final class FakeTransport: HTTPTransport {
    private let answer: @Sendable (HTTPRequest) async -> Result<HTTPResponse, TransportError>
    private let seen = Mutex<[HTTPRequest]>([])

    /// All that was asked.
    var requests: [HTTPRequest] { seen.withLock(\.self) }

    init(_ answer: @escaping @Sendable (HTTPRequest) async -> Result<HTTPResponse, TransportError>) {
        self.answer = answer
    }

    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        seen.withLock { $0.append(request) }
        return try await answer(request).get()
    }

    func shutDown() async {}
}

extension Result<HTTPResponse, TransportError> {
    static func answer(_ status: Int, _ body: String = "") -> Result {
        .success(HTTPResponse(status: status, body: Array(body.utf8)))
    }

    static func fail(_ code: TransportError.Code) -> Result { .failure(TransportError(code, "fake failure")) }
}

/// Gives out an access key that tells how it was asked, as the STS of the oracle does.
struct FakeRoles: RoleAssumer {
    func assume(_ role: AssumedRole, with credentials: Credentials) async throws(CredentialError) -> Credentials {
        give(role, to: credentials.accessKeyID)
    }

    func assume(_ role: AssumedRole, webIdentityToken: String) async throws(CredentialError) -> Credentials {
        give(role, to: webIdentityToken)
    }

    private func give(_ role: AssumedRole, to who: String) -> Credentials {
        let told = [
            role.arn.split(separator: "/").last.map(String.init) ?? "", who,
            role.sessionName == AssumedRole.defaultSessionName ? "" : role.sessionName, role.externalID ?? "",
            role.duration.map(String.init) ?? "",
        ]
        return Credentials(
            accessKeyID: "ASIA(\(told.joined(separator: ",")))", secretAccessKey: "FAKESECRET",
            sessionToken: "FAKETOKEN", expiration: Date(timeIntervalSince1970: 4_070_908_800))
    }
}

extension AWSEnvironment {
    /// Files in memory, by path.
    static func fake(_ variables: [String: String] = [:], files: [String: String] = [:]) -> AWSEnvironment {
        AWSEnvironment(variables: variables, homeFolder: "/home/fake") { path throws(DiagnosticsError) in
            files[path].map { Array($0.utf8) }
        }
    }

    /// The real files.
    static func real(_ variables: [String: String], home: String) -> AWSEnvironment {
        AWSEnvironment(variables: variables, homeFolder: home) { path throws(DiagnosticsError) in
            FileManager.default.contents(atPath: path).map(Array.init)
        }
    }
}

/// Runs a program and waits for it, off the cooperative pool.
let runProcess: CredentialProcess = { words, _ throws(CredentialProcessFailure) in
    let result: Result<CredentialProcessResult, CredentialProcessFailure> = await withCheckedContinuation { waiting in
        DispatchQueue.global().async {
            waiting.resume(returning: Result { () throws(CredentialProcessFailure) in try run(words) })
        }
    }
    return try result.get()
}

private func run(_ words: [String]) throws(CredentialProcessFailure) -> CredentialProcessResult {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = words
    let (output, errors) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = errors
    do { try process.run() } catch { throw .notStarted("\(error)") }
    let bytes = Array((try? output.fileHandleForReading.readToEnd()) ?? Data())
    let said = Array((try? errors.fileHandleForReading.readToEnd()) ?? Data())
    process.waitUntilExit()
    return CredentialProcessResult(status: Int(process.terminationStatus), output: bytes, errors: said)
}

/// Needs no program.
let noProcess: CredentialProcess = { words, _ throws(CredentialProcessFailure) in
    throw .notStarted("\(words[0]) is not expected here")
}

extension CredentialChain {
    /// A chain on fakes.
    static func fake(
        _ environment: AWSEnvironment, profile: String? = nil, transport: any HTTPTransport = LoopbackTransport(),
        run: @escaping CredentialProcess = noProcess, clock: TestClock = TestClock()
    ) throws -> CredentialChain {
        let metadata = InstanceMetadata(
            try AWSConfiguration(environment, profile: profile).instanceMetadata(), transport: transport,
            now: { clock.now }, sleep: clock.sleep)
        return CredentialChain(
            environment, profile: profile,
            tools: Tools(
                transport: transport, roles: FakeRoles(), runProcess: run, now: { clock.now }, sleep: clock.sleep,
                metadata: metadata))
    }
}
