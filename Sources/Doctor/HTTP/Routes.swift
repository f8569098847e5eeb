package import ClusterSpec
package import HealthDecision

/// What each path answers.
package struct Routes: Sendable {
    private let statusNetworks: NetworkList
    private let views = ViewCache()

    /// - Parameter statusNetworks: who may read `/metrics` and `/status`; empty means everyone.
    package init(statusNetworks: [CIDRBlock] = []) {
        self.statusNetworks = NetworkList(statusNetworks)
    }

    /// The answer; the snapshot is taken only when the answer depends on it.
    package func respond(to request: HealthRequest, snapshot: () -> Snapshot) -> HealthResponse {
        guard request.method == "GET" || request.method == "HEAD" else {
            return HealthResponse(
                status: 405, body: "only GET and HEAD are allowed\n", headers: [.init("Allow", "GET, HEAD")])
        }
        switch request.path {
        // The C program's only answer: 500 is what its users' load balancers know.
        case "/": return answer(.ready, no: 500, request, snapshot())
        case "/live": return answer(.live, request, snapshot())
        case "/ready": return answer(.ready, request, snapshot())
        case "/primary": return answer(.primary, request, snapshot())
        case "/replica": return answer(.replica, request, snapshot())
        case "/metrics", "/status":
            guard statusNetworks.contains(request.peer) else {
                return HealthResponse(status: 403, body: "this address is not allowed to read \(request.path)\n")
            }
            return request.path == "/status" ? status(request, snapshot()) : metrics(snapshot())
        default:
            return HealthResponse(
                status: 404, body: "not found; there are /, /live, /ready, /primary, /replica, /metrics and /status\n")
        }
    }

    private func answer(
        _ question: Question, no: Int = 503, _ request: HealthRequest, _ snapshot: Snapshot
    ) -> HealthResponse {
        let answer = snapshot.verdict.answers[question] ?? Answer(false, "not known yet")
        let status = answer.isYes ? 200 : no
        guard request.wantsJSON else { return HealthResponse(status: status, body: answer.reason + "\n") }
        return HealthResponse(
            status: status, contentType: SnapshotJSON.contentType,
            body: statusNetworks.contains(request.peer)
                ? views.text(.json(question), of: snapshot) : SnapshotJSON.brief(question, answer))
    }

    private func metrics(_ snapshot: Snapshot) -> HealthResponse {
        HealthResponse(status: 200, contentType: OpenMetrics.contentType, body: views.text(.metrics, of: snapshot))
    }

    private func status(_ request: HealthRequest, _ snapshot: Snapshot) -> HealthResponse {
        let json = request.wantsJSON
        return HealthResponse(
            status: 200,
            contentType: json ? SnapshotJSON.contentType : StatusPage.contentType,
            body: views.text(json ? .json(nil) : .page, of: snapshot),
            headers: [
                .init("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; img-src data:"),
                .init("X-Content-Type-Options", "nosniff"),
            ])
    }
}
