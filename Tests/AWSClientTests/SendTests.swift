import AWSClient
import Diagnostics
import TestBasics
import Testing

/// What is tried again, and what is not.
@Suite struct SendTests {
    private static let throttled = HTTPResponse.ec2(503, "RequestLimitExceeded", "Request limit exceeded.")

    @Test(arguments: [
        (0.0, [250, 500, 1000]), (0.5, [375, 750, 1500]), (0.998, [499.5, 999, 1998]),
    ])
    func throttlingIsWaitedOutWithJitter(random: Double, milliseconds: [Double]) async {
        let scene = ClientScene(random: random) { _, number in
            number < 4 ? Self.throttled : HTTPResponse(200, [:], "ok")
        }
        #expect(await scene.outcome() == "ok")
        for (sleep, expected) in zip(scene.clock.sleeps, milliseconds) {
            #expect(abs(sleep / .milliseconds(1) - expected) < 0.01)
        }
        #expect(scene.clock.sleeps.count == 3)
    }

    @Test func eachRetryIsTold() async {
        let scene = ClientScene { _, number throws(TransportError) in
            switch number {
            case 1: Self.throttled
            case 2: HTTPResponse(500)
            case 3: throw TransportError(.cannotConnect, "connection to ec2.example:443 refused")
            default: HTTPResponse(200, [:], "ok")
            }
        }
        #expect(await scene.outcome() == "ok")
        #expect(
            scene.notices == [
                "ec2 DescribeImages: RequestLimitExceeded: Request limit exceeded. (request r-1); "
                    + "again in 0.4 s (2 of 8)",
                "ec2 DescribeImages: HTTP status 500; again in 0.5 s (3 of 8)",
                "ec2 DescribeImages: connection to ec2.example:443 refused; again in 1.0 s (4 of 8)",
            ])
    }

    @Test func attemptsAreCounted() async {
        let scene = ClientScene { _, _ in Self.throttled }
        #expect(
            await scene.outcome()
                == "ec2 DescribeImages: RequestLimitExceeded: Request limit exceeded. (request r-1)")
        #expect(scene.requests.count == 8)
        #expect(scene.notices.count == 7)
        #expect(scene.notices.last?.hasSuffix("(8 of 8)") == true)
        #expect(scene.clock.sleeps.count == 7)
    }

    /// How often each is asked, on a call that may be repeated and on one that may not.
    @Test(arguments: [
        (HTTPResponse(500), 8, 1), (HTTPResponse(502, [:], "<html>"), 8, 1), (HTTPResponse(503), 8, 1),
        (HTTPResponse(504), 8, 1), (HTTPResponse(429), 8, 8), (.ec2(503, "InternalError"), 8, 1),
        (.ec2(503, "RequestLimitExceeded"), 8, 8), (.ec2(503, "SlowDown"), 8, 8),
        (.ec2(500, "InsufficientInstanceCapacity"), 1, 1), (.ec2(500, "InsufficientHostCapacity"), 1, 1),
        (.ec2(500, "Unsupported"), 1, 1), (.ec2(400, "InvalidAMIID.NotFound"), 1, 1), (.ec2(400, "Other"), 1, 1),
        (.ec2(403, "UnauthorizedOperation"), 1, 1), (HTTPResponse(400), 1, 1), (HTTPResponse(404), 1, 1),
        (HTTPResponse(301), 1, 1), (HTTPResponse(100), 1, 1), (.ec2(403, "SignatureDoesNotMatch"), 1, 1),
    ])
    func anAnswerIsAskedAgainByItsClass(answer: HTTPResponse, repeatable: Int, unrepeatable: Int) async {
        for (isRepeatable, count) in [(true, repeatable), (false, unrepeatable)] {
            let scene = ClientScene { _, _ in answer }
            _ = await scene.outcome(ClientScene.call("RunInstances", isRepeatable: isRepeatable))
            #expect(scene.requests.count == count)
        }
    }

    @Test(arguments: [
        (TransportError.Code.cannotConnect, 8, 8), (.connectionLost, 8, 1), (.timedOut, 8, 1), (.tls, 1, 1),
        (.cancelled, 1, 1),
    ])
    func aLostAnswerIsAskedForAgainByWhatMayHaveHappened(
        code: TransportError.Code, repeatable: Int, unrepeatable: Int
    ) async {
        for (isRepeatable, count) in [(true, repeatable), (false, unrepeatable)] {
            let scene = ClientScene { _, _ throws(TransportError) in throw TransportError(code, "no answer") }
            #expect(
                await scene.outcome(ClientScene.call("RunInstances", isRepeatable: isRepeatable))
                    == "ec2 RunInstances: no answer")
            #expect(scene.requests.count == count)
        }
    }

    @Test func eachAttemptIsSignedAnew() async {
        let scene = ClientScene(random: 0.999) { _, number in
            number < 8 ? HTTPResponse(500) : HTTPResponse(200, [:], "ok")
        }
        #expect(await scene.outcome() == "ok")
        let dates = scene.requests.compactMap { $0.headers["X-Amz-Date"] }
        #expect(dates.count == 8)
        #expect(Set(dates).count == 7, "\(dates)")
        for request in scene.requests {
            #expect(request.headers.fields.count { $0.name == "Authorization" } == 1)
            #expect(request.headers["X-Amz-Security-Token"] == "canary-token-1/+=")
        }
    }

    @Test func aServiceMaySayHowLongToWait() async {
        let scene = ClientScene { _, number in
            switch number {
            case 1: HTTPResponse(503, ["Retry-After": "7"])
            case 2: HTTPResponse(503, ["Retry-After": "86400"])
            case 3: HTTPResponse(503, ["x-amz-retry-after": "1"])
            default: HTTPResponse(200, [:], "ok")
            }
        }
        #expect(await scene.outcome() == "ok")
        #expect(scene.clock.sleeps == [.seconds(7), .seconds(60), .seconds(1)])
    }

    @Test func theBudgetEndsRetriesAndSuccessesBringThemBack() async {
        let policy = RetryPolicy(attempts: 1000, base: .milliseconds(1), limit: .milliseconds(1))
        let clock = ManualClock()
        let scene = ClientScene(clock: clock, policy: policy) { _, _ in
            clock.now.offset < .seconds(1) ? HTTPResponse(500) : HTTPResponse(200, [:], "ok")
        }
        #expect(await scene.outcome() == "ec2 DescribeImages: HTTP status 500")
        #expect(scene.requests.count == 101)
        #expect(await scene.outcome() == "ec2 DescribeImages: HTTP status 500")
        #expect(scene.requests.count == 102)
        clock.advance(by: .seconds(1))
        for _ in 0..<10 { #expect(await scene.outcome() == "ok") }
        clock.advance(by: .seconds(-1))
        #expect(await scene.outcome() == "ec2 DescribeImages: HTTP status 500")
        #expect(scene.requests.count == 115)
    }

    @Test func aSuccessGivesBackWhatItsRetryCostAndNoMore() async {
        let policy = RetryPolicy(attempts: 1000, base: .milliseconds(1), limit: .milliseconds(1))
        let scene = ClientScene(policy: policy) { _, number in
            number % 4 == 0 ? HTTPResponse(200, [:], "ok") : HTTPResponse(500)
        }
        // Each call retries thrice and gets one of these back: 10 of 500 are lost.
        for _ in 0..<49 { #expect(await scene.outcome() == "ok") }
        #expect(await scene.outcome() == "ec2 DescribeImages: HTTP status 500")
    }

    @Test func whatCannotBeReadIsAskedForAgain() async throws {
        let json = AWSService("ssm", errorFormat: .json)
        for (service, body, message) in [
            (ClientScene.ec2, "<a", "ec2 Get: the answer is no XML that we read: line 1: unclosed token"),
            (ClientScene.ec2, "", "ec2 Get: the answer is no XML that we read: line 1: no element found"),
            (ClientScene.ec2, "<a/>", "ec2 Get: the answer has no Name"),
            (json, "{\"Name\":", "ssm Get: the answer is no JSON that we read"),
            (json, "", "ssm Get: the answer is no JSON that we read"),
            (json, "{\"Name\":7}", "ssm Get: the answer has no Name"),
        ] {
            for isRepeatable in [true, false] {
                let scene = ClientScene { _, _ in HTTPResponse(200, [:], body) }
                var call = AWSCall(service, "Get")
                call.isRepeatable = isRepeatable
                let error = await #expect(throws: AWSError.self) {
                    _ =
                        service.errorFormat == .xml
                        ? try await scene.client.xml(call) { answer throws(AWSError) in try answer.required("Name") }
                        : try await scene.client.json(call) { answer throws(AWSError) in try answer.required("Name") }
                }
                #expect(error?.description == message)
                #expect(scene.requests.count == (isRepeatable ? 8 : 1))
            }
        }
    }

    @Test func theURLIsTheEndpointsWithTheCalls() async {
        let scene = ClientScene { request, _ in HTTPResponse(200, [:], request.url.description) }
        var call = ClientScene.call("X")
        call.path = "/b/k%20"
        call.query = [HTTPURL.QueryItem("a", "b c")]
        #expect(await scene.outcome(call) == "https://ec2.example/b/k%20?a=b%20c")
    }

    @Test func withoutAnEndpointNothingIsAsked() async {
        let location = SourceLocation(file: "AWS_ENDPOINT_URL", line: 1, column: 1)
        let refusal = DiagnosticsError(Diagnostic(.error, at: location, "it is no address"))
        let scene = ClientScene(refusal: refusal) { _, _ in HTTPResponse(200) }
        #expect(await scene.outcome() == "ec2 DescribeImages: AWS_ENDPOINT_URL:1: it is no address")
        #expect(scene.requests.isEmpty)
        #expect(scene.clock.sleeps.isEmpty)
    }

    @Test func anUnsignedCallNeedsNoCredentials() async {
        let scene = ClientScene(credentials: FakeCredentials([])) { _, _ in HTTPResponse(200, [:], "ok") }
        var call = ClientScene.call("AssumeRoleWithWebIdentity")
        #expect(await scene.outcome(call) == "ec2 AssumeRoleWithWebIdentity: the test: it has none")
        #expect(scene.requests.isEmpty)
        call.isSigned = false
        #expect(await scene.outcome(call) == "ok")
        #expect(scene.requests.first?.headers["Authorization"] == nil)
        #expect(scene.requests.first?.headers["X-Amz-Date"] == nil)
    }
}
