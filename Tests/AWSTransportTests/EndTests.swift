import AWSClient
import AWSTransport
import ScriptedServer
import Testing

/// How requests end before their answer, and transports.
@Suite struct EndTests {
    @Test func aCancelledRequestEndsAtOnce() async throws {
        try await withScriptedServer(.silence) { server in
            try await withTransport { transport in
                let url = server.url
                let waiting = Task { try await transport.failure(of: request("POST", url, body: [1])) }
                while server.requests.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
                let begun = ContinuousClock.now
                waiting.cancel()
                let error = try await waiting.value
                #expect(error == TransportError(.cancelled, "the request to 127.0.0.1:\(server.port) was cancelled"))
                #expect(ContinuousClock.now - begun < .seconds(60))
            }
        }
    }

    @Test func aTaskThatIsCancelledAlreadySendsNothing() async throws {
        try await withScriptedServer(.answer()) { server in
            try await withTransport { transport in
                let url = server.url
                let waiting = Task {
                    withUnsafeCurrentTask { $0?.cancel() }
                    return try await transport.failure(of: request("POST", url))
                }
                let error = try await waiting.value
                #expect(error.code == .cancelled)
                #expect(server.requests.isEmpty)
            }
        }
    }

    @Test func otherRequestsGoOnWhenOneIsCancelled() async throws {
        try await withScriptedServer {
            $0.target == "/slow" ? .silence : .answer()
        } while: { server in
            try await withTransport { transport in
                let url = server.url
                let waiting = Task { try await transport.failure(of: request("POST", "\(url)/slow")) }
                while server.requests.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
                async let other = transport.send(request("GET", url))
                waiting.cancel()
                let response = try await other
                #expect(response.status == 200)
                let error = try await waiting.value
                #expect(error.code == .cancelled)
                let next = try await transport.send(request("GET", url))
                #expect(next.status == 200)
            }
        }
    }

    @Test func shuttingDownIsQuickEndsWhatIsUnderWayAndMayBeDoneTwice() async throws {
        try await withScriptedServer {
            $0.target == "/slow" ? .silence : .answer()
        } while: { server in
            let transport = AsyncHTTPTransport(connectTimeout: .seconds(120))
            let url = server.url
            _ = try await transport.send(request("GET", url))
            let waiting = Task { try await transport.failure(of: request("POST", "\(url)/slow")) }
            while server.requests.count < 2 { try await Task.sleep(for: .milliseconds(5)) }
            let begun = ContinuousClock.now
            await transport.shutDown()
            await transport.shutDown()
            #expect(ContinuousClock.now - begun < .seconds(60))
            let cancelled = try await waiting.value
            #expect(cancelled.code == .cancelled)
            let error = try await transport.failure(of: request("GET", url))
            #expect(!error.mayHaveArrived)
            #expect(error.message == "not sent to 127.0.0.1:\(server.port): the transport is shut down")
        }
    }

    @Test func aTransportThatWasNeverUsedMayBeShutDownOrForgotten() async throws {
        await AsyncHTTPTransport(connectTimeout: .seconds(120)).shutDown()
        _ = AsyncHTTPTransport(connectTimeout: .seconds(120))
    }

    @Test func aTransportThatIsForgottenClosesItsConnections() async throws {
        try await withScriptedServer(.answer()) { server in
            _ = try await AsyncHTTPTransport(connectTimeout: .seconds(120)).send(request("GET", server.url))
            #expect(server.requests.count == 1)
        }
    }
}
