import AWSClient
import AWSTransport
import ScriptedServer
import Testing

@Suite struct RequestCheckTests {
    /// Each is refused with this reason, before a connection is made.
    private func expectRefused(
        _ refused: HTTPRequest, _ reason: String, sourceLocation: SourceLocation = #_sourceLocation
    )
        async throws
    {
        try await withTransport { transport in
            let error = try await transport.failure(of: refused)
            #expect(error.message == reason, sourceLocation: sourceLocation)
            #expect(!error.mayHaveArrived, sourceLocation: sourceLocation)
        }
    }

    private func request(_ method: String = "POST", headers: HTTPHeaders = [:]) -> HTTPRequest {
        HTTPRequest(method, HTTPURL(scheme: "http", host: "127.0.0.1", port: 9), headers: headers, body: [1])
    }

    @Test(arguments: ["a\r\nX-Evil: 1", "a\nb", "a\rb", "a\u{0}b", "caf\u{E9}", "a\u{7F}"])
    func aValueWithAnotherCharacterIsRefused(value: String) async throws {
        try await expectRefused(
            request(headers: ["X-Amz-Target": value]),
            "not sent to 127.0.0.1:9: header 'X-Amz-Target' has a character that is not allowed there")
    }

    @Test(arguments: ["", "a b", "a:b", "a\r\nb", "\u{E9}"])
    func aNameWithAnotherCharacterIsRefused(name: String) async throws {
        try await expectRefused(
            request(headers: HTTPHeaders([(name: name, value: "x")])),
            "not sent to 127.0.0.1:9: a header's name has a character that is in none")
    }

    @Test func aNameThatIsThereTwiceIsRefused() async throws {
        try await expectRefused(
            request(headers: ["X-Amz-Date": "1", "x-amz-date": "2"]),
            "not sent to 127.0.0.1:9: header 'x-amz-date' is there twice")
    }

    @Test(arguments: [
        ("Transfer-Encoding", "chunked"), ("connection", "close"), ("Upgrade", "h2c"), ("Content-Length", "2"),
    ])
    func whatSaysWhereARequestEndsIsNotTheCallersToSet(name: String, value: String) async throws {
        try await expectRefused(
            request(headers: HTTPHeaders([(name: name, value: value)])),
            "not sent to 127.0.0.1:9: header '\(name)' is not the caller's to set")
    }

    @Test func theRightContentLengthMayBeThereSinceItMayBeSigned() async throws {
        try await withScriptedServer(.answer()) { server in
            try await withTransport { transport in
                var sent = request(headers: ["content-length": "1"])
                sent.url.port = server.port
                _ = try await transport.send(sent)
                #expect(server.requests.first?.values(of: "Content-Length") == ["1"])
            }
        }
    }

    @Test(arguments: ["", "GET /", "GET\r\n", "G\u{E9}T"])
    func aMethodThatIsNoneIsRefused(method: String) async throws {
        try await expectRefused(request(method), "not sent to 127.0.0.1:9: the method is none")
    }

    @Test(arguments: ["", "a", "/a b", "/a\r\nHost: x", "/\u{E9}", "/a|b", "/a\"", "/a#b"])
    func aPathThatIsNotEncodedIsRefused(path: String) async throws {
        var refused = request()
        refused.url.path = path
        try await expectRefused(
            refused, "not sent to 127.0.0.1:9: the path has a character that must be percent-encoded")
    }

    @Test(arguments: ["/%", "/%4", "/%zz", "/%e2%8"])
    func aBrokenPercentEncodingIsRefused(path: String) async throws {
        var refused = request()
        refused.url.path = path
        try await expectRefused(refused, "not sent to 127.0.0.1:9: the path has a broken percent-encoding")
    }

    @Test(arguments: ["", "a b", "a\r\nb", "user@host", "a/b"])
    func aHostThatIsNoneIsRefused(host: String) async throws {
        var refused = request()
        refused.url.host = host
        try await expectRefused(refused, "not sent: the host's name has a character that is in none")
    }

    @Test func anotherSchemeIsRefused() async throws {
        var refused = request()
        refused.url.scheme = "http+unix"
        try await expectRefused(refused, "not sent: the scheme is neither http nor https")
    }
}
