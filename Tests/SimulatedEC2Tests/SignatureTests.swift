import AWSClient
import FoundationEssentials
import SimulatedEC2
import TestBasics
import Testing

/// Who may call, and when.
struct SignatureTests {
    private func send(
        _ scene: Scene, _ change: (inout HTTPRequest) -> Void
    ) async throws -> (status: Int, text: String) {
        var request = HTTPRequest(
            "POST", HTTPURL(scheme: "http", host: "ec2.simulated.test"),
            body: Array("Action=DescribeVpcs&Version=2016-11-15".utf8))
        let date = Date(timeIntervalSince1970: 1_790_000_000)
        let credentials = Credentials(accessKeyID: "AKIDEXAMPLE", secretAccessKey: "secret")
        request = SignatureV4(credentials: credentials, region: "eu-west-1", service: "ec2").sign(request, at: date)
        change(&request)
        let response = try await SimulatedTransport(scene.simulation).send(request)
        return (response.status, String(decoding: response.body, as: UTF8.self))
    }

    @Test func aSignatureMustHaveItsShape() async throws {
        let scene = Scene()
        #expect(try await send(scene) { _ in }.status == 200)
        let unsigned = try await send(scene) { $0.headers["Authorization"] = nil }
        #expect(unsigned.status == 403 && unsigned.text.contains("<Code>MissingAuthenticationToken</Code>"))
        let changes: [(inout HTTPRequest) -> Void] = [
            { $0.headers["Authorization"] = "Basic x" },
            { $0.headers["Authorization"] = $0.headers["Authorization"]?.replacing("/aws4_request", with: "") },
            { $0.headers["Authorization"] = $0.headers["Authorization"].map { String($0.dropLast()) } },
            { $0.headers["Authorization"] = $0.headers["Authorization"]?.replacing(";x-amz-date", with: "") },
            { $0.headers["X-Amz-Date"] = "2026-09-21" }, { $0.headers["X-Amz-Date"] = nil },
        ]
        for change in changes {
            let answer = try await send(scene, change)
            #expect(answer.status == 400 && answer.text.contains("<Code>IncompleteSignature</Code>"))
        }
        #expect(scene.simulation.calls.map(\.outcome).filter { $0 == .refused("IncompleteSignature") }.count == 6)
        let unknown = try await send(scene) { $0.body = Array("Action=Dance&Version=2016-11-15".utf8) }
        #expect(unknown.status == 400 && unknown.text.contains("<Code>InvalidAction</Code>"))
    }

    @Test func aKeyIsOverFromATimeOn() async throws {
        let scene = Scene { $0.expirations = ["OLD": .seconds(60)] }
        let old = scene.client(accessKeyID: "OLD")
        #expect(try await STS(old).getCallerIdentity().account == "123456789012")
        scene.pass(60)
        let calls: [(String, () async throws -> Void)] = [
            ("RequestExpired", { _ = try await EC2(old).describeVPCs(.matching([])) }),
            ("ExpiredToken", { _ = try await STS(old).getCallerIdentity() }),
            ("ExpiredTokenException", { _ = try await SSM(old).getParameter("/a") }),
            (
                "ExpiredToken",
                { try await S3(old).deleteObject(.init(bucket: "builds", key: "k")) }
            ),
        ]
        for (code, call) in calls {
            let error = await failure(call)
            #expect(error?.code == code && error?.kind == .expiredCredentials)
        }
        _ = try await scene.sts.getCallerIdentity()
    }

    @Test func aClockThatIsOffIsToldAndMended() async throws {
        let scene = Scene { $0.ahead = .seconds(400) }
        // The client signs once by its own clock, and then by the service's.
        #expect(try await scene.ec2.describeVPCs(.matching([])).count == 1)
        #expect(scene.simulation.calls.map(\.outcome) == [.refused("RequestTimeTooSkewed"), .done])
        let near = Scene { $0.ahead = .seconds(-290) }
        _ = try await near.ec2.describeVPCs(.matching([]))
        #expect(near.simulation.calls.map(\.outcome) == [.done])
    }

    @Test func anUnknownRegionIsRefused() async throws {
        let scene = Scene()
        let error = await failure {
            _ = try await EC2(scene.client(region: "mars-1")).describeVPCs(.matching([]))
        }
        #expect(error?.code == "AuthFailure")
    }

    @Test func eachCallTakesItsTime() async throws {
        let scene = Scene { $0.latency = .milliseconds(300) }
        let begin = scene.clock.now.offset
        _ = try await scene.ec2.describeVPCs(.matching([]))
        #expect(scene.clock.now.offset - begin == .milliseconds(300))
        let call = try #require(scene.simulation.calls.first)
        #expect(call.service == "ec2" && call.operation == "DescribeVpcs" && call.region == "eu-west-1")
        #expect(call.accessKeyID == "AKIDEXAMPLE" && call.parameters["MaxResults"] == "1000" && !call.isMutating)
        #expect(call.time == .milliseconds(300))
    }
}
