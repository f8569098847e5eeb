import AWSClient
import AWSTransport
import Synchronization

/// The real transport, with time enough for a busy machine; some of the first requests get little.
final class PacedTransport: HTTPTransport {
    /// What a hurried request may take. It must arrive within that on a busy machine, too.
    static let hurry = Duration.seconds(5)

    private let transport = AsyncHTTPTransport(connectTimeout: .seconds(60))
    private let hurried: Mutex<Int>

    init(hurried: Int = 0) {
        self.hurried = Mutex(hurried)
    }

    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        let isHurried = hurried.withLock { left in
            left -= 1
            return left >= 0
        }
        var request = request
        request.timeout = isHurried ? PacedTransport.hurry : .seconds(120)
        return try await transport.send(request)
    }

    func shutDown() async { await transport.shutDown() }
}
