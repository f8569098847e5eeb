import AWSClient
import AWSTransport
import ScriptedServer
import Testing

@Suite struct LostAnswerTests {
    /// What one request gets when the server does this, after which the request must have been there once.
    private func failure(
        _ action: Action, method: String = "POST",
        transport: AsyncHTTPTransport = AsyncHTTPTransport(connectTimeout: .seconds(120)),
        timeout: Duration = .seconds(120)
    ) async throws -> (TransportError, ScriptedServer) {
        try await withScriptedServer(action) { server in
            try await withTransport(transport) { transport in
                let failure = try await transport.failure(
                    of: request(method, server.url, body: method == "GET" ? [] : [1], timeout: timeout))
                // The server may be slower than the time of the request.
                for _ in 0..<6000 where server.requests.isEmpty { try await Task.sleep(for: .milliseconds(10)) }
                #expect(server.requests.count == 1)
                return (failure, server)
            }
        }
    }

    @Test(arguments: ["GET", "PUT", "POST"])
    func aConnectionThatClosesInsteadOfAnsweringIsLostAndNothingIsRepeated(method: String) async throws {
        let (error, server) = try await failure(.close, method: method)
        #expect(error.code == .connectionLost)
        #expect(error.mayHaveArrived)
        #expect(error.message == "127.0.0.1:\(server.port) closed the connection before it answered")
    }

    @Test func aResetLosesTheConnection() async throws {
        let (error, server) = try await failure(.reset)
        #expect(error.code == .connectionLost)
        #expect(
            error.message == "the connection to 127.0.0.1:\(server.port) ended before it answered: connection reset")
    }

    @Test(arguments: [0, 3])
    func aTruncatedBodyLosesTheConnection(bytes: Int) async throws {
        let (error, server) = try await failure(.truncated(Answer(200, body: [1, 2, 3, 4]), bytes: bytes))
        #expect(error.code == .connectionLost)
        #expect(error.message == "127.0.0.1:\(server.port) closed the connection within its answer")
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\nContent-Le", "HTTP/1.1 2", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
    ])
    func aTruncatedHeadOrChunkLosesTheConnection(text: String) async throws {
        let (error, _) = try await failure(.raw(Array(text.utf8)))
        #expect(error.code == .connectionLost)
        #expect(error.message.contains("closed the connection"))
    }

    @Test(arguments: [
        "SSH-2.0-OpenSSH_9.2\r\n\r\n", "HTTP/1.1 abc OK\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
        "HTTP/1.1 200 OK\r\nno colon\r\n\r\n", "\u{0}\u{1}\u{2}\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nab",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    ])
    func aMalformedAnswerLosesTheConnection(text: String) async throws {
        let (error, server) = try await failure(.raw(Array(text.utf8)))
        #expect(error.code == .connectionLost)
        #expect(error.message == "127.0.0.1:\(server.port) answered something that is not HTTP")
    }

    @Test func aServerThatSaysNothingTimesOut() async throws {
        let (error, server) = try await failure(.silence, timeout: .milliseconds(300))
        #expect(error == TransportError(.timedOut, "127.0.0.1:\(server.port) gave no whole answer within 0.3 seconds"))
    }

    @Test func theTimeCoversTheBodyToo() async throws {
        let slow = Action.drip(Answer(200, body: Array(repeating: 7, count: 200)), pause: .milliseconds(10))
        let (error, _) = try await failure(slow, timeout: .milliseconds(700))
        #expect(error.code == .timedOut)
    }

    @Test func aSlowAnswerWithinTheTimeIsWhole() async throws {
        let slow = Action.drip(Answer(200, body: [1, 2, 3]), pause: .milliseconds(2))
        try await withScriptedServer(.after(.milliseconds(50), slow)) { server in
            try await withTransport { transport in
                let response = try await transport.send(request("GET", server.url))
                #expect(response.body == [1, 2, 3])
            }
        }
    }

    @Test func anAnswerUpToTheLimitIsTakenAndALargerOneIsNot() async throws {
        let exact = Answer(200, body: Array(repeating: 1, count: 1000))
        try await withScriptedServer(.answer(exact)) { server in
            try await withTransport(AsyncHTTPTransport(connectTimeout: .seconds(120), answerLimit: 1000)) { transport in
                let response = try await transport.send(request("GET", server.url))
                #expect(response.body.count == 1000)
            }
        }
        let chunks =
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + String(repeating: "1\r\nx\r\n", count: 1001)
        for action in [Action.answer(exact), .raw(Array((chunks + "0\r\n\r\n").utf8))] {
            let limit = action == .answer(exact) ? 999 : 1000
            let (error, server) = try await failure(
                action, transport: AsyncHTTPTransport(connectTimeout: .seconds(120), answerLimit: limit))
            #expect(
                error == TransportError(.connectionLost, "127.0.0.1:\(server.port) answered more than \(limit) bytes"))
        }
    }

    @Test func aServerThatClosesBeforeItReadsTheBodyLosesTheConnection() async throws {
        try await withScriptedServer(.answer(), onHead: { _ in .close }) { server in
            try await withTransport { transport in
                let body = [UInt8](repeating: 0, count: 8 << 20)
                let error = try await transport.failure(of: request("PUT", server.url, body: body))
                #expect(error.code == .connectionLost)
                #expect(server.requests.count == 1)
            }
        }
    }

    @Test func noMessageHoldsAHeaderOrABody() async throws {
        let canary = "canary-7f3a"
        let answers = [
            "HTTP/1.1 200 OK\r\n\(canary): \(canary)\r\nContent-Length: \(canary)\r\n\r\n\(canary)",
            "HTTP/1.1 200 OK\r\nContent-Length: 99\r\nX: \(canary)\r\n\r\n\(canary)", "\(canary)\r\n\r\n",
        ]
        for answer in answers {
            try await withScriptedServer(.raw(Array(answer.utf8))) { server in
                try await withTransport { transport in
                    let sent = try request(
                        "POST", "\(server.url)/\(canary)", headers: ["Authorization": canary], body: Array(canary.utf8))
                    let error = try await transport.failure(of: sent)
                    #expect(!error.message.contains(canary))
                    #expect(!error.message.contains { $0.isNewline })
                }
            }
        }
    }
}
