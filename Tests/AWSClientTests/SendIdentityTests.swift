import AWSClient
import FoundationEssentials
import Synchronization
import TestBasics
import Testing

/// Who signs, and by which clock.
@Suite struct SendIdentityTests {
    private static func httpDate(_ offset: Double) -> String {
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let date = ClientScene.start.addingTimeInterval(offset)
        let parts = date.formatted(Date.ISO8601FormatStyle(timeZone: .gmt)).split { "-TZ".contains($0) }
        return "Day, \(parts[2]) \(months[(Int(parts[1]) ?? 0) - 1]) \(parts[0]) \(parts[3]) GMT"
    }

    /// A service that is ahead of us by some seconds, and refuses what was not signed by its clock.
    private static func skewed(by seconds: Double, code: String, clock: ManualClock) -> FakeTransport.Answer {
        { request, _ in
            let now = clock.now.offset / .seconds(1) + seconds
            let stamp = ClientScene.start.addingTimeInterval(now)
                .formatted(Date.ISO8601FormatStyle(dateSeparator: .omitted, timeSeparator: .omitted, timeZone: .gmt))
            let isRight = request.headers["X-Amz-Date"] == stamp
            return isRight
                ? HTTPResponse(200, [:], "ok")
                : .ec2(400, code, "no", headers: ["Date": SendIdentityTests.httpDate(now)])
        }
    }

    @Test(arguments: ["ExpiredToken", "ExpiredTokenException", "RequestExpired"])
    func expiredCredentialsAreRefreshedOnce(code: String) async {
        let credentials = FakeCredentials([.canary(1), .canary(2), .canary(3)])
        let scene = ClientScene(credentials: credentials) { request, _ in
            request.headers["X-Amz-Security-Token"] == "canary-token-1/+="
                ? .ec2(400, code) : HTTPResponse(200, [:], "ok")
        }
        #expect(await scene.outcome(ClientScene.call("RunInstances", isRepeatable: false)) == "ok")
        #expect(credentials.invalidated == [.canary(1)])
        #expect(scene.notices == ["ec2: the credentials are over; fetching new ones"])
        #expect(scene.clock.sleeps.isEmpty)
    }

    @Test func expiredCredentialsAreRefreshedOnlyOnce() async {
        let credentials = FakeCredentials([.canary(1), .canary(2), .canary(3)])
        let scene = ClientScene(credentials: credentials) { _, _ in .ec2(400, "ExpiredToken", "expired") }
        #expect(await scene.outcome() == "ec2 DescribeImages: ExpiredToken: expired (request r-1)")
        #expect(scene.requests.count == 2)
        #expect(credentials.invalidated == [.canary(1)])
    }

    @Test(
        arguments: [
            (7200.0, "RequestExpired"), (-7200, "RequestExpired"), (-86400 * 365 * 10, "SignatureDoesNotMatch"),
            (301, "RequestTimeTooSkewed"), (-600, "InvalidSignatureException"), (900, "AuthFailure"),
        ] as [(Double, String)])
    func aSkewedClockIsCorrectedAndStaysSo(seconds: Double, code: String) async throws {
        let clock = ManualClock()
        let credentials = FakeCredentials([.canary(1), .canary(2)])
        let scene = ClientScene(
            clock: clock, credentials: credentials, Self.skewed(by: seconds, code: code, clock: clock))
        #expect(await scene.outcome(ClientScene.call("RunInstances", isRepeatable: false)) == "ok")
        #expect(scene.requests.count == 2)
        clock.advance(by: .seconds(100))
        #expect(await scene.outcome() == "ok")
        #expect(scene.requests.count == 3)
        #expect(scene.notices == ["ec2: this machine's clock is off; signing by the service's"])
        #expect(credentials.invalidated.isEmpty)
        #expect(scene.client.now.timeIntervalSince(ClientScene.start) == seconds + 100)

        let url = try await scene.client.presign(ClientScene.call("GetObject"), lifetime: .seconds(60))
        let stamp = url.query.first { $0.name == "X-Amz-Date" }?.value
        #expect(stamp == scene.requests.last?.headers["X-Amz-Date"])
    }

