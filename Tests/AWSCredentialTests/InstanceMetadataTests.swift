import AWSClient
import Foundation
import Synchronization
import Testing

struct InstanceMetadataTests {
    private let clock = TestClock()

    private func client(_ transport: FakeTransport, attempts: Int = 2) -> InstanceMetadata {
        InstanceMetadata(
            InstanceMetadataSettings(attempts: attempts), transport: transport, now: { clock.now }, sleep: clock.sleep)
    }

    /// A service that forgets its token after so many uses, and answers a request without a good one with 401.
    private func service(usesOfToken: Int = .max) -> FakeTransport {
        let state = Mutex((token: 0, uses: 0))
        return FakeTransport { request in
            state.withLock { state in
                if request.method == "PUT" {
                    state = (state.token + 1, 0)
                    return .answer(200, "token-\(state.token)")
                }
                state.uses += 1
                let token = request.headers["X-aws-ec2-metadata-token"]
                guard token == "token-\(state.token)", state.uses <= usesOfToken else { return .answer(401) }
                return .answer(200, request.url.path.hasSuffix("instance-id") ? "i-0fake" : "us-east-2")
            }
        }
    }

    @Test func theTokenComesFirstAndIsKept() async throws {
        let transport = service()
        let client = client(transport)
        #expect(try await client.instanceID() == "i-0fake")
        #expect(try await client.region() == "us-east-2")
        #expect(
            transport.requests.map { "\($0.method) \($0.url)" } == [
                "PUT http://169.254.169.254/latest/api/token",
                "GET http://169.254.169.254/latest/meta-data/instance-id",
                "GET http://169.254.169.254/latest/meta-data/placement/region",
            ])
        #expect(transport.requests[0].headers["X-aws-ec2-metadata-token-ttl-seconds"] == "21600")
        #expect(transport.requests.allSatisfy { $0.timeout == .seconds(1) })
        #expect(transport.requests.dropFirst().allSatisfy { $0.headers["X-aws-ec2-metadata-token"] == "token-1" })
    }

    @Test func anOldTokenIsRenewedBeforeItEnds() async throws {
        let transport = service()
        let client = client(transport)
        _ = try await client.region()
        clock.advance(by: 21_600 - 61)
        _ = try await client.region()
        #expect(transport.requests.count == 3)
        clock.advance(by: 1)
        _ = try await client.region()
        #expect(transport.requests.map(\.method) == ["PUT", "GET", "GET", "PUT", "GET"])
    }

    @Test func aTokenThatIsRefusedIsRenewedOnce() async throws {
        let transport = service(usesOfToken: 1)
        let client = client(transport)
        _ = try await client.region()
        #expect(try await client.region() == "us-east-2")
        #expect(transport.requests.map(\.method) == ["PUT", "GET", "GET", "PUT", "GET"])
        let hopeless = self.client(service(usesOfToken: 0))
        let error = await #expect(throws: InstanceMetadataError.self) { try await hopeless.region() }
        #expect(error?.message == "it answers with status 401 to a request for /latest/meta-data/placement/region")
    }

    @Test func whatIsNotThereIsNil() async throws {
        let client = client(FakeTransport { $0.method == "PUT" ? .answer(200, "t") : .answer(404) })
        #expect(try await client.text("/latest/meta-data/spot/instance-action") == nil)
        #expect(try await client.roleName() == nil)
        await #expect(throws: InstanceMetadataError.self) { try await client.region() }
    }

    @Test(arguments: [500, 503, 429])
    func aServiceInTroubleIsAskedAgain(_ status: Int) async throws {
        let left = Mutex(1)
        let client = client(
            FakeTransport { request in
                guard request.method != "PUT" else { return .answer(200, "t") }
                return left.withLock { left in
                    left -= 1
                    return left >= 0 ? .answer(status) : .answer(200, "us-east-2")
                }
            })
        #expect(try await client.region() == "us-east-2")
        #expect(clock.sleeps == [.milliseconds(100)])
    }

    @Test func aServiceThatStaysInTroubleIsAnError() async {
        let client = client(FakeTransport { $0.method == "PUT" ? .answer(200, "t") : .answer(500) })
        let error = await #expect(throws: InstanceMetadataError.self) { try await client.region() }
        #expect(error?.message == "it answers with status 500 to a request for /latest/meta-data/placement/region")
    }

    @Test func aTokenRequestWithoutAnAnswerSpeaksOfTheHopLimit() async {
        let transport = FakeTransport { _ in .fail(.timedOut) }
        let error = await #expect(throws: InstanceMetadataError.self) { try await client(transport).region() }
        #expect(error?.code == .absent)
        #expect(error?.notes.contains { $0.contains("--http-put-response-hop-limit 2") } == true)
        #expect(transport.requests.map(\.method) == ["PUT", "PUT"])
    }

    @Test(arguments: [403, 404, 405, 400])
    func versionOneIsNeverUsed(_ status: Int) async {
        let transport = FakeTransport { $0.method == "PUT" ? .answer(status) : .answer(200, "us-east-2") }
        await #expect(throws: InstanceMetadataError.self) { try await client(transport).region() }
        #expect(transport.requests.map(\.method) == ["PUT"])
    }

    @Test func aTokenThatIsNoHeaderIsRefused() async {
        let transport = FakeTransport { _ in .answer(200, "a\r\nX: y") }
        await #expect(throws: InstanceMetadataError(.unavailable, "its token is none")) {
            try await client(transport).region()
        }
    }

    @Test func whatIsDisabledIsNotAsked() async {
        let transport = FakeTransport { _ in .answer(200, "t") }
        let client = InstanceMetadata(
            InstanceMetadataSettings(isDisabled: true), transport: transport, now: { clock.now }, sleep: clock.sleep)
        await #expect(throws: InstanceMetadataError(.disabled, "AWS_EC2_METADATA_DISABLED says not to ask it")) {
            try await client.region()
        }
        #expect(transport.requests.isEmpty)
    }
}
