import AWSClient
import AWSTransport
import ScriptedServer
import Testing

@Suite struct ConnectFailureTests {
    /// A port of 127.0.0.1 that nobody listens on.
    private func closedPort() async throws -> Int {
        try await withScriptedServer(.silence) { $0.port }
    }

    @Test func aPortWithoutAListenerRefusesAtOnce() async throws {
        let port = try await closedPort()
        try await withTransport { transport in
            let begun = ContinuousClock.now
            let error = try await transport.failure(of: request("GET", "http://127.0.0.1:\(port)/"))
            #expect(error == TransportError(.cannotConnect, "cannot connect to 127.0.0.1:\(port): connection refused"))
            #expect(ContinuousClock.now - begun < .seconds(60))
        }
    }

    @Test func aNameIsTriedUntilAnAddressAnswersOrRefuses() async throws {
        let port = try await closedPort()
        try await withTransport { transport in
            let error = try await transport.failure(of: request("GET", "http://localhost:\(port)/"))
            #expect(error == TransportError(.cannotConnect, "cannot connect to localhost:\(port): connection refused"))
        }
    }

    @Test func aNameThatNobodyKnowsCannotBeConnectedTo() async throws {
        try await withTransport { transport in
            let error = try await transport.failure(of: request("GET", "https://no-such-host.invalid/"))
            #expect(error.code == .cannotConnect)
            // Without a name server, the lookup fails for another reason.
            #expect(error.message.hasPrefix("cannot connect to no-such-host.invalid:443: the name "))
        }
    }

    @Test func aConnectionThatNobodyTakesEndsAfterTheTimeToConnect() async throws {
        let listener = try FullListener(isFull: true)
        try await withTransport(AsyncHTTPTransport(connectTimeout: .milliseconds(300))) { transport in
            let begun = ContinuousClock.now
            let error = try await transport.failure(of: request("POST", "http://127.0.0.1:\(listener.port)/"))
            #expect(error.code == .cannotConnect)
            #expect(error.message == "cannot connect to 127.0.0.1:\(listener.port): no connection within 0.3 seconds")
            #expect(ContinuousClock.now - begun < .seconds(60))
        }
    }

    @Test func theTimeOfTheRequestAlsoBoundsTheTimeToConnect() async throws {
        let listener = try FullListener(isFull: true)
        try await withTransport { transport in
            let error = try await transport.failure(
                of: request("POST", "http://127.0.0.1:\(listener.port)/", timeout: .milliseconds(200)))
            #expect(error.code == .cannotConnect)
            #expect(!error.mayHaveArrived)
            #expect(error.message.hasSuffix("no connection within 0.2 seconds"))
        }
    }

    @Test func aServerThatNeverShakesHandsCannotBeConnectedTo() async throws {
        let listener = try FullListener(isFull: false)
        try await withTransport(AsyncHTTPTransport(connectTimeout: .milliseconds(300))) { transport in
            let error = try await transport.failure(of: request("GET", "https://127.0.0.1:\(listener.port)/"))
            #expect(error.code == .cannotConnect)
            #expect(error.message == "cannot connect to 127.0.0.1:\(listener.port): no connection within 0.3 seconds")
        }
    }

    @Test func shuttingDownDoesNotWaitForAConnectionThatHangs() async throws {
        let listener = try FullListener(isFull: true)
        let transport = AsyncHTTPTransport(connectTimeout: .seconds(120))
        let waiting = Task { try await transport.failure(of: request("GET", "http://127.0.0.1:\(listener.port)/")) }
        try await Task.sleep(for: .milliseconds(100))
        let begun = ContinuousClock.now
        await transport.shutDown()
        #expect(ContinuousClock.now - begun < .seconds(60))
        let error = try await waiting.value
        #expect(error.code == .cancelled)
    }
}
