import AWSClient
import AWSTransport
import ScriptedServer
import Testing

@Suite struct ProxyTests {
    private func settings(_ proxy: ScriptedProxy, credentials: Proxy.Credentials? = nil) -> ProxySettings {
        let proxy = Proxy(host: "127.0.0.1", port: proxy.port, credentials: credentials)
        return ProxySettings(http: proxy, https: proxy, exceptions: ["direct.test"])
    }

    @Test func httpsGoesThroughATunnelAndTheNameIsStillVerified() async throws {
        try await withTestCertificates { certificates in
            let certificate = try await certificates.issue(["DNS:service.test"])
            try await withScriptedServer(certificate: certificate) {
                .answer(text: $0.text)
            } while: { server in
                try await withScriptedProxy(to: server.port) { proxy in
                    let transport = AsyncHTTPTransport(
                        proxies: settings(proxy), certificateBundle: certificates.authorityPath)
                    try await withTransport(transport) { transport in
                        for _ in 1...2 {
                            let response = try await transport.send(
                                request("POST", "https://service.test/path", body: Array("hidden".utf8)))
                            #expect(response.body == Array("hidden".utf8))
                        }
                        #expect(proxy.heads.count == 1)
                        #expect(proxy.heads.first?.hasPrefix("CONNECT service.test:443 HTTP/1.1\r\n") == true)
                        #expect(server.requests.map { $0["Host"] } == ["service.test", "service.test"])

                        let error = try await transport.failure(of: request("GET", "https://other.test/"))
                        #expect(error.code == .tls)
                    }
                }
            }
        }
    }

    @Test func httpGoesThroughATunnelTooAndThisMachineDoesNot() async throws {
        try await withScriptedServer(.answer()) { server in
            try await withScriptedProxy(to: server.port) { proxy in
                try await withTransport(AsyncHTTPTransport(proxies: settings(proxy), connectTimeout: .seconds(120))) {
                    transport in
                    _ = try await transport.send(request("GET", server.url))
                    #expect(proxy.heads.isEmpty)
                    _ = try await transport.send(request("GET", "http://service.test:8080/a?b=c"))
                    #expect(proxy.heads.first?.hasPrefix("CONNECT service.test:8080 HTTP/1.1\r\n") == true)
                    #expect(server.requests.last?.target == "/a?b=c")
                    #expect(server.requests.last?["Host"] == "service.test:8080")
                }
            }
        }
    }

    @Test func theProxysCredentialsGoToTheProxyOnly() async throws {
        try await withScriptedServer(.answer()) { server in
            try await withScriptedProxy(to: server.port) { proxy in
                let settings = settings(proxy, credentials: .init(user: "me", password: "hunter2"))
                try await withTransport(AsyncHTTPTransport(proxies: settings, connectTimeout: .seconds(120))) {
                    transport in
                    _ = try await transport.send(request("GET", "http://service.test/"))
                    #expect(
                        proxy.heads.first?.lowercased().contains("proxy-authorization: basic bwu6ahvudgvymg==") == true)
                    #expect(server.requests.first?["Proxy-Authorization"] == nil)
                }
            }
        }
    }

    @Test(arguments: [(407, "the proxy asks for other credentials"), (403, "the proxy refuses")])
    func aProxyThatRefusesIsNamedWithoutItsCredentials(status: Int, reason: String) async throws {
        try await withScriptedProxy(to: 9, status: status) { proxy in
            let settings = settings(proxy, credentials: .init(user: "me", password: "hunter2"))
            try await withTransport(AsyncHTTPTransport(proxies: settings, connectTimeout: .seconds(120))) { transport in
                let error = try await transport.failure(of: request("POST", "https://service.test/", body: [1]))
                let path = "service.test:443 through the proxy 127.0.0.1:\(proxy.port)"
                #expect(error == TransportError(.cannotConnect, "cannot connect to \(path): \(reason)"))
            }
        }
    }

    @Test func aProxyThatIsNotThereIsNamed() async throws {
        let port = try await withScriptedProxy(to: 9) { $0.port }
        let settings = ProxySettings(https: Proxy(host: "127.0.0.1", port: port))
        try await withTransport(AsyncHTTPTransport(proxies: settings, connectTimeout: .seconds(120))) { transport in
            let error = try await transport.failure(of: request("GET", "https://service.test/"))
            #expect(error.code == .cannotConnect)
            #expect(
                error.message
                    == "cannot connect to service.test:443 through the proxy 127.0.0.1:\(port): connection refused")
        }
    }
}
