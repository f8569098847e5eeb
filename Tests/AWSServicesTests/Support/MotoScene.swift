import AWSClient
import AWSTransport
import Foundation
import JSONDocument
import MotoServer
import Synchronization

/// An account of moto's that only one test uses, seen by our client and by boto3.
struct MotoScene: Sendable {
    private let server: MotoServer
    private let account: MotoAccount
    private let count: CountingTransport

    var accountID: String { account.id }

    /// How many requests our client has sent.
    var requests: Int { count.sent.withLock(\.self) }

    func client(region: String = testRegion) -> AWSClient {
        testClient(account, endpoint: server.url, time: nil, region: region)
    }

    /// What boto3 is told, one verdict for each question.
    func ask(_ questions: [Oracle.Question]) async throws -> [Oracle.Verdict] {
        try await Oracle.ask(
            questions.map { question in
                var question = question
                question.more += [
                    JSONValue.Member("endpoint", .string(server.url)),
                    JSONValue.Member("account", .string(account.id)),
                ]
                return question
            })
    }

    /// The answer to one question.
    func ask(_ service: String, _ operation: String, _ parameters: JSONValue = [:]) async throws -> Reading {
        let verdict = try await ask([Oracle.Question(service, operation, parameters)])[0]
        guard let answer = verdict.answer else {
            throw OracleError(description: "\(operation): \(String(describing: verdict.error))")
        }
        return answer
    }

    static func run(_ body: (MotoScene) async throws -> Void) async throws {
        let server = try await SceneServer.shared.server()
        let transport = AsyncHTTPTransport(connectTimeout: .seconds(120))
        let count = CountingTransport(transport)
        let result: Result<Void, any Error>
        do {
            result = .success(
                try await body(MotoScene(server: server, account: server.account(over: count), count: count)))
        } catch {
            result = .failure(error)
        }
        await transport.shutDown()
        try result.get()
    }
}

/// One server for all scenes. It has two images in the place of moto's own, which take seconds to load for each account.
private actor SceneServer {
    static let shared = SceneServer()
    private var starting: Task<MotoServer, any Error>?

    func server() async throws -> MotoServer {
        let images = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "amis.json").path
        let task = starting ?? Task { try await MotoServer.start(environment: ["MOTO_AMIS_PATH": images]) }
        starting = task
        return try await task.value
    }
}

private final class CountingTransport: HTTPTransport {
    let sent = Mutex(0)
    private let transport: AsyncHTTPTransport

    init(_ transport: AsyncHTTPTransport) {
        self.transport = transport
    }

    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        sent.withLock { $0 += 1 }
        return try await transport.send(request)
    }

    func shutDown() async {
        await transport.shutDown()
    }
}
