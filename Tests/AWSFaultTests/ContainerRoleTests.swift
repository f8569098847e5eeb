import AWSClient
import FoundationEssentials
import ScriptedServer
import Synchronization
import TestBasics
import Testing

/// Credentials of a container's endpoint over the wire.
@Suite struct ContainerRoleTests {
    private let clock = ManualClock()

    private func variables(_ server: ScriptedServer) -> [String: String] {
        [
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": "\(server.url)/v1/credentials",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "/var/run/token",
        ]
    }

    private static let tokenFile: @Sendable (String) -> String? = { $0 == "/var/run/token" ? "canary-pod-token" : nil }

    @Test func aTokenFileThatRotatesIsReadAnewForEachRenewal() async throws {
        let accepted = Mutex(1)
        let script: ScriptedServer.Script = { [clock] request in
            let number = accepted.withLock(\.self)
            guard request["Authorization"] == "canary-pod-token-\(number)" else { return .answer(401) }
            return .answer(
                text: roleAnswer(.role("pod-\(number)"), expiration: clock.date.addingTimeInterval(3600)))
        }
        try await withScriptedServer(script) { server in
            try await FaultScene.run(server, clock: clock) { scene in
                let written = Mutex(1)
                let cache = scene.chain(
                    variables(server),
                    files: { $0 == "/var/run/token" ? "canary-pod-token-\(written.withLock(\.self))\n" : nil })
                try await expectSigner("ASIA-pod-1", cache)

                // The endpoint knows the next token already, and the file does not have it yet.
                accepted.withLock { $0 = 2 }
                clock.advance(by: .seconds(3601))
                let error = await #expect(throws: CredentialError.self) { try await cache.current() }
                #expect(error?.code == .refused)
                expectNoCanary([error.map { String(reflecting: $0) } ?? ""])

                written.withLock { $0 = 2 }
                try await expectSigner("ASIA-pod-2", cache)
                #expect(server.requests.count == 3)
            }
        }
    }

    @Test(arguments: [Action.answer(500), .answer(429), .close, .reset, .raw(Array("HTTP/1.1 2".utf8))])
    func anEndpointThatFailsTwiceIsAskedAThirdTime(fault: Action) async throws {
        let script: ScriptedServer.Script = { [clock] request in
            request.number <= 2
                ? fault
                : .answer(text: roleAnswer(.role("pod"), expiration: clock.date.addingTimeInterval(3600)))
        }
        try await withScriptedServer(script) { server in
            try await FaultScene.run(server, clock: clock) { scene in
                let cache = scene.chain(variables(server), files: Self.tokenFile)
                try await expectSigner("ASIA-pod", cache)
                #expect(server.requests.count == 3)
                #expect(clock.sleeps == [.seconds(1), .seconds(1)])
            }
        }
    }

    @Test func anEndpointThatNeverAnswersIsUnavailableAndNotRemembered() async throws {
        let isDown = Mutex(true)
        let script: ScriptedServer.Script = { [clock] _ in
            isDown.withLock(\.self)
                ? .close : .answer(text: roleAnswer(.role("pod"), expiration: clock.date.addingTimeInterval(3600)))
        }
        try await withScriptedServer(script) { server in
            try await FaultScene.run(server, clock: clock) { scene in
                let cache = scene.chain(variables(server), files: Self.tokenFile)
                let error = await #expect(throws: CredentialError.self) { try await cache.current() }
                #expect(error?.code == .unavailable)
                #expect(server.requests.count == 3)
                isDown.withLock { $0 = false }
                try await expectSigner("ASIA-pod", cache)
                expectNoCanary([error.map { String(reflecting: $0) } ?? ""])
            }
        }
    }
}
