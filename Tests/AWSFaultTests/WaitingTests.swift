import AWSClient
import ScriptedServer
import Synchronization
import Testing

/// Answers that take long, come in pages, or are not waited for.
@Suite struct WaitingTests {
    @Test(arguments: ServiceCall.all)
    func anAnswerThatDripsIsWaitedFor(call: ServiceCall) async throws {
        let services = PlayedServices()
        let script: ScriptedServer.Script = { .drip(services.perform($0), pause: .milliseconds(1)) }
        try await withScriptedServer(script) { server in
            try await FaultScene.run(server) { scene in
                let told = try await call.run(scene.client)
                #expect(told == call.outcome(1))
                #expect(server.requests.count == 1)
                #expect(services.effects == call.effects(1))
            }
        }
    }

    @Test(arguments: [
        Action.answer(
            503, text: "<Response><Errors><Error><Code>RequestLimitExceeded</Code></Error></Errors></Response>"),
        .close, .reset, .answer(text: "<Response><reservationSet><item>"), .answer(500),
    ])
    func aPageThatFailsIsReadAgainAndNoOtherIs(fault: Action) async throws {
        let hasFailed = Mutex(false)
        let script: ScriptedServer.Script = { request in
            let page = request.form["NextToken"].flatMap { Int($0) } ?? 1
            let isStruck =
                page == 2
                && hasFailed.withLock { hasFailed in
                    defer { hasFailed = true }
                    return !hasFailed
                }
            guard !isStruck else { return fault }
            let item =
                "<item><instancesSet><item><instanceId>i-\(page)</instanceId>"
                + "<instanceState><name>running</name></instanceState></item></instancesSet></item>"
            let next = page < 3 ? "<nextToken>\(page + 1)</nextToken>" : ""
            return .answer(text: "<Response><reservationSet>\(item)</reservationSet>\(next)</Response>")
        }
        try await withScriptedServer(script) { server in
            try await FaultScene.run(server) { scene in
                let instances = try await EC2(scene.client).describeInstances(.matching([]))
                #expect(instances.map(\.id) == ["i-1", "i-2", "i-3"])
                #expect(server.requests.map { $0.form["NextToken"] } == [nil, "2", "2", "3"])
            }
        }
    }

    @Test func aCallThatIsGivenUpWhileTheServiceIsSilentMayHaveActed() async throws {
        try await withScriptedServer(.silence) { server in
            try await FaultScene.run(server) { scene in
                let call = Task {
                    try await EC2(scene.client).createImage(EC2.ImageCreation(instanceID: "i-1", name: "web"))
                }
                await waitUntil { !server.requests.isEmpty }
                call.cancel()
                let error = await #expect(throws: AWSError.self) { try await call.value }
                #expect(error?.origin == .cancelled)
                #expect(error?.mayHaveActed == true)
                #expect(server.requests.count == 1)
                #expect(scene.notices.isEmpty)
            }
        }
    }
}
