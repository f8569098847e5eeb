import Doctor
import Glibc
import Testing

/// Clients that mean harm, or know no better. After each the server still answers.
@Suite(.serialized) struct HostileClientTests {
    private static let megabyte = String(repeating: "x", count: 1024 * 1024)

    @Test func formatStringsAreText() async throws {
        let logs = LogCapture()
        try await withServer(logger: logs.logger) { port in
            let client = try HTTPTestClient(port: port)
            client.send("GET /%25s%25n%n HTTP/1.1\r\n%s%n: %n%s%s%s\r\n\r\n")
            #expect(try client.response().body == "/%25s%25n%n")
            client.send("GET %n%s\u{1b}[31m\u{7f}' HTTP/9.9\r\n\r\n")
            #expect(try client.response().status == 400)
            #expect(try client.readToEnd() == 0)
        }
        let message = try #require(logs.messages.first { $0.contains("400") })
        #expect(message.contains("127.0.0.1"))
        #expect(message.contains("'GET %n%s\\x1b[31m\\x7f\\'"))
    }

    @Test func whatIsLoggedIsShortAndRare() async throws {
        let logs = LogCapture()
        try await withServer(logger: logs.logger) { port in
            for _ in 0..<50 {
                let client = try HTTPTestClient(port: port)
                client.send("GET \(String(repeating: "\u{1}é", count: 2000))\r\n\r\n")
                #expect(try client.response().status == 400)
            }
        }
        let errors = logs.messages.filter { $0.contains("malformed") }
        #expect((1...3).contains(errors.count))
        #expect(errors.allSatisfy { $0.utf8.count < 600 && !$0.unicodeScalars.contains { $0.value < 0x20 } })
    }

    enum HugeHead: CaseIterable {
        case header, headers, line, endless

        var text: String {
            switch self {
            case .header: "GET / HTTP/1.1\r\nX: \(megabyte)\r\n\r\n"
            case .headers: "GET / HTTP/1.1\r\n" + String(repeating: "A: b\r\n", count: 170_000) + "\r\n"
            case .line: "GET /\(megabyte) HTTP/1.1\r\n\r\n"
            case .endless: megabyte
            }
        }
    }

    @Test(arguments: HugeHead.allCases)
    func aHugeHeadIsRefused(head: HugeHead) async throws {
        let logs = LogCapture()
        try await withServer(logger: logs.logger) { port in
            let client = try HTTPTestClient(port: port)
            client.send(head.text)
            let response = try client.response()
            #expect(response.status == 431)
            #expect(response.headers["connection"] == "close")
            #expect(try client.readToEnd() == 0)
            #expect(try HTTPTestClient(port: port).get("/").status == 200)
        }
        #expect(logs.messages.contains { $0.contains("got 431: ") && $0.utf8.count < 300 })
    }

    @Test func aHeadUpToTheLimitIsTaken() async throws {
        try await withServer { port in
            let client = try HTTPTestClient(port: port)
            let rest = "GET / HTTP/1.1\r\nX: \r\n\r\n".utf8.count
            let fits = String(repeating: "x", count: 16 * 1024 - rest)
            #expect(try client.get("/").status == 200)
            client.send("GET / HTTP/1.1\r\nX: \(fits)\r\n\r\n")
            #expect(try client.response().status == 200)
            client.send("GET / HTTP/1.1\r\nX: \(fits)x\r\n\r\n")
            #expect(try client.response().status == 431)
        }
    }

    @Test(arguments: [
        "GET\r\n\r\n", "GET /\r\n\r\n", "/ HTTP/1.1\r\n\r\n", "GET / HTTP/2.0\r\n\r\n", "GET / HTTP/1.1\nA: b\n\n",
        "GET / HTTP/1.1\r\nA b\r\n\r\n", "GET / HTTP/1.1\r\n: b\r\n\r\n", "GET / HTTP/1.1\r\nA: \0\r\n\r\n",
        "GET / HTTP/1.1\r\nA\0: b\r\n\r\n", "G\0T / HTTP/1.1\r\n\r\n", "GET / / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", "GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
        "GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "GET / HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
        "GET / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "\u{16}\u{3}\u{1}\u{2}\0\u{1}\0\u{1}\n\n",
    ])
    func aMalformedRequestIsRefused(request: String) async throws {
        try await withServer { port in
            let client = try HTTPTestClient(port: port)
            client.send(request)
            let response = try client.response()
            #expect(response.status == 400)
            #expect(response.headers["connection"] == "close")
            #expect(try client.readToEnd() == 0)
        }
    }

    @Test func emptyLinesBeforeARequestAreSkipped() async throws {
        try await withServer { port in
            let client = try HTTPTestClient(port: port)
            client.send("\r\n\r\n\nGET /1 HTTP/1.1\r\n\r\n\r\n\r\n")
            #expect(try client.response().body == "/1")
            #expect(try client.get("/2").body == "/2")
        }
    }