    @Test func aClockThatIsCorrectedWronglyIsCorrectedAgain() async {
        let scene = ClientScene { request, number in
            // A proxy's clock, then the service's.
            number == 1
                ? .ec2(400, "RequestExpired", headers: ["Date": "Sun, 06 Nov 1994 08:49:37 GMT"])
                : request.headers["X-Amz-Date"]?.hasPrefix("1994") == true
                    ? .ec2(400, "RequestExpired", headers: ["Date": Self.httpDate(0)]) : HTTPResponse(200, [:], "ok")
        }
        #expect(await scene.outcome() == "ec2 DescribeImages: RequestExpired: no (request r-1)")
        #expect(await scene.outcome() == "ok")
    }

    @Test func theClockIsCorrectedOncePerCall() async {
        let scene = ClientScene { _, number in
            .ec2(400, "RequestTimeTooSkewed", headers: ["Date": Self.httpDate(Double(number) * 86400)])
        }
        #expect(await scene.outcome() == "ec2 DescribeImages: RequestTimeTooSkewed: no (request r-1)")
        #expect(scene.requests.count == 2)
    }

    @Test(arguments: [["Date": SendIdentityTests.httpDate(60)], ["Date": "soon"], [:]] as [HTTPHeaders])
    func aWrongSignatureByARightClockIsFinal(headers: HTTPHeaders) async {
        let scene = ClientScene { _, _ in .ec2(403, "SignatureDoesNotMatch", "wrong", headers: headers) }
        #expect(await scene.outcome() == "ec2 DescribeImages: SignatureDoesNotMatch: wrong (request r-1)")
        #expect(scene.requests.count == 1)
        #expect(scene.notices.isEmpty)
    }

    @Test func callsThatFailTogetherByASkewedClockAreAllMended() async {
        let clock = ManualClock()
        let credentials = FakeCredentials([.canary(1), .canary(2)])
        let answer = Self.skewed(by: 7200, code: "RequestTimeTooSkewed", clock: clock)
        // All first attempts are sent before any of them is answered.
        let sent = Atomic(0)
        let scene = ClientScene(clock: clock, credentials: credentials) { request, number throws(TransportError) in
            sent.add(1, ordering: .relaxed)
            while sent.load(ordering: .relaxed) < 20 { await Task.yield() }
            return try await answer(request, number)
        }
        let outcomes = await withTaskGroup(of: String.self) { group in
            for _ in 0..<20 { group.addTask { await scene.outcome() } }
            return await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(outcomes == ["ok"])
        #expect(scene.requests.count == 40)
        #expect(credentials.invalidated.isEmpty)
    }

    @Test func noSecretIsToldByNoticesAndErrors() async {
        let credentials = FakeCredentials([.canary(1), .canary(2)])
        let echo =
            "The request signature we calculated does not match. x-amz-security-token:canary-token-2/+= "
            + "canary-secret-2\n\nThe Canonical String for this request should have been 'canary-token-2/+='"
        let scene = ClientScene(credentials: credentials) { _, number in
            switch number {
            case 1: .ec2(400, "ExpiredToken", "canary-token-1/+= is over")
            case 2: .ec2(503, "SlowDown", echo)
            default: .ec2(403, "SignatureDoesNotMatch", echo)
            }
        }
        let outcome = await scene.outcome()
        #expect(
            outcome == "ec2 DescribeImages: SignatureDoesNotMatch: The request signature we calculated does not match. "
                + "x-amz-security-token:*** *** (request r-1)")
        #expect(scene.notices.count == 2)
        let told = scene.notices + [outcome, "\(Credentials.canary())", String(reflecting: Credentials.canary())]
        #expect(!told.contains { $0.contains("canary") }, "\(told)")
    }
}
