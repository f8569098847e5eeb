import Doctor
import Glibc
import Testing

/// What clients can take of the server is bounded.
@Suite(.serialized) struct HTTPBoundsTests {
    private static let big = String(repeating: "x", count: 1024 * 1024)
    /// Far more than is needed, since other tests run in the same process, and far less than without a bound.
    private let allowed = 100 * 1024 * 1024

    @Test func aClientThatDoesNotReadIsCutOff() async throws {
        let before = residentMemory()
        let logs = LogCapture()
        try await withServer(
            { $0.writeTimeout = .milliseconds(500) }, logger: logs.logger,
            respond: { _ in HealthResponse(status: 200, body: Self.big) }
        ) { port in
            let client = try HTTPTestClient(port: port)
            client.send(String(repeating: "GET /status HTTP/1.1\r\n\r\n", count: 500))
            usleep(3_000_000)
            #expect(residentMemory() - before < allowed)
            #expect(try client.readToEnd() < 500 * Self.big.utf8.count)
            #expect(try HTTPTestClient(port: port).get("/").status == 200)
        }
        #expect(logs.messages.contains { $0.contains("does not read its response") })
    }

    @Test func clientsThatDoNotReadHaveABoundTogether() async throws {
        let before = residentMemory()
        let body = String(repeating: "x", count: 6 * 1024 * 1024)
        try await withServer(
            { $0.writeTimeout = .seconds(60) }, respond: { _ in HealthResponse(status: 200, body: body) }
        ) { port in
            let clients = try (0..<40).map { _ in try HTTPTestClient(port: port) }
            for client in clients { client.send("GET /status HTTP/1.1\r\n\r\n") }
            usleep(500_000)
            #expect(residentMemory() - before < allowed)
            #expect(clients.contains { !$0.isClosed })
            #expect(try HTTPTestClient(port: port).get("/").status == 200)
        }
    }

    @Test func pipelinedRequestsAreNotDecodedAhead() async throws {
        let before = residentMemory()
        try await withServer { port in
            let client = try HTTPTestClient(port: port)
            var sent = 0
            for _ in 0..<400 {
                let count = client.send(String(repeating: "GET /0123456789 HTTP/1.1\r\n\r\n", count: 4000))
                sent += count
                if count == 0 { break }
            }
            // The server stopped to read, so the kernel stopped to take.
            #expect(sent < 400 * 4000 * 28)
            #expect(residentMemory() - before < allowed)
            #expect(try HTTPTestClient(port: port).get("/").status == 200)
        }
    }

    @Test func aClientThatEndsSendingIsNotReadAhead() async throws {
        let before = residentMemory()
        let body = String(repeating: "x", count: 10_000)
        try await withServer(respond: { _ in HealthResponse(status: 200, body: body) }) { port in
            let clients = try (0..<20).map { _ in try HTTPTestClient(port: port) }
            for client in clients {
                client.send(String(repeating: "GET /status HTTP/1.1\r\n\r\n", count: 5000))
                client.endSending()
            }
            #expect(residentMemory() - before < allowed)
            // Be it with all its responses or cut off.
            #expect(try clients[0].readToEnd() > 0)
            #expect(try HTTPTestClient(port: port).get("/").status == 200)
        }
    }

    @Test func aClientThatEndsSendingGetsAllThatItAskedFor() async throws {
        try await withServer(respond: { _ in HealthResponse(status: 200, body: Self.big) }) { port in
            let client = try HTTPTestClient(port: port)
            client.send(String(repeating: "GET /status HTTP/1.1\r\n\r\n", count: 50))
            client.endSending()
            usleep(200_000)
            for _ in 0..<50 {
                #expect(try client.response().body.utf8.count == Self.big.utf8.count)
            }
            #expect(try client.readToEnd() == 0)
        }
    }

    @Test func aSlowReaderIsNotReadAheadAndLosesNothing() async throws {
        let padding = String(repeating: "x", count: 8000)
        try await withServer(respond: { _ in HealthResponse(status: 200, body: Self.big) }) { port in
            let client = try HTTPTestClient(port: port)
            // More than the server would keep for a client that does not read.
            let request = "GET / HTTP/1.1\r\nX: \(padding)\r\n\r\n"
            let sent = client.send(String(repeating: request, count: 60))
            try #require(sent == 60 * request.utf8.count)
            usleep(300_000)
            for _ in 0..<60 {
                #expect(try client.response().body.utf8.count == Self.big.utf8.count)
            }
        }
    }

    @Test func idleConnectionsLockNobodyOut() async throws {
        try #require(FileLimit.raise() >= 4096)
        let before = residentMemory()
        try await withServer {
            $0.maximumConnections = 256
            $0.headTimeout = .seconds(600)
        } _: { port in
            var clients: [HTTPTestClient] = []
            for round in 0..<2000 {
                clients.append(try HTTPTestClient(port: port))
                if round.isMultiple(of: 3) { clients[round].send("GET / HTTP/1.1\r\nHost:") }
                if round.isMultiple(of: 50) {
                    #expect(try HTTPTestClient(port: port).get("/").status == 200)
                }
            }
            #expect(try HTTPTestClient(port: port).get("/").status == 200)
            var open = clients.count { !$0.isClosed }
            for _ in 0..<600 where open > 256 {
                usleep(100_000)
                open = clients.count { !$0.isClosed }
            }
            #expect((1...256).contains(open))
            // The ones that are left are the newest.
            #expect(clients.suffix(50).allSatisfy { !$0.isClosed })
            #expect(residentMemory() - before < allowed)
        }
    }

    @Test func aConnectionInUseStaysWhenIdleOnesMakeRoom() async throws {
        try await withServer {
            $0.maximumConnections = 16
            $0.headTimeout = .seconds(600)
        } _: { port in
            let busy = try HTTPTestClient(port: port)
            var idle: [HTTPTestClient] = []
            for _ in 0..<100 {
                #expect(try busy.get("/").status == 200)
                idle.append(try HTTPTestClient(port: port))
            }
            #expect(try busy.get("/").status == 200)
        }
    }
}
