package import AWSClient

extension MotoServer {
    /// The one server of the test process; it ends with the process. Tests stay apart by their accounts.
    package static var shared: MotoServer {
        get async throws { try await SharedMoto.instance.server() }
    }

    /// A transport to an account that nobody else uses, over another transport.
    package func account(over transport: any HTTPTransport) -> MotoAccount {
        MotoAccount(id: String(Int.random(in: 200_000_000_000...999_999_999_999)), transport: transport)
    }
}

/// Makes every request one of a certain account, which moto keeps apart from all others.
package struct MotoAccount: HTTPTransport {
    /// Twelve digits.
    package let id: String
    let transport: any HTTPTransport

    package func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        var request = request
        request.headers["x-moto-account-id"] = id
        return try await transport.send(request)
    }

    package func shutDown() async {
        await transport.shutDown()
    }
}

private actor SharedMoto {
    static let instance = SharedMoto()
    private var starting: Task<MotoServer, any Error>?

    /// A failure is kept: what cannot start for one test will not for the next.
    func server() async throws -> MotoServer {
        let task = starting ?? Task { try await MotoServer.start() }
        starting = task
        return try await task.value
    }
}