    @Test(arguments: [
        "GET / HTTP/1.1\r\nContent-Length: 18\r\n\r\nGET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n12\r\nGET / HTTP/1.1\r\n\r\n\r\n0\r\n\r\n",
        "GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: 65536\r\n\r\nbegun",
        "POST / HTTP/1.1\r\nContent-Length: 18\r\nExpect: 100-continue\r\n\r\nGET / HTTP/1.1\r\n\r\n",
    ])
    func aBodyIsNotReadAsARequest(request: String) async throws {
        try await withServer { port in
            let client = try HTTPTestClient(port: port)
            client.send(request)
            let response = try client.response()
            #expect(response.status == 200)
            #expect(response.headers["connection"] == "close")
            client.endSending()
            #expect(try client.readToEnd() == 0)
        }
    }

    @Test func aLongBodyIsRefused() async throws {
        try await withServer { port in
            let client = try HTTPTestClient(port: port)
            client.send("POST / HTTP/1.1\r\nContent-Length: 1048576\r\n\r\n\(Self.megabyte)")
            #expect(try client.response().status == 413)
            #expect(try client.readToEnd() == 0)
        }
    }

    @Test func aBodyWithoutEndIsCutOff() async throws {
        try await withServer { port in
            let client = try HTTPTestClient(port: port)
            client.send("GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n")
            #expect(try client.response().status == 200)
            var sent = 0
            for _ in 0..<200 {
                let count = client.send("100000\r\n\(Self.megabyte)\r\n")
                sent += count
                if count < Self.megabyte.utf8.count { break }
            }
            #expect(sent < 100 * 1024 * 1024)
        }
    }

    @Test func aHalfRequestIsCutOff() async throws {
        try await withServer {
            $0.headTimeout = .milliseconds(300)
            $0.lingerTimeout = .milliseconds(300)
        } _: { port in
            let (silent, half, second) = try (
                HTTPTestClient(port: port), HTTPTestClient(port: port), HTTPTestClient(port: port)
            )
            #expect(try second.get("/").status == 200)
            half.send("GET / HTTP/1.1\r\nHost:")
            second.send("G")
            #expect(try silent.readToEnd() == 0)
            for client in [half, second] {
                #expect(try client.response().status == 408)
                #expect(try client.readToEnd() == 0)
            }
        }
    }

    @Test func aRequestThatTricklesInIsCutOff() async throws {
        try await withServer {
            $0.headTimeout = .milliseconds(300)
            $0.lingerTimeout = .milliseconds(300)
        } _: { port in
            let client = try HTTPTestClient(port: port)
            let clock = ContinuousClock()
            let began = clock.now
            while !client.isClosed, clock.now - began < .seconds(20) {
                client.send("x")
                usleep(20_000)
            }
            #expect(clock.now - began < .seconds(20))
        }
    }

    @Test func anIdleConnectionIsClosedInTheEnd() async throws {
        try await withServer {
            $0.idleTimeout = .milliseconds(300)
        } _: { port in
            let client = try HTTPTestClient(port: port)
            #expect(try client.get("/").status == 200)
            // Empty lines are no request.
            client.send("\r\n\r\n")
            #expect(try client.readToEnd() == 0)
        }
    }

    @Test func pipelinedRequestsAreAnsweredInOrder() async throws {
        try await withServer { port in
            let client = try HTTPTestClient(port: port)
            client.send((0..<1000).map { "GET /\($0) HTTP/1.1\r\nHost: x\r\n\r\n" }.joined())
            for number in 0..<1000 {
                #expect(try client.response().body == "/\(number)")
            }
            #expect(try client.get("/end").body == "/end")
        }
    }

    @Test func randomBytesDoNoHarm() async throws {
        try await withServer {
            $0.headTimeout = .seconds(1)
        } _: { port in
            var random = SeededNumbers(seed: 20_260_101)
            let model = Array(
                "GET /ready?x=1 HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nAccept: application/json\r\n\r\n".utf8)
            for round in 0..<500 {
                let client = try HTTPTestClient(port: port)
                if round.isMultiple(of: 2) {
                    let count = Int.random(in: 0...2000, using: &random)
                    client.send((0..<count).map { _ in UInt8.random(in: 0...255, using: &random) })
                } else {
                    // Requests with a few bytes changed, which get further into the parser.
                    for _ in 0..<4 {
                        var bytes = model
                        for _ in 0..<Int.random(in: 0...4, using: &random) {
                            let place = Int.random(in: 0..<bytes.count, using: &random)
                            bytes[place] = UInt8.random(in: 0...255, using: &random)
                        }
                        client.send(bytes)
                    }
                }
                client.endSending()
                try client.readToEnd()
            }
            #expect(try HTTPTestClient(port: port).get("/").status == 200)
        }
    }
}
