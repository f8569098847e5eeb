import Doctor
import Synchronization
import Testing

@Suite(.serialized) struct HTTPServerTests {
    @Test func aConnectionIsKept() async throws {
        try await withServer { port in
            let client = try HTTPTestClient(port: port)
            for round in 0..<20 {
                let response = try client.get("/\(round)")
                #expect(response.status == 200)
                #expect(response.body == "/\(round)")
                #expect(response.headers["content-type"] == "text/plain; charset=utf-8")
                #expect(response.headers["cache-control"] == "no-store")
                #expect(response.headers["connection"] == nil)
                #expect(response.headers["date"]?.hasSuffix(" GMT") == true)
            }
        }
    }

    @Test func theRequestReachesTheAnswer() async throws {
        let respond: @Sendable (HealthRequest) -> HealthResponse = {
            HealthResponse(status: 200, body: "\($0.method) \($0.path) \($0.accept ?? "-") \($0.peer)")
        }
        try await withServer(respond: respond) { port in
            let client = try HTTPTestClient(port: port)
            #expect(try client.get("/a?b=c").body == "GET /a - 127.0.0.1")
            #expect(try client.get("/", headers: "Accept: a/b\r\nACCEPT: c/d\r\n").body == "GET / a/b,c/d 127.0.0.1")
            client.send("DELETE http://host/x HTTP/1.1\r\n\r\n")
            #expect(try client.response().body == "DELETE /x - 127.0.0.1")
        }
    }

    @Test func headGetsTheSameHeadersAndNoBody() async throws {
        try await withServer { port in
            let client = try HTTPTestClient(port: port)
            var plain = try client.get("/ready").headers
            client.send("HEAD /ready HTTP/1.1\r\n\r\n")
            var head = try client.response(toHEAD: true).headers
            plain["date"] = nil
            head["date"] = nil
            #expect(head == plain)
            #expect(head["content-length"] == "6")
            // Had a body come, this response would not be one.
            #expect(try client.get("/live").body == "/live")
        }
    }

    @Test(arguments: [
        ("GET / HTTP/1.1\r\nConnection: close\r\n\r\n", "close"), ("GET / HTTP/1.0\r\n\r\n", "close"),
        ("GET / HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n", "close"),
        ("CONNECT host:1 HTTP/1.1\r\n\r\n", "close"),
        ("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", "keep-alive"),
    ])
    func aConnectionEndsWhenTheClientOrItsRequestSaysSo(request: String, connection: String) async throws {
        try await withServer { port in
            let client = try HTTPTestClient(port: port)
            client.send(request)
            #expect(try client.response().headers["connection"] == connection)
            if connection == "close" {
                #expect(try client.readToEnd() == 0)
            } else {
                #expect(try client.get("/x").body == "/x")
            }
        }
    }

    @Test func aClientThatEndsSendingGetsItsResponses() async throws {
        try await withServer { port in
            let client = try HTTPTestClient(port: port)
            client.send("GET /1 HTTP/1.1\r\n\r\nGET /2 HTTP/1.1\r\n\r\nGET /3")
            client.endSending()
            #expect(try client.response().body == "/1")
            #expect(try client.response().body == "/2")
            #expect(try client.readToEnd() == 0)
        }
    }

