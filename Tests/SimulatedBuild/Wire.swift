package import AWSClient
package import SimulatedEC2
import Synchronization

/// The way to the simulation, which a test can cut: what a build that was killed asks for never arrives.
package final class Wire: HTTPTransport {
    private let transport: SimulatedTransport
    private let isDead = Mutex(false)

    package init(_ simulation: Simulation) { transport = SimulatedTransport(simulation) }

    package func cut() { isDead.withLock { $0 = true } }
    package func mend() { isDead.withLock { $0 = false } }
    package var isCut: Bool { isDead.withLock { $0 } }

    package func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        try check()
        let response = try await transport.send(request)
        // What was under way is done, and nobody hears of it.
        try check()
        return response
    }

    private func check() throws(TransportError) {
        guard !isDead.withLock({ $0 }) else { throw TransportError(.notSent, "the build was killed") }
    }

    package func shutDown() async {}
}
