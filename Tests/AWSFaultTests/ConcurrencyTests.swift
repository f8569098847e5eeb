import AWSClient
import FoundationEssentials
import ScriptedServer
import Synchronization
import TestBasics
import Testing

/// Many calls of one client at once.
@Suite struct ConcurrencyTests {
    private static let count = 50

    /// What each of so many readers of a parameter is told.
    private func readAll(_ client: AWSClient, count: Int = ConcurrencyTests.count) async -> [Result<String, AWSError>] {
        await withTaskGroup(of: Result<String, AWSError>.self) { group in
            for number in 0..<count {
                group.addTask {
                    do throws(AWSError) {
                        return .success(try await SSM(client).getParameter("/number/\(number)").value)
                    } catch {
                        return .failure(error)
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
    }

    private static let throttled = Action.answer(400, text: #"{"__type":"ThrottlingException","message":"slow"}"#)
    private static let expired = Action.answer(400, text: #"{"__type":"ExpiredTokenException","message":"over"}"#)

    @Test func fiftyCallsOfWhichHalfAreThrottledAllSucceed() async throws {
        let services = PlayedServices()
        let seen = Mutex<Set<String>>([])
        let script: ScriptedServer.Script = { request in
            let number = request.text.firstMatch(of: /\/number\/([0-9]+)/).flatMap { Int($0.1) } ?? 0
            let isFirst = seen.withLock { $0.insert(request.text).inserted }
            return isFirst && number.isMultiple(of: 2) ? Self.throttled : .answer(services.perform(request))
        }
        try await withScriptedServer(script) { server in
            try await FaultScene.run(server) { scene in
                let told = await readAll(scene.client)
                #expect(told == Array(repeating: .success("ami-1"), count: Self.count))
                #expect(server.requests.count == Self.count * 3 / 2)
                #expect(services.effects.count == Self.count)
                #expect(scene.notices.count == Self.count / 2)
                #expect(
                    Set(scene.notices) == [
                        "ssm GetParameter: ThrottlingException: slow; again in 0.4 s (2 of 4)"
                    ])
            }
        }
    }

    /// The budget pays for a hundred retries, however many calls want one.
    @Test func aServiceThatThrottlesEverybodyIsAskedNoMoreThanTheBudgetAllows() async throws {
        try await withScriptedServer(Self.throttled) { server in
            try await FaultScene.run(server) { scene in
                let told = await readAll(scene.client, count: 60)
                #expect(told.allSatisfy { (try? $0.get()) == nil })
                #expect(server.requests.count == 60 + 100)
                #expect(scene.notices.count == 100)
            }
        }
    }

    @Test func credentialsThatManyCallsFindExpiredAreRenewedOnce() async throws {
        let services = PlayedServices()
        let all = Gate(Self.count)
        let late = Gate(Self.count / 2 + 1)
        let isRenewed = Atomic(false)
        let script: ScriptedServer.Script = { request in
            if request.accessKeyID != "AKID1" {
                if !isRenewed.exchange(true, ordering: .relaxed) { await late.pass() }
                return .answer(services.perform(request))
            }
            // All are signed before any is told that these credentials are over, and half of them are told when there
            // are new ones.
            await all.pass()
            if request.number > Self.count / 2 { await late.pass() }
            return Self.expired
        }
        let provider = CountingProvider()
        try await withScriptedServer(script) { server in
            try await FaultScene.run(server, provider: provider) { scene in
                let told = await readAll(scene.client)
                #expect(told == Array(repeating: .success("ami-1"), count: Self.count))
                #expect(provider.count == 2)
                #expect(server.requests.count == Self.count * 2)
                #expect(scene.clock.sleeps.isEmpty)
                expectNoCanary(scene.notices)
            }
        }
    }

    @Test func credentialsThatEndAreRenewedOnceByAllWhoCallThen() async throws {
        let services = PlayedServices()
        let clock = ManualClock()
        let provider = CountingProvider { .canary($0, expiration: clock.date.addingTimeInterval(3600)) }
        try await withScriptedServer({ .answer(services.perform($0)) }) { server in
            try await FaultScene.run(server, clock: clock, provider: provider) { scene in
                for life in 1...3 {
                    let told = await readAll(scene.client)
                    #expect(told == Array(repeating: .success("ami-1"), count: Self.count))
                    #expect(provider.count == life)
                    clock.advance(by: .seconds(3601))
                }
                let signers = server.requests.map(\.accessKeyID)
                let lives = ["AKID1", "AKID2", "AKID3"].flatMap { Array(repeating: $0, count: Self.count) }
                #expect(signers == lives)
            }
        }
    }
}
