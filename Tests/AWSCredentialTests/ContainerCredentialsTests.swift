import AWSClient
import Foundation
import Synchronization
import Testing

struct ContainerCredentialsTests {
    private let clock = TestClock()
    private static let answer = """
        {"AccessKeyId": "ASIAFAKE", "SecretAccessKey": "FAKESECRET", "Token": "FAKETOKEN",
         "Expiration": "2030-01-31T12:00:00Z", "RoleArn": "arn"}
        """

    private func look(_ environment: AWSEnvironment, _ transport: FakeTransport) async throws(CredentialError)
        -> CredentialFinding
    {
        try await ContainerCredentials(environment, transport: transport, sleep: clock.sleep).look()
    }

    private func look(_ variables: [String: String], _ transport: FakeTransport) async throws(CredentialError)
        -> CredentialFinding
    {
        try await look(.fake(variables), transport)
    }

    private let good = FakeTransport { _ in .answer(200, answer) }

    @Test func aRelativeAddressIsOfTheECSAgent() async throws {
        let finding = try await look(["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2/credentials/1?a=b"], good)
        #expect(
            finding
                == .found(
                    Credentials(
                        accessKeyID: "ASIAFAKE", secretAccessKey: "FAKESECRET", sessionToken: "FAKETOKEN",
                        expiration: Date(timeIntervalSince1970: 1_896_091_200))))
        #expect(good.requests.map(\.url.description) == ["http://169.254.170.2/v2/credentials/1?a=b"])
        #expect(good.requests[0].headers["Authorization"] == nil)
    }

    @Test(arguments: [
        "http://127.0.0.1:1/x", "http://127.255.0.9/x", "http://[::1]:80/x", "http://localhost/x",
        "http://169.254.170.2/",
        "http://169.254.170.23/v1/credentials", "http://[fd00:ec2::23]/v1/credentials", "https://somewhere.example/x",
    ])
    func theseHostsMayBeAsked(_ address: String) async throws {
        guard case .found = try await look(["AWS_CONTAINER_CREDENTIALS_FULL_URI": address], good) else {
            Issue.record("nothing found")
            return
        }
    }

    @Test(arguments: [
        "http://somewhere.example/x", "http://127.0.0.1.example/", "http://169.254.169.254/", "http://127.1/",
        "http://0x7f.0.0.1/", "http://[::2]/", "ftp://127.0.0.1/", "/x",
    ])
    func noOtherHostIsAsked(_ address: String) async {
        let error = await #expect(throws: CredentialError.self) {
            try await look(["AWS_CONTAINER_CREDENTIALS_FULL_URI": address], good)
        }
        #expect(error?.code == .invalid)
        #expect(good.requests.isEmpty)
    }

    @Test func theTokenFileIsReadEachTime() async throws {
        let content = Mutex("first\n")
        let environment = AWSEnvironment(
            variables: [
                "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://169.254.170.23/v1/credentials",
                "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "/token", "AWS_CONTAINER_AUTHORIZATION_TOKEN": "no",
            ], homeFolder: nil
        ) { _ in content.withLock { Array($0.utf8) } }
        let container = ContainerCredentials(environment, transport: good, sleep: clock.sleep)
        _ = try await container.credentials()
        content.withLock { $0 = "second" }
        _ = try await container.credentials()
        #expect(good.requests.map { $0.headers["Authorization"] } == ["first", "second"])
    }

    @Test func aTokenThatIsNoHeaderIsNotSent() async {
        let error = await #expect(throws: CredentialError.self) {
            try await look(
                [
                    "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1/",
                    "AWS_CONTAINER_AUTHORIZATION_TOKEN": "SECRET\r\nHost: x",
                ], good)
        }
        #expect(error?.message == "the token of AWS_CONTAINER_AUTHORIZATION_TOKEN has control characters")
        #expect(good.requests.isEmpty)
    }

    @Test func troubleIsTriedThreeTimesAndARefusalOnce() async {
        let variables = ["AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1:7/"]
        for (result, count, code, message) in [
            (Result.answer(500), 3, CredentialError.Code.unavailable, "127.0.0.1:7 answers with status 500"),
            (.fail(.cannotConnect), 3, .unavailable, "127.0.0.1:7 does not answer: fake failure"),
            (.fail(.cancelled), 1, .unavailable, "127.0.0.1:7 does not answer: fake failure"),
            (.answer(403, "SECRET"), 1, .refused, "127.0.0.1:7 answers with status 403"),
        ] {
            let transport = FakeTransport { _ in result }
            let error = await #expect(throws: CredentialError.self) { try await look(variables, transport) }
            #expect(error == CredentialError(code, source: "the container's endpoint", message))
            #expect(transport.requests.count == count)
        }
    }

    @Test(arguments: ["", "no", "[]", #"{"AccessKeyId": "SECRET"}"#, answer.replacing("2030-01-31T", with: "SECRET")])
    func anAnswerThatIsNoneIsAnErrorWithoutItsText(_ body: String) async {
        let error = await #expect(throws: CredentialError.self) {
            try await look(
                ["AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1/"], FakeTransport { _ in .answer(200, body) })
        }
        #expect(error?.code == .invalid)
        #expect(error?.description.contains("SECRET") == false)
    }
}