    @Test func aTakenPortIsReported() async throws {
        let first = try await HTTPServer.bind(local(port: 0), logger: LogCapture().logger, respond: answer)
        let error = await #expect(throws: HTTPServerError.self) {
            _ = try await HTTPServer.bind(local(port: first.port), logger: LogCapture().logger, respond: answer)
        }
        await first.stop(within: .zero)
        #expect(error?.code == .addressInUse)
        #expect(error?.description == "cannot listen on 127.0.0.1:\(first.port): address already in use")
        // And is free again at once.
        let second = try await HTTPServer.bind(local(port: first.port), logger: LogCapture().logger, respond: answer)
        await second.stop(within: .zero)
    }

    @Test(arguments: [
        (
            "localhost", HTTPServerError.Code.notAnAddress,
            "cannot listen on localhost:0: it is not an address in numbers, such as 0.0.0.0 or ::"
        ),
        ("203.0.113.7", .addressUnavailable, "cannot listen on 203.0.113.7:0: cannot assign requested address"),
    ])
    func aBadAddressIsReported(address: String, code: HTTPServerError.Code, text: String) async throws {
        var settings = local(port: 0)
        settings.addresses = [address]
        let error = await #expect(throws: HTTPServerError.self) {
            _ = try await HTTPServer.bind(settings, logger: LogCapture().logger, respond: answer)
        }
        #expect(error?.code == code)
        #expect(error?.description == text)
    }

    @Test func severalAddressesShareAPort() async throws {
        try await withServer { settings in
            settings.addresses = ["127.0.0.2", "127.0.0.1"]
        } _: { port in
            let response = try HTTPTestClient(port: port).get("/")
            #expect(response.status == 200)
        }
    }

    @Test func withoutAddressesIPv4IsServedOnAllInterfaces() async throws {
        try await withServer { settings in
            settings.addresses = []
        } respond: { request in
            HealthResponse(status: 200, body: request.peer)
        } _: { port in
            let response = try HTTPTestClient(port: port).get("/")
            #expect(["127.0.0.1", "::ffff:127.0.0.1"].contains(response.body))
        }
    }

    @Test func aStopLetsWhatHasBegunFinish() async throws {
        let size = 24 * 1024 * 1024
        var settings = local(port: 0)
        settings.maximumUnread = 2 * size
        settings.writeTimeout = .seconds(60)
        settings.headTimeout = .seconds(60)
        let server = try await HTTPServer.bind(settings, logger: LogCapture().logger) { request in
            HealthResponse(
                status: 200, body: request.path == "/big" ? String(repeating: "x", count: size) : request.path)
        }
        let port = server.port
        let isStopping = Mutex(false)
        let stopping = try await offThePool {
            Result {
                let (big, half, idle) = try (
                    HTTPTestClient(port: port), HTTPTestClient(port: port), HTTPTestClient(port: port)
                )
                #expect(try idle.get("/").status == 200)
                big.send("GET /big HTTP/1.1\r\n\r\n")
                half.send("GET /half HTTP/1.1\r\n")
                // The server has both, since it answers in order of arrival on one thread.
                #expect(try idle.get("/").status == 200)
                let stop = Task { await server.stop(within: .seconds(60)) }
                // The idle one is closed at once, which also shows that the stop has begun.
                #expect(try idle.readToEnd() == 0)
                isStopping.withLock { $0 = true }
                #expect(throws: HTTPTestClient.Failure.self) { try HTTPTestClient(port: port) }
                half.send("\r\n")
                let response = try half.response()
                #expect(response.body == "/half")
                #expect(response.headers["connection"] == "close")
                #expect(try half.readToEnd() == 0)
                #expect(try big.response().body.utf8.count == size)
                #expect(try big.readToEnd() == 0)
                return stop
            }
        }.get()
        await stopping.value
        #expect(isStopping.withLock { $0 })
    }

    @Test func aStopClosesWhatDoesNotFinish() async throws {
        let server = try await HTTPServer.bind(local(port: 0), logger: LogCapture().logger, respond: answer)
        let client = try HTTPTestClient(port: server.port)
        client.send("GET /half")
        try await Task.sleep(for: .milliseconds(100))
        await server.stop(within: .milliseconds(200))
        await server.stop(within: .seconds(60))
        #expect(client.isClosed)
    }

    private func local(port: Int) -> HTTPServerSettings {
        var settings = HTTPServerSettings(port: port)
        settings.addresses = ["127.0.0.1"]
        return settings
    }

    private let answer: @Sendable (HealthRequest) -> HealthResponse = { _ in HealthResponse(status: 200, body: "") }
}
