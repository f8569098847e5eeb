import AWSClient
import ScriptedServer
import TestBasics
import Testing

/// Each call with each fault, over the real transport.
@Suite struct FaultMatrixTests {
    @Test(arguments: Cell.all)
    func aCallLivesThroughAFaultOrSaysWhatItWas(cell: Cell) async throws {
        let clock = ManualClock()
        let faulty = FaultyServices(cell, clock)
        try await withScriptedServer(onHead: faulty.onHead, faulty.onRequest) { server in
            let provider = CountingProvider()
            let hurried = cell.fault == .halfAnswer ? cell.fault.times : 0
            try await FaultScene.run(server, clock: clock, provider: provider, hurried: hurried) { scene in
                let (told, error) = await outcome(of: cell.call, scene)
                let expected = cell.expectation
                await waitUntil { faulty.services.effects.count >= expected.effects.count }
                let seen = Expectation(
                    told: plain(told, cell), error: error.map(ErrorFacts.init), requests: server.requests.count,
                    effects: faulty.services.effects, notices: scene.notices.map { plain($0, cell) },
                    fetches: provider.count, pauses: clock.sleeps)
                #expect(seen == expected)
                #expect(faulty.wrongSignatures.isEmpty)
                expectNoCanary([told] + scene.notices + (error.map { [String(reflecting: $0)] + $0.notes } ?? []))
            }
        }
    }

    private func outcome(of call: ServiceCall, _ scene: FaultScene) async -> (String, AWSError?) {
        do throws(AWSError) {
            return (try await call.run(scene.client), nil)
        } catch {
            return (scene.anonymous(error.description), error)
        }
    }

    /// A server that closes a connection with something unread in it resets it.
    private func plain(_ text: String, _ cell: Cell) -> String {
        guard cell.fault == .closedUnread else { return text }
        return text.replacing(
            "the connection to SERVER ended before it answered: connection reset",
            with: "SERVER closed the connection before it answered")
    }
}

/// The server may be slower than the time of a request.
func waitUntil(_ isSo: () -> Bool) async {
    for _ in 0..<6000 where !isSo() { try? await Task.sleep(for: .milliseconds(10)) }
}

/// Nothing of what only requests may have.
func expectNoCanary(_ texts: [String]) {
    for text in texts { #expect(!text.contains("canary"), "\(text)") }
}

extension ErrorFacts {
    init(_ error: AWSError) {
        self.init(origin: error.origin, code: error.code, kind: error.kind, mayHaveActed: error.mayHaveActed)
    }
}
