import Glibc
import RealCluster
import RenderedCluster
import Testing

struct HTTPProbeTests {
    /// A server in Python that answers a path with what the test wants of it.
    private static let server = """
        import http.server, sys, time
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                if self.path == '/slow': time.sleep(0.5)
                if self.path == '/silent': time.sleep(30)
                body = (self.headers.get('X-Word') or 'none').encode()
                if self.path == '/cut': body = body[:-1]
                self.send_response(503 if self.path == '/bad' else 200)
                self.send_header('Content-Length', str(len(self.headers.get('X-Word') or 'none')))
                self.send_header('X-Seen', self.path)
                self.end_headers()
                self.wfile.write(body)
        class Server(http.server.ThreadingHTTPServer):
            request_queue_size = 128
        Server(('127.0.0.1', int(sys.argv[1])), Handler).serve_forever()
        """

    private func start(_ cluster: RealCluster) async throws -> (program: RunningProgram, port: Int) {
        let port = try RealCluster.freePorts(1)[0]
        let program = try await cluster.launch(["python3", "-c", Self.server, String(port)], name: "http")
        try await program.waitUntilReady(within: .seconds(10)) { (try? await HTTPProbe.get(port: port)) != nil }
        return (program, port)
    }

    @Test func theAnswerIsReadWithHeadersAndBody() async throws {
        let (program, port) = try await start(try await RealCluster.shared)
        let answer = try await HTTPProbe.get(port: port, path: "/slow", headers: [("X-Word", "hello")])
        #expect(answer.status == 200)
        #expect(answer.headers["x-seen"] == "/slow")
        #expect(answer.body == "hello")
        #expect(answer.took >= .milliseconds(500) && answer.took < .seconds(4))
        #expect(try await HTTPProbe.get(port: port, path: "/bad").status == 503)
        await program.stop()
    }

    @Test func manyAskAtOnce() async throws {
        let (program, port) = try await start(try await RealCluster.shared)
        let began = ContinuousClock.now
        let answers = await HTTPProbe.concurrently(50, port: port, path: "/slow")
        // One after the other they would take 25 s.
        #expect(began.duration(to: .now) < .seconds(10))
        #expect(answers.count == 50)
        #expect(answers.allSatisfy { (try? $0.get().status) == 200 })
        await program.stop()
    }

    @Test func whatDoesNotAnswerIsAFailureWithItsReason() async throws {
        let (program, port) = try await start(try await RealCluster.shared)
        let silent = await #expect(throws: HTTPProbe.Failure.self) {
            try await HTTPProbe.get(port: port, path: "/silent", timeout: .milliseconds(300))
        }
        #expect(silent?.reason == .timeout)
        #expect(try #require(silent?.took) < .seconds(3))
        let cut = await #expect(throws: HTTPProbe.Failure.self) { try await HTTPProbe.get(port: port, path: "/cut") }
        #expect(cut?.reason == .cutOff)
        await program.stop()
        let refused = await #expect(throws: HTTPProbe.Failure.self) { try await HTTPProbe.get(port: port) }
        #expect(refused?.reason == .connectionRefused)
    }
}
