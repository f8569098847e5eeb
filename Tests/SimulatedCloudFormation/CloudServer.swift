import AWSClient
package import ScriptedServer

/// Runs a server on loopback that plays a simulated CloudFormation, for as long as the body runs. The body is given its
/// address, which is that of all services: what AWS_ENDPOINT_URL wants.
///
/// `intercepting` is asked about each request first; the simulation never hears of one that it answers.
package func withSimulatedCloud<Value: Sendable>(
    _ cloud: SimulatedCloud, intercepting: @escaping @Sendable (ReceivedRequest) async -> Action? = { _ in nil },
    while body: (_ url: String) async throws -> Value
) async throws -> Value {
    try await withScriptedServer { request in
        if let action = await intercepting(request) { return action }
        return await cloud.answer(request)
    } while: { server in
        try await body(server.url)
    }
}

extension SimulatedCloud {
    /// Whether a request is signed for a service that the simulation plays, S3 apart.
    package static func isMeant(by request: ReceivedRequest) -> Bool {
        // Credential=ID/20260921/eu-west-1/cloudformation/aws4_request
        let scope = request["authorization"]?.split { ", ".contains($0) }.first { $0.hasPrefix("Credential=") }
        let parts = scope?.split(separator: "/") ?? []
        return parts.count == 5 && ["cloudformation", "rds"].contains(parts[3])
    }

    /// What becomes of a request that has come by HTTP: one that is lost closes the connection.
    package func answer(_ request: ReceivedRequest) async -> Action {
        guard let url = HTTPURL("http://simulated.test\(request.target)") else { return .answer(400) }
        do throws(TransportError) {
            let response = try await send(HTTPRequest(request.method, url, body: request.body))
            let headers = response.headers.fields.map { ($0.name, $0.value) }
            return .answer(Answer(response.status, headers: headers, body: response.body))
        } catch {
            return .close
        }
    }
}
