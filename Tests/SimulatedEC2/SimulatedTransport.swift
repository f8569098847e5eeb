package import AWSClient

/// Carries requests to a simulation in the same process.
package struct SimulatedTransport: HTTPTransport {
    private let simulation: Simulation

    package init(_ simulation: Simulation) {
        self.simulation = simulation
    }

    package func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        guard !Task.isCancelled else { throw TransportError(.cancelled, "given up") }
        switch await simulation.answer(SimulatedRequest(request), patience: request.timeout) {
        case .late: throw TransportError(.timedOut, "no answer within \(request.timeout)")
        case .lost: throw TransportError(.connectionLost, "the connection was lost")
        case .reply(let reply):
            var headers = reply.headers
            if !headers.contains(where: { $0.name == "Content-Length" }) {
                headers.append(("Content-Length", "\(reply.body.count)"))
            }
            return HTTPResponse(status: reply.status, headers: HTTPHeaders(headers), body: reply.body)
        }
    }

    package func shutDown() async {}
}
