import AWSClient
import Synchronization

/// Answers by a closure, and remembers what it was asked.
final class FakeTransport: HTTPTransport {
    typealias Answer = @Sendable (_ request: HTTPRequest, _ number: Int) async throws(TransportError) -> HTTPResponse

    private let answer: Answer
    private let asked = Mutex<[HTTPRequest]>([])

    /// - Parameter answer: Is told which request it is, from 1.
    init(_ answer: @escaping Answer) {
        self.answer = answer
    }

    var requests: [HTTPRequest] { asked.withLock(\.self) }

    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        let number = asked.withLock { asked in
            asked.append(request)
            return asked.count
        }
        return try await answer(request, number)
    }

    func shutDown() async {}
}

extension HTTPResponse {
    init(_ status: Int, _ headers: HTTPHeaders = [:], _ body: String = "") {
        self.init(status: status, headers: headers, body: Array(body.utf8))
    }

    /// An error as EC2 writes it.
    static func ec2(_ status: Int, _ code: String, _ message: String = "no", headers: HTTPHeaders = [:]) -> HTTPResponse
    {
        HTTPResponse(
            status, headers,
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <Response><Errors><Error><Code>\(code)</Code><Message>\(message)</Message></Error></Errors>\
            <RequestID>r-1</RequestID></Response>
            """)
    }
}
