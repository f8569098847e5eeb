package import ScriptedServer

/// Runs a server on loopback that plays a simulation, for as long as the body runs. The body is given its address, which is
/// that of all services: what AWS_ENDPOINT_URL wants.
///
/// `intercepting` is asked about each request first; the simulation never hears of one that it answers.
package func withSimulatedServer<Value: Sendable>(
    _ simulation: Simulation, intercepting: @escaping @Sendable (ReceivedRequest) async -> Action? = { _ in nil },
    while body: (_ url: String) async throws -> Value
) async throws -> Value {
    try await withScriptedServer { request in
        if let action = await intercepting(request) { return action }
        switch await simulation.answer(SimulatedRequest(request)) {
        case .lost, .late: return .close
        case .reply(let reply):
            return .answer(
                Answer(reply.status, headers: reply.headers.map { ($0.name, $0.value) }, body: reply.body))
        }
    } while: { server in
        try await body(server.url)
    }
}
