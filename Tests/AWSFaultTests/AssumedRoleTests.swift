import AWSClient
import FoundationEssentials
import ScriptedServer
import Synchronization
import Testing

/// A profile's roles, taken on one after the other by STS over the wire.
@Suite struct AssumedRoleTests {
    private static let files: @Sendable (String) -> String? = { path in
        switch path {
        case "/home/test/.aws/credentials":
            "[base]\naws_access_key_id = AKID1\naws_secret_access_key = canary-key-1/+=\n"
        case "/home/test/.aws/config":
            """
            [profile middle]
            role_arn = arn:aws:iam::123456789012:role/middle
            source_profile = base

            [profile top]
            role_arn = arn:aws:iam::123456789012:role/top
            source_profile = middle
            """
        default: nil
        }
    }

    /// What a service does after these actions.
    private func withServices(
        _ faults: [Action?], _ body: (FaultScene, CredentialCache, ScriptedServer, PlayedServices) async throws -> Void
    ) async throws {
        let services = PlayedServices()
        let script: ScriptedServer.Script = { request in
            guard request.number <= faults.count, let fault = faults[request.number - 1] else {
                return .answer(services.perform(request))
            }
            if fault == .close { _ = services.perform(request) }
            return fault
        }
        try await withScriptedServer(script) { server in
            try await FaultScene.run(server) { scene in
                let cache = scene.chain(["AWS_PROFILE": "top"], files: Self.files)
                try await body(scene, cache, server, services)
            }
        }
    }

    private func client(_ scene: FaultScene, _ credentials: CredentialCache) -> AWSClient {
        let endpoint = HTTPURL(scheme: "http", host: scene.server.host, port: scene.server.port)
        return AWSClient(
            region: "eu-central-1", credentials: credentials, runtime: scene.runtime, endpoint: { _ in endpoint })
    }

    private static func refusal(_ status: Int, _ code: String) -> Action {
        .answer(status, text: "<ErrorResponse><Error><Code>\(code)</Code><Message>no</Message></Error></ErrorResponse>")
    }

    @Test func eachRoleIsTakenOnWithTheOneBeforeInSpiteOfFaults() async throws {
        // The first role: throttled, lost after the effect, given; the second: 500, given.
        let faults: [Action?] = [
            Self.refusal(400, "Throttling"), .close, nil, Self.refusal(500, "InternalFailure"),
        ]
        try await withServices(faults) { scene, cache, server, services in
            let value = try await SecretsManager(client(scene, cache)).getSecretValue("db")
            #expect(value.text == PlayedServices.secret)
            #expect(
                server.requests.map { "\($0.operation) by \($0.accessKeyID ?? "nobody")" } == [
                    "AssumeRole by AKID1", "AssumeRole by AKID1", "AssumeRole by AKID1",
                    "AssumeRole by ASIA-middle", "AssumeRole by ASIA-middle", "GetSecretValue by ASIA-top",
                ])
            #expect(services.effects == ["session middle", "session middle", "session top", "read secret"])
            #expect(server.requests.last?.isSigned(by: .role("top")) == true)
            #expect(scene.notices.count == 3)
            expectNoCanary(scene.notices + ["\(value)", String(reflecting: value)])
        }
    }

    @Test func aSessionThatIsOverIsTakenOnAnewFromTheBeginning() async throws {
        let expired = Action.answer(400, text: #"{"__type":"ExpiredTokenException","message":"over"}"#)
        try await withServices([nil, nil, expired]) { scene, cache, server, services in
            _ = try await SecretsManager(client(scene, cache)).getSecretValue("db")
            let once = ["AKID1", "ASIA-middle", "ASIA-top"]
            #expect(server.requests.map(\.accessKeyID) == once + once)
            #expect(scene.notices == ["secretsmanager: the credentials are over; fetching new ones"])
        }
    }

    @Test func aRoleThatMayNotBeTakenOnIsAskedForOnceAndSaid() async throws {
        try await withServices([nil, Self.refusal(403, "AccessDenied")]) { scene, cache, server, _ in
            let error = await #expect(throws: AWSError.self) {
                try await SecretsManager(client(scene, cache)).getSecretValue("db")
            }
            #expect(
                error?.description
                    == "secretsmanager GetSecretValue: role arn:aws:iam::123456789012:role/top: "
                    + "sts AssumeRole: AccessDenied: no")
            #expect(error?.mayHaveActed == false)
            #expect(error?.notes == ["The role's trust policy must let in whoever signs."])
            #expect(server.requests.count == 2)
            #expect(scene.notices.isEmpty)
        }
    }

    @Test func brokenSessionsAreAskedForAgainAndShowNoneOfTheirKeys() async throws {
        let broken = Action.answer(
            text: "<AssumeRoleResponse><AssumeRoleResult><Credentials><SecretAccessKey>canary-key-middle")
        try await withServices([broken]) { scene, cache, server, _ in
            try await expectSigner("ASIA-top", cache)
            #expect(server.requests.count == 3)
            expectNoCanary(scene.notices)
        }
    }
}
