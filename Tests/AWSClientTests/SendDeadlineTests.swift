import AWSClient
import Synchronization
import TestBasics
import Testing

/// When a call ends before it is done: the caller's time is over, or the caller is gone.
@Suite struct SendDeadlineTests {
    @Test func noAttemptBeginsAfterTheDeadline() async {
        let scene = ClientScene { _, _ in HTTPResponse(500) }
        #expect(await scene.outcome(deadline: .seconds(3)) == "ec2 DescribeImages: HTTP status 500")
        // 0.25, 0.5 and 1 s are waited for; 2 s more would be too many.
        #expect(scene.clock.sleeps == [.milliseconds(250), .milliseconds(500), .seconds(1)])
        #expect(scene.requests.map(\.timeout) == [.seconds(3), .seconds(2.75), .seconds(2.25), .seconds(1.25)])
        #expect(scene.notices.count == 3)
    }

    @Test func anAttemptIsNotLongerThanTheCallAllows() async {
        let scene = ClientScene { _, _ in HTTPResponse(200, [:], "ok") }
        #expect(await scene.outcome() == "ok")
        #expect(await scene.outcome(deadline: .seconds(100)) == "ok")
        #expect(scene.requests.map(\.timeout) == [.seconds(30), .seconds(30)])
    }

    @Test func nothingIsSentWhenTheTimeIsOver() async {
        let fetches = Notices()
        let scene = ClientScene(
            credentials: FakeCredentials([.canary()], onFetch: { () throws(CredentialError) in fetches.add("") })
        ) { _, _ in HTTPResponse(200) }
        #expect(await scene.outcome(deadline: .zero) == "ec2 DescribeImages: the time for it is over")
        scene.clock.advance(by: .seconds(10))
        #expect(await scene.outcome(deadline: .seconds(10)) == "ec2 DescribeImages: the time for it is over")
        #expect(scene.requests.isEmpty)
        #expect(fetches.lines.isEmpty)
    }

    @Test func credentialsThatTakeLongLeaveLessTime() async {
        let clock = ManualClock()
        let slow = FakeCredentials(
            [.canary()], onFetch: { () throws(CredentialError) in clock.advance(by: .seconds(4)) })
        let scene = ClientScene(clock: clock, credentials: slow) { _, _ in HTTPResponse(200, [:], "ok") }
        #expect(await scene.outcome(deadline: .seconds(10)) == "ok")
        #expect(scene.requests.map(\.timeout) == [.seconds(6)])
        #expect(await scene.outcome(deadline: .seconds(7)) == "ec2 DescribeImages: the time for it is over")
        #expect(scene.requests.count == 1)
    }

    @Test func theLastErrorIsToldWhenTheTimeIsOver() async {
        let clock = ManualClock()
        // Each answer takes a second, each wait a quarter: the refreshed credentials come too late.
        let scene = ClientScene(clock: clock, credentials: FakeCredentials([.canary(1), .canary(2)])) { _, _ in
            clock.advance(by: .seconds(1))
            return .ec2(400, "ExpiredToken", "expired")
        }
        #expect(await scene.outcome(deadline: .seconds(1)) == "ec2 DescribeImages: ExpiredToken: expired (request r-1)")
        #expect(scene.requests.count == 1)
    }

    @Test func aRetryThatTheDeadlineForbidsCostsNothing() async {
        let scene = ClientScene(random: 0.5) { _, _ in HTTPResponse(500) }
        for _ in 0..<200 { _ = await scene.outcome(deadline: .milliseconds(1)) }
        _ = await scene.outcome()
        #expect(scene.requests.count == 208)
    }

    @Test func aRetryAfterBeyondTheDeadlineIsNotWaitedFor() async {
        let scene = ClientScene { _, _ in HTTPResponse(503, ["Retry-After": "30"]) }
        #expect(await scene.outcome(deadline: .seconds(30)) == "ec2 DescribeImages: HTTP status 503")
        #expect(scene.clock.sleeps.isEmpty)
    }

    @Test func credentialsThatCannotBeHadNowAreAskedForAgain() async {
        let failures = Mutex(2)
        let flaky = FakeCredentials(
            [.canary()],
            onFetch: { () throws(CredentialError) in
                let fails = failures.withLock { left in
                    left -= 1
                    return left >= 0
                }
                if fails { throw CredentialError(.unavailable, source: "instance metadata", "no answer") }
            })
        let scene = ClientScene(credentials: flaky) { _, _ in HTTPResponse(200, [:], "ok") }
        #expect(await scene.outcome(ClientScene.call("RunInstances", isRepeatable: false)) == "ok")
        #expect(
            scene.notices == [
                "ec2 RunInstances: instance metadata: no answer; again in 0.3 s (2 of 8)",
                "ec2 RunInstances: instance metadata: no answer; again in 0.5 s (3 of 8)",
            ])
    }

    @Test func whoIsCancelledInASleepEndsThere() async {
        let clock = ManualClock { withUnsafeCurrentTask { $0?.cancel() } }
        let scene = ClientScene(clock: clock) { _, _ in HTTPResponse(500) }
        let outcome = await Task { await scene.outcome() }.value
        #expect(outcome == "ec2 DescribeImages: given up")
        #expect(scene.requests.count == 1)
    }

    @Test(arguments: [TransportError.Code.cancelled, .connectionLost]) func whoIsCancelledInTheTransportEndsThere(
        code: TransportError.Code
    ) async throws {
        let scene = ClientScene { _, _ throws(TransportError) in
            withUnsafeCurrentTask { $0?.cancel() }
            throw TransportError(code, "it ends")
        }
        let error = await Task {
            await #expect(throws: AWSError.self) {
                try await scene.client.send(ClientScene.call("X")) { _ throws(AWSError) in }
            }
        }.value
        #expect(error?.origin == .cancelled)
        #expect(scene.notices.isEmpty)
        #expect(scene.requests.count == 1)
        #expect(scene.clock.sleeps.isEmpty)
    }

    @Test func anAnswerThatCameIsGivenToWhoIsCancelled() async {
        let scene = ClientScene { _, _ in
            withUnsafeCurrentTask { $0?.cancel() }
            return HTTPResponse(200, [:], "ok")
        }
        #expect(await Task { await scene.outcome() }.value == "ok")
    }
}
