import AWSClient
import Foundation
import Testing

struct InstanceCredentialsTests {
    private let clock = TestClock()

    private func look(
        role: Result<HTTPResponse, TransportError> = .answer(200, "fake-role"),
        credentials: Result<HTTPResponse, TransportError> = .answer(404)
    ) async throws(CredentialError) -> CredentialFinding {
        let transport = FakeTransport { request in
            guard request.method != "PUT" else { return .answer(200, "t") }
            return request.url.path.hasSuffix("/") ? role : credentials
        }
        let metadata = InstanceMetadata(
            InstanceMetadataSettings(), transport: transport, now: { clock.now }, sleep: clock.sleep)
        return try await InstanceCredentials(metadata, now: { clock.now }).look()
    }

    private func body(_ expiration: String) -> String {
        """
        {"Code": "Success", "AccessKeyId": "ASIAFAKE", "SecretAccessKey": "FAKESECRET", "Token": "FAKETOKEN",
         "Expiration": "\(expiration)"}
        """
    }

    @Test func theRoleOfTheInstance() async throws {
        let expected = Credentials(
            accessKeyID: "ASIAFAKE", secretAccessKey: "FAKESECRET", sessionToken: "FAKETOKEN",
            expiration: Date(timeIntervalSince1970: 4_070_908_800))
        #expect(try await look(credentials: .answer(200, body("2099-01-01T00:00:00Z"))) == .found(expected))
    }

    @Test func credentialsThatEC2CouldNotRenewAreUsedForAWhile() async throws {
        guard case .found(let credentials) = try await look(credentials: .answer(200, body("2020-01-01T00:00:00Z")))
        else {
            Issue.record("nothing found")
            return
        }
        #expect(credentials.expiration == clock.now.addingTimeInterval(600))
    }

    @Test func anInstanceWithoutARoleHasNone() async throws {
        #expect(
            try await look(role: .answer(404))
                == .absent("the instance has no role", notes: ["Attach an instance profile to it."]))
    }

    @Test func aRoleThatDoesNotTrustTheInstanceIsAnError() async {
        let error = await #expect(throws: CredentialError.self) {
            try await look(credentials: .answer(200, #"{"Code": "AssumeRoleUnauthorizedAccess", "Message": "m"}"#))
        }
        #expect(error?.code == .refused)
        #expect(error?.message == "there are no credentials for the role fake-role: AssumeRoleUnauthorizedAccess")
    }

    @Test func aServiceInTroubleIsAnError() async {
        for (role, credentials) in [
            (Result.answer(500), Result.answer(404)), (.answer(200, "r"), .answer(500)),
            (.fail(.timedOut), .answer(404)),
            (.answer(200, "r"), .answer(404)), (.answer(200, "r"), .fail(.connectionLost)),
        ] {
            let error = await #expect(throws: CredentialError.self) {
                try await look(role: role, credentials: credentials)
            }
            #expect(error?.code == .unavailable)
        }
    }
}
