import AWSClient
import AWSTransport
import Glibc
import MotoServer
import Subprocess
import SystemPackage
import TestPython
import Testing

@Suite struct MotoServerTests {
    /// Asks a server, through a transport, whose request this is. The signature is not checked.
    private func callerIdentity(_ server: MotoServer, over transport: any HTTPTransport) async throws -> String {
        let scope = "AKIA/20260101/us-east-1/sts/aws4_request"
        let response = try await transport.send(
            HTTPRequest(
                "POST", try #require(HTTPURL(server.url)),
                headers: [
                    "Authorization": "AWS4-HMAC-SHA256 Credential=\(scope), SignedHeaders=host, Signature=0",
                    "Content-Type": "application/x-www-form-urlencoded",
                ],
                body: Array("Action=GetCallerIdentity&Version=2011-06-15".utf8)))
        #expect(response.status == 200)
        return String(decoding: response.body, as: UTF8.self)
    }

    @Test func aServerAnswersBoto3AndIsGoneAfterwards() async throws {
        var pid: Int32 = 0
        try await withMotoServer { server in
            pid = server.pid
            let script = """
                import boto3, sys
                sts = boto3.client("sts", region_name="eu-west-1", endpoint_url=sys.argv[1],
                                   aws_access_key_id="a", aws_secret_access_key="b")
                print(sts.get_caller_identity()["Account"])
                """
            let result = try await Subprocess.run(
                .path(FilePath(try TestPython.path())), arguments: ["-I", "-c", script, server.url],
                output: .string(limit: 4096), error: .string(limit: 4096))
            #expect(result.standardOutput == "123456789012\n", "\(result.standardError)")
            #expect(kill(pid, 0) == 0)
        }
        #expect(kill(pid, 0) == -1)
        #expect(errno == ESRCH)
    }

    @Test func theSharedServerKeepsAccountsApart() async throws {
        let server = try await MotoServer.shared
        let transport = AsyncHTTPTransport(connectTimeout: .seconds(120))
        let (one, other) = (server.account(over: transport), server.account(over: transport))
        #expect(one.id != other.id)
        for account in [one, other] {
            let text = try await callerIdentity(server, over: account)
            #expect(text.contains("<Account>\(account.id)</Account>"))
        }
        await transport.shutDown()
        let again = try await MotoServer.shared
        #expect(again === server)
    }

    @Test func aServerThatIsResetStillAnswers() async throws {
        try await withMotoServer { server in
            try await server.reset()
            let transport = AsyncHTTPTransport(connectTimeout: .seconds(120))
            let text = try await callerIdentity(server, over: transport)
            #expect(text.contains("<Account>123456789012</Account>"))
            await transport.shutDown()
        }
    }

    @Test func aServerThatIsReleasedOrStoppedTwiceIsGone() async throws {
        var server: MotoServer? = try await MotoServer.start()
        let pid = try #require(server?.pid)
        await server?.stop()
        await server?.stop()
        server = nil
        #expect(kill(pid, 0) == -1)
    }
}
