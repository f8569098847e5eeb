import AWSClient
import AWSTransport
import ScriptedServer
import Testing

@Suite struct TLSTests {
    @Test(arguments: ["127.0.0.1", "localhost"])
    func aServerWhoseAuthorityIsInTheBundleIsTrusted(host: String) async throws {
        try await withTestCertificates { certificates in
            try await withScriptedServer(certificate: certificates.issue()) {
                .answer(text: $0.text)
            } while: { server in
                let transport = AsyncHTTPTransport(
                    certificateBundle: certificates.authorityPath, connectTimeout: .seconds(120))
                try await withTransport(transport) { transport in
                    for _ in 1...3 {
                        let response = try await transport.send(
                            request("POST", "https://\(host):\(server.port)/", body: Array("secret".utf8)))
                        #expect(response.body == Array("secret".utf8))
                    }
                    #expect(server.connectionCount == 1)
                }
            }
        }
    }

    @Test func aServerWithAnAuthorityThatTheSystemDoesNotKnowIsNotTrusted() async throws {
        try await withTestCertificates { certificates in
            try await withScriptedServer(.answer(), certificate: certificates.issue()) { server in
                try await withTransport { transport in
                    let error = try await transport.failure(of: request("POST", server.url, body: [1]))
                    #expect(
                        error
                            == TransportError(
                                .tls, "no TLS with 127.0.0.1:\(server.port): its certificate is not trusted"))
                    #expect(server.requests.isEmpty)
                }
            }
        }
    }

    @Test(arguments: ["127.0.0.1", "localhost"])
    func aCertificateForAnotherNameIsRefused(host: String) async throws {
        try await withTestCertificates { certificates in
            let other = try await certificates.issue(["DNS:other.test", "IP:10.0.0.1"])
            try await withScriptedServer(.answer(), certificate: other) { server in
                let transport = AsyncHTTPTransport(
                    certificateBundle: certificates.authorityPath, connectTimeout: .seconds(120))
                try await withTransport(transport) { transport in
                    let url = "https://\(host):\(server.port)/"
                    let error = try await transport.failure(of: request("POST", url, body: [1]))
                    #expect(error.code == .tls)
                    #expect(error.message.hasPrefix("no TLS with \(host):\(server.port): its certificate is"))
                    #expect(server.requests.isEmpty)
                }
            }
        }
    }

    @Test func aServerThatDoesNotSpeakTLSIsNotSpokenTo() async throws {
        try await withScriptedServer(.answer()) { server in
            try await withTransport { transport in
                let error = try await transport.failure(of: request("GET", "https://127.0.0.1:\(server.port)/"))
                #expect(
                    error == TransportError(.tls, "no TLS with 127.0.0.1:\(server.port): it does not speak TLS"))
            }
        }
    }

    @Test func aServerThatHangsUpDuringTheHandshakeMayBeTriedAgain() async throws {
        try await withScriptedServer(.close, onHead: { _ in .close }) { server in
            try await withTransport { transport in
                let error = try await transport.failure(of: request("GET", "https://127.0.0.1:\(server.port)/"))
                #expect(!error.mayHaveArrived)
            }
        }
    }

    @Test func aSecureServerThatIsSpokenToInPlainGivesNoAnswer() async throws {
        try await withTestCertificates { certificates in
            try await withScriptedServer(.answer(), certificate: certificates.issue()) { server in
                try await withTransport { transport in
                    let error = try await transport.failure(of: request("GET", "http://127.0.0.1:\(server.port)/"))
                    #expect(error.code == .connectionLost)
                }
            }
        }
    }

    @Test func anAnswerThatEndsWithoutAGoodbyeIsLost() async throws {
        try await withTestCertificates { certificates in
            let action = Action.truncated(Answer(200, body: [1, 2, 3]), bytes: 1)
            try await withScriptedServer(action, certificate: certificates.issue()) { server in
                let transport = AsyncHTTPTransport(
                    certificateBundle: certificates.authorityPath, connectTimeout: .seconds(120))
                try await withTransport(transport) { transport in
                    let error = try await transport.failure(of: request("GET", server.url))
                    #expect(error.code == .connectionLost)
                }
            }
        }
    }

    @Test(arguments: ["/nonexistent/bundle.pem", "/etc/passwd"])
    func aBundleThatCannotBeReadIsAnErrorOfTLS(path: String) async throws {
        try await withTransport(AsyncHTTPTransport(certificateBundle: path, connectTimeout: .seconds(120))) {
            transport in
            try await withScriptedServer(.answer()) { server in
                // Plain http has no need of it.
                let response = try await transport.send(request("GET", server.url))
                #expect(response.status == 200)
                let error = try await transport.failure(of: request("GET", "https://127.0.0.1:\(server.port)/"))
                #expect(error.code == .tls)
                #expect(error.message.hasSuffix(": no certificate authorities to trust in \(path)"))
            }
        }
    }
}
