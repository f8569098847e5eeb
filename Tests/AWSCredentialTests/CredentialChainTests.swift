import AWSClient
import Diagnostics
import Foundation
import Testing

/// What the chain says; what it finds is compared with boto3 in `ComparisonTests`.
struct CredentialChainTests {
    private func error(
        _ variables: [String: String] = [:], config: String = "", profile: String? = nil,
        transport: FakeTransport = FakeTransport { _ in .fail(.timedOut) }
    ) async -> String {
        do {
            let files = ["/home/fake/.aws/config": config].filter { !$0.value.isEmpty }
            let chain = try CredentialChain.fake(.fake(variables, files: files), profile: profile, transport: transport)
            _ = try await chain.credentials()
            return "none"
        } catch let error as CredentialError {
            return ([error.description] + error.notes).joined(separator: "\n")
        } catch {
            return "\(error)"
        }
    }

    @Test func withoutAnySourceEachIsListed() async {
        #expect(
            await error() == """
                credentials: no source of credentials is set up
                the environment: AWS_ACCESS_KEY_ID is not set
                role_arn of profile 'default': it is not set
                web identity: AWS_WEB_IDENTITY_TOKEN_FILE is not set
                profile 'default' in ~/.aws/credentials: there is no such file
                credential_process of profile 'default': it is not set
                profile 'default' in ~/.aws/config: there is no such file
                the container's endpoint: neither AWS_CONTAINER_CREDENTIALS_RELATIVE_URI nor \
                AWS_CONTAINER_CREDENTIALS_FULL_URI is set
                instance metadata: the request for a token at 169.254.169.254 was not answered (Outside of EC2 that is \
                expected. In a container on an instance, the answer needs a hop limit of 2: aws ec2 \
                modify-instance-metadata-options --instance-id i-… --http-put-response-hop-limit 2)
                Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run where there is a role.
                """)
    }

    @Test func aProfileOfSSOIsToldTheOneCommand() async {
        let config = "[profile it's me]\nsso_session = s\nsso_account_id = 1\nsso_role_name = Admin\n"
            .replacing("it's me", with: "\"it's me\"")
        #expect(
            await error(config: config, profile: "it's me") == """
                profile 'it's me': it uses SSO (IAM Identity Center), for which we need AWS's command line (version 2)
                Run once: aws configure set credential_process 'aws configure export-credentials --profile \
                '\\''it'\\''\\'\\'''\\''s me'\\'' --format process' --profile 'it'\\''s me-process'
                Then set AWS_PROFILE='it'\\''s me-process', and AWS_REGION. When the login is over: aws sso login \
                --profile 'it'\\''s me'
                """)
        #expect(
            await error(config: "[profile dev]\nlogin_session = arn\n", profile: "dev") == """
                profile 'dev': it uses a console login, for which we need AWS's command line (version 2)
                Run once: aws configure set credential_process 'aws configure export-credentials --profile dev --format \
                process' --profile dev-process
                Then set AWS_PROFILE=dev-process, and AWS_REGION. When the login is over: aws login --profile dev
                """)
    }

    @Test func whatIsWrongWithARole() async {
        let arn = "[default]\nrole_arn = arn:aws:iam::123456789012:role/one\n"
        for (config, message) in [
            (arn, "there is neither source_profile nor credential_source\nAdd the one that it needs."),
            (
                arn + "source_profile = bse\n[profile base]\n",
                """
                ~/.aws/config:3: there is no source_profile 'bse'
                Did you mean 'base'?
                The files are ~/.aws/config and ~/.aws/credentials (not there).
                Their profiles are base, default.
                """
            ),
            (
                arn + "source_profile = a\n[profile a]\nrole_arn = x\nsource_profile = default\n",
                "~/.aws/config:6: the profiles go in a circle: default → a → default"
            ),
            (arn + "source_profile = default\n", "~/.aws/config:3: the profiles go in a circle: default → default"),
            (
                arn + "credential_source = Nowhere\n",
                "~/.aws/config:3: credential_source is none that there is\n"
                    + "It is Environment, Ec2InstanceMetadata or EcsContainer."
            ),
            (
                arn + "mfa_serial = arn\nsource_profile = a\n",
                """
                mfa_serial asks for a code, and we ask nobody
                Get a session with the code (aws sts get-session-token) and put its keys into the environment, or use a \
                credential_process that asks.
                """
            ),
            (
                arn + "credential_source = Environment\n",
                "its credential_source Environment has no credentials: AWS_ACCESS_KEY_ID is not set"
            ),
        ] {
            let error = await error(config: config)
            let lines = error.split(separator: ": ", maxSplits: 1)
            #expect(lines.last.map(String.init) == message)
        }
    }

    @Test func theEnvironmentIsWrongInPart() async {
        #expect(
            await error(["AWS_ACCESS_KEY_ID": "AKIAFAKE"]) == """
                the environment: AWS_ACCESS_KEY_ID is set and AWS_SECRET_ACCESS_KEY is not
                Set both, or neither to use another source.
                """)
        #expect(
            await error([
                "AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "S", "AWS_CREDENTIAL_EXPIRATION": "tomorrow",
            ]) == "the environment: AWS_CREDENTIAL_EXPIRATION is no time such as 2030-01-31T12:00:00Z")
    }

    @Test func aFileThatIsBrokenLaterIsTheChainsError() async throws {
        let config = "[default]\nSECRET\n"
        let chain = CredentialChain(
            .fake(files: ["/home/fake/.aws/config": config]), tools: try tools(FakeTransport { _ in .fail(.timedOut) }))
        let error = await #expect(throws: CredentialError.self) { try await chain.credentials() }
        #expect(error?.description == "~/.aws/config:2: the line is no section, no setting and no comment")
    }

    @Test func nothingThatIsPrintedShowsASecret() async throws {
        let secrets = [
            "AWS_SECRET_ACCESS_KEY": "CANARY", "AWS_SESSION_TOKEN": "CANARY",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN": "CANARY\n", "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1/",
        ]
        let configs = [
            "[default]\naws_access_key_id = CANARY\n", "[default]\naws_secret_access_key = CANARY\nrole_arn = x\n",
            "[default]\naws_secret_access_key = CANARY\naws_secret_access_key = CANARY\n", "CANARY\n", "[a]\nCANARY\n",
        ]
        for config in configs {
            #expect(!(await error(secrets, config: config)).contains("CANARY"))
        }
        let credentials = Credentials(accessKeyID: "AKIAFAKE", secretAccessKey: "CANARY", sessionToken: "CANARY")
        let finding = CredentialFinding.found(credentials)
        #expect(!"\(credentials) \(finding) \(String(reflecting: finding))".contains("CANARY"))
        let environment = AWSEnvironment.fake(
            secrets, files: ["/home/fake/.aws/config": "[default]\naws_secret_access_key = CANARY\n"])
        var dumped = ""
        dump(environment, to: &dumped)
        dump(try AWSConfiguration(environment), to: &dumped)
        dump(CredentialProcessResult(status: 0, output: Array("CANARY".utf8)), to: &dumped)
        #expect(dumped.contains("default"))
        #expect(!dumped.contains("CANARY") && !dumped.contains("67"))
    }

    private func tools(_ transport: FakeTransport) throws -> CredentialChain.Tools {
        let clock = TestClock()
        return CredentialChain.Tools(
            transport: transport, roles: FakeRoles(), runProcess: noProcess, now: { clock.now }, sleep: clock.sleep,
            metadata: InstanceMetadata(
                InstanceMetadataSettings(), transport: transport, now: { clock.now }, sleep: clock.sleep))
    }
}
