import AWSClient
import AWSTransport
import ScriptedServer
import Testing

@Suite struct ExchangeTests {
    @Test func aRequestArrivesAsItIs() async throws {
        try await withScriptedServer(.answer()) { server in
            try await withTransport { transport in
                let headers: HTTPHeaders = ["X-Amz-Date": "20260101T000000Z", "authorization": "AWS4 a=b, c=\"d\""]
                _ = try await transport.send(
                    request("POST", "\(server.url)/a/b?x=1", headers: headers, body: Array("Action=Go".utf8)))
                let received = try #require(server.requests.first)
                #expect((received.method, received.target, received.text) == ("POST", "/a/b?x=1", "Action=Go"))
                #expect(received["Host"] == "127.0.0.1:\(server.port)")
                #expect(received["Content-Length"] == "9")
                #expect(received.headers.map(\.name) == ["Host", "X-Amz-Date", "authorization", "Content-Length"])
                #expect(received["authorization"] == "AWS4 a=b, c=\"d\"")
            }
        }
    }

    @Test(arguments: [
        "/", "//a//b", "/a/../b/./c", "/a%2Fb%20c", "/a+b", "/k:e@y;v=1,2!$&'()*~", "/?", "/?a=&b=%2B%20",
        "/a?x=%3F%26",
        "/latest/meta-data/iam/", "/%E2%82%AC",
    ])
    func theTargetIsSentAsItWasSigned(target: String) async throws {
        try await withScriptedServer(.answer()) { server in
            try await withTransport { transport in
                let sent = try request("GET", "\(server.url)\(target)")
                _ = try await transport.send(sent)
                #expect(server.requests.map(\.target) == [sent.url.target])
            }
        }
    }

    @Test func aHostHeaderOfTheCallerIsKept() async throws {
        try await withScriptedServer(.answer()) { server in
            try await withTransport { transport in
                _ = try await transport.send(request("GET", server.url, headers: ["host": "signed.test"]))
                #expect(server.requests.first?.values(of: "Host") == ["signed.test"])
            }
        }
    }

    @Test func theAnswerComesBackAsItIsWhateverItsStatus() async throws {
        try await withScriptedServer { request in
            .answer(Int(request.target.dropFirst()) ?? 0, headers: [("X-Id", "1"), ("x-id", "2")], text: "<Error/>")
        } while: { server in
            try await withTransport { transport in
                for status in [200, 201, 301, 302, 307, 400, 403, 404, 429, 500, 503] {
                    let response = try await transport.send(request("GET", "\(server.url)/\(status)"))
                    #expect(response.status == status)
                    #expect(response.headers.fields.map(\.value) == ["1", "2", "8"])
                    #expect(response.body == Array("<Error/>".utf8))
                }
                #expect(server.connectionCount == 1)
            }
        }
    }

    @Test func aRedirectionIsNotFollowed() async throws {
        try await withScriptedServer(.answer(302, headers: [("Location", "/elsewhere")])) { server in
            try await withTransport { transport in
                let response = try await transport.send(request("GET", server.url))
                #expect((response.status, response.headers["location"]) == (302, "/elsewhere"))
                #expect(server.requests.count == 1)
            }
        }
    }

    @Test func aCompressedBodyStaysCompressed() async throws {
        let body: [UInt8] = [0x1F, 0x8B, 8, 0, 1, 2, 3]
        let answer = Answer(200, headers: [("Content-Encoding", "gzip")], body: body)
        try await withScriptedServer(.answer(answer)) { server in
            try await withTransport { transport in
                let response = try await transport.send(request("GET", server.url))
                #expect(response.body == body)
                #expect(server.requests.first?["Accept-Encoding"] == nil)
            }
        }
    }

    @Test func answersWithoutABodyAreWhole() async throws {
        try await withScriptedServer { request in
            switch request.target {
            case "/head": .answer(Answer(200, headers: [("Content-Length", "5000")]))
            case "/304": .answer(Answer(304, headers: [("Content-Length", "5000")]))
            default: .raw(Array("HTTP/1.1 204 No Content\r\n\r\n".utf8))
            }
        } while: { server in
            try await withTransport(AsyncHTTPTransport(connectTimeout: .seconds(120), answerLimit: 6000)) { transport in
                for (method, path, status) in [("HEAD", "/head", 200), ("GET", "/304", 304), ("PUT", "/204", 204)] {
                    let response = try await transport.send(request(method, "\(server.url)\(path)"))
                    #expect((response.status, response.body) == (status, []))
                }
            }
        }
    }

    @Test func aBodyInChunksAndOneThatEndsWithTheConnectionAreWhole() async throws {
        let chunked =
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nT: r\r\n\r\n"
        try await withScriptedServer { request in
            .raw(Array((request.target == "/chunked" ? chunked : "HTTP/1.0 200 OK\r\n\r\nabcde").utf8))
        } while: { server in
            try await withTransport { transport in
                for path in ["/chunked", "/to-the-end"] {
                    let response = try await transport.send(request("GET", "\(server.url)\(path)"))
                    #expect(response.body == Array("abcde".utf8))
                }
            }
        }
    }

    @Test func anInterimAnswerIsNotTheAnswer() async throws {
        let text = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
        try await withScriptedServer(.raw(Array(text.utf8))) { server in
            try await withTransport { transport in
                let response = try await transport.send(request("PUT", server.url, body: [1, 2, 3]))
                #expect((response.status, response.body) == (200, Array("ok".utf8)))
            }
        }
    }

    @Test func bigBodiesGoBothWays() async throws {
        let size = 16 << 20
        try await withScriptedServer {
            .answer(Answer(200, body: $0.body))
        } while: { server in
            try await withTransport { transport in
                var body = [UInt8](repeating: 0, count: size)
                for index in stride(from: 0, to: size, by: 4096) {
                    body[index] = UInt8(truncatingIfNeeded: index >> 12)
                }
                let response = try await transport.send(
                    request("PUT", server.url, body: body, timeout: .seconds(60)))
                #expect(response.body == body)
                #expect(server.requests.map(\.body.count) == [size])
            }
        }
    }

    @Test func anAnswerMayComeBeforeTheBodyIsSent() async throws {
        try await withScriptedServer(.answer(), onHead: { _ in .answer(403, text: "no") }) { server in
            try await withTransport { transport in
                let body = [UInt8](repeating: 0, count: 8 << 20)
                let response = try await transport.send(request("PUT", server.url, body: body))
                #expect((response.status, response.body) == (403, Array("no".utf8)))
            }
        }
    }

    @Test func ipv6IsSpokenToo() async throws {
        guard IPv6.hasLoopback else { return }
        try await withScriptedServer(.answer(text: "six"), host: "::1") { server in
            try await withTransport { transport in
                let response = try await transport.send(request("GET", server.url))
                #expect(response.body == Array("six".utf8))
                #expect(server.requests.first?["Host"] == "[::1]:\(server.port)")
            }
        }
    }
}
