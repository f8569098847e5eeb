import ClusterSpec
import Doctor
import HealthDecision
import Testing

struct RoutesTests {
    private static let answers: [Question: Answer] = [
        .live: Answer(true, "pgpool lives"), .ready: Answer(false, "every child is busy"),
        .primary: Answer(true, "the writer takes writes"), .replica: Answer(false, "no reader"),
    ]

    private let snapshot = Snapshot(
        now: .zero, startedAt: 0,
        verdict: Verdict(state: .saturated, since: .zero, reasons: [], answers: answers),
        evidence: Evidence(), heals: Snapshot.Heals(isEnabled: false), version: "1")

    private func ask(
        _ path: String, method: String = "GET", accept: String? = nil, peer: String = "10.0.0.1",
        networks: [CIDRBlock] = []
    ) -> HealthResponse {
        Routes(statusNetworks: networks).respond(
            to: HealthRequest(method: method, path: path, accept: accept, peer: peer)
        ) { snapshot }
    }

    @Test(arguments: [
        ("/", 500, "every child is busy\n"), ("/live", 200, "pgpool lives\n"),
        ("/ready", 503, "every child is busy\n"), ("/primary", 200, "the writer takes writes\n"),
        ("/replica", 503, "no reader\n"),
    ])
    func aQuestionIsAnsweredByStatusAndReason(path: String, status: Int, body: String) {
        let response = ask(path)
        #expect(response.status == status)
        #expect(response.body == body)
        #expect(response.contentType == "text/plain; charset=utf-8")
        #expect(response.headers == [.init("Cache-Control", "no-store")])
        #expect(ask(path, method: "HEAD") == response)
    }

    @Test func aQuestionWithoutAnAnswerIsAnsweredNo() {
        var snapshot = snapshot
        snapshot.verdict.answers = [:]
        let response = Routes().respond(to: HealthRequest(path: "/live", peer: "")) { snapshot }
        #expect(response.status == 503)
    }

    @Test(arguments: ["application/json", "text/html, Application/JSON ; q=0.5", "application/json;charset=utf-8"])
    func whoAcceptsJSONGetsIt(accept: String) {
        for (path, question) in [("/", Question.ready), ("/live", .live), ("/replica", .replica)] {
            let response = ask(path, accept: accept)
            #expect(response.contentType == SnapshotJSON.contentType)
            #expect(response.body == SnapshotJSON.render(question, snapshot))
            #expect(response.status == ask(path).status)
        }
        #expect(ask("/status", accept: accept).body == SnapshotJSON.render(nil, snapshot))
    }

    @Test(arguments: [nil, "*/*", "text/html", "application/json;q=0", "application/jsonl", ";;,,;q"])
    func whoAcceptsOtherThingsGetsText(accept: String?) {
        #expect(ask("/live", accept: accept).contentType == HealthResponse.plainText)
        #expect(ask("/status", accept: accept).contentType == StatusPage.contentType)
        #expect(ask("/metrics", accept: accept).contentType == OpenMetrics.contentType)
    }

    @Test func theStatusPageMayLoadNothing() {
        for accept in [nil, "application/json"] {
            let headers = ask("/status", accept: accept).headers
            let policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
            #expect(headers.contains(.init("Content-Security-Policy", policy)))
            #expect(headers.contains(.init("X-Content-Type-Options", "nosniff")))
            #expect(headers.contains(.init("Cache-Control", "no-store")))
        }
    }

    @Test(arguments: ["POST", "PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", "get", ""])
    func otherMethodsAreRefused(method: String) {
        let response = ask("/ready", method: method)
        #expect(response.status == 405)
        #expect(response.headers.contains(.init("Allow", "GET, HEAD")))
    }

    @Test(arguments: ["", "/x", "/ready/", "//ready", "/READY", "/%72eady", "*", "ready"])
    func anUnknownPathIsNotFound(path: String) {
        let response = ask(path)
        #expect(response.status == 404)
        #expect(response.body == "not found; there are /, /live, /ready, /primary, /replica, /metrics and /status\n")
    }

    @Test func statusAndMetricsAreForTheirNetworksOnly() throws {
        let networks = [try CIDRBlock.parse("10.1.0.0/16"), try CIDRBlock.parse("fd00::/8")]
        for path in ["/status", "/metrics"] {
            #expect(ask(path, peer: "10.1.255.1", networks: networks).status == 200)
            #expect(ask(path, peer: "::ffff:10.1.0.1", networks: networks).status == 200)
            #expect(ask(path, peer: "10.2.0.1", networks: networks).status == 403)
            #expect(ask(path, peer: "unknown", networks: networks).status == 403)
            // Nor is there a way round it.
            let json = ask("/live", accept: "application/json", peer: "10.2.0.1", networks: networks)
            #expect(json.status == 200)
            #expect(
                json.body == "{\n  \"question\": \"live\",\n  \"answer\": true,\n  \"reason\": \"pgpool lives\"\n}\n")
            #expect(ask(path, peer: "unknown").status == 200)
        }
        #expect(ask("/ready", peer: "10.2.0.1", networks: networks).status == 503)
    }

    @Test(arguments: [
        ("/ready", "/ready"), ("/ready?x=/y?z", "/ready"), ("/ready#x", "/ready"), ("?", ""), ("", ""),
        ("http://h:1/ready?x", "/ready"), ("http://h", "/"), ("http://", "/"), ("http://h?x=/y", "/"),
        ("/a?\u{301}", "/a"), ("*", "*"),
    ])
    func thePathIsWhatComesBeforeTheQuery(target: String, path: String) {
        #expect(HealthRequest.path(ofTarget: target) == path)
    }
}
