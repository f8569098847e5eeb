import AWSClient
import FoundationEssentials
import ScriptedServer
import Synchronization
import TestBasics
import Testing

/// Credentials of the instance metadata service over the wire.
@Suite struct InstanceRoleTests {
    /// An IMDSv2 that a test disturbs.
    private final class Metadata: Sendable {
        struct State {
            var tokens = 0
            /// The tokens up to this one are over.
            var lastExpired = 0
            var hasRole = true
            var fault: Action?
        }

        let state = Mutex(State())
        let clock: ManualClock

        init(_ clock: ManualClock) {
            self.clock = clock
        }

        func answer(_ request: ReceivedRequest) -> Action {
            state.withLock { state in
                if let fault = state.fault {
                    state.fault = nil
                    return fault
                }
                if request.method == "PUT" {
                    guard request["X-aws-ec2-metadata-token-ttl-seconds"] != nil else { return .answer(400) }
                    state.tokens += 1
                    return .answer(text: "canary-metadata-token-\(state.tokens)")
                }
                let token = request["X-aws-ec2-metadata-token"]?.split(separator: "-").last.flatMap { Int($0) } ?? 0
                guard (state.lastExpired + 1...max(state.tokens, state.lastExpired + 1)).contains(token) else {
                    return .answer(401)
                }
                let roles = "/latest/meta-data/iam/security-credentials/"
                switch request.target {
                case roles where state.hasRole: return .answer(text: "build")
                case roles + "build":
                    let end = clock.date.addingTimeInterval(3600)
                    return .answer(text: roleAnswer(.role("build"), expiration: end))
                default: return .answer(404)
                }
            }
        }
    }

    private let clock = ManualClock()

    private func withMetadata(
        _ metadata: Metadata, _ body: (FaultScene, ScriptedServer) async throws -> Void
    ) async throws {
        try await withScriptedServer({ metadata.answer($0) }) { server in
            try await FaultScene.run(server, clock: metadata.clock) { scene in try await body(scene, server) }
        }
    }

    @Test func aTokenThatTheServiceCallsExpiredIsRenewedOnce() async throws {
        let metadata = Metadata(clock)
        try await withMetadata(metadata) { scene, server in
            let cache = scene.chain([:], metadata: scene.metadata())
            try await expectSigner("ASIA-build", cache)
            metadata.state.withLock { $0.lastExpired = 1 }
            clock.advance(by: .seconds(3601))
            try await expectSigner("ASIA-build", cache)
            #expect(server.requests.map(\.method) == ["PUT", "GET", "GET", "GET", "PUT", "GET", "GET"])
            #expect(metadata.state.withLock(\.tokens) == 2)
        }
    }

    @Test func aTokenThatIsOverByTheClockIsRenewedBeforeItIsUsed() async throws {
        let metadata = Metadata(clock)
        try await withMetadata(metadata) { scene, server in
            let cache = scene.chain([:], metadata: scene.metadata())
            _ = try await cache.current()
            clock.advance(by: .seconds(21_600))
            _ = try await cache.current()
            #expect(server.requests.map(\.method) == ["PUT", "GET", "GET", "PUT", "GET", "GET"])
        }
    }

    @Test func aTokenThatCannotTravelSoFarIsSaidToNeedAHopMore() async throws {
        try await withScriptedServer(.silence) { server in
            let transport = PacedTransport(hurried: 2)
            let settings = InstanceMetadataSettings(
                endpoint: HTTPURL(scheme: "http", host: server.host, port: server.port))
            let metadata = InstanceMetadata(
                settings, transport: transport, now: { clock.date }, sleep: clock.sleep(for:))
            let error = await #expect(throws: InstanceMetadataError.self) { try await metadata.region() }
            await transport.shutDown()
            #expect(error?.code == .absent)
            #expect(error?.message == "the request for a token at \(settings.endpoint.authority) was not answered")
            #expect(error?.notes.contains { $0.contains("--http-put-response-hop-limit 2") } == true)
            await waitUntil { server.requests.count >= 2 }
            #expect(server.requests.map(\.method) == ["PUT", "PUT"])
        }
    }

    @Test func aRoleThatAppearsLateIsFoundThen() async throws {
        let metadata = Metadata(clock)
        metadata.state.withLock { $0.hasRole = false }
        try await withMetadata(metadata) { scene, _ in
            let cache = scene.chain([:], metadata: scene.metadata())
            let error = await #expect(throws: CredentialError.self) { try await cache.current() }
            #expect(error?.code == CredentialError.Code.none)
            #expect(
                error?.notes.contains(
                    "instance metadata: the instance has no role (Attach an instance profile to it.)") == true)
            metadata.state.withLock { $0.hasRole = true }
            try await expectSigner("ASIA-build", cache)
        }
    }

    @Test(arguments: [Action.answer(500), .answer(503), .close, .reset, .raw(Array("HTTP/1.1 2".utf8))])
    func aTokenRequestThatFailsOnceIsSentAgain(fault: Action) async throws {
        let metadata = Metadata(clock)
        metadata.state.withLock { $0.fault = fault }
        try await withMetadata(metadata) { scene, server in
            let cache = scene.chain([:], metadata: scene.metadata())
            try await expectSigner("ASIA-build", cache)
            #expect(server.requests.map(\.method) == ["PUT", "PUT", "GET", "GET"])
        }
    }

    @Test(arguments: [
        "", "{", "canary-key", #"{"Code":"Success","AccessKeyId":"AKID","SecretAccessKey":"canary-key"}"#,
    ])
    func brokenCredentialsAreAnErrorThatShowsNoneOfThem(body: String) async throws {
        let script: ScriptedServer.Script = { request in
            switch request.method {
            case "PUT": .answer(text: "canary-metadata-token")
            default: .answer(text: request.target.hasSuffix("/") ? "build" : body)
            }
        }
        try await withScriptedServer(script) { server in
            try await FaultScene.run(server, clock: clock) { scene in
                let cache = scene.chain([:], metadata: scene.metadata())
                let error = await #expect(throws: CredentialError.self) { try await cache.current() }
                #expect(error?.code == .invalid)
                expectNoCanary(["\(error.map { String(reflecting: $0) } ?? "")"])
            }
        }
    }
}
