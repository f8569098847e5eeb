import AWSClient
import Foundation
import Synchronization

/// Answers what it was given, in order and the last one for ever, and keeps what was asked.
final class CannedTransport: HTTPTransport {
    private struct State {
        var answers: [Result<HTTPResponse, TransportError>]
        var requests: [HTTPRequest] = []
    }

    private let state: Mutex<State>

    init(_ answers: [Result<HTTPResponse, TransportError>]) {
        state = Mutex(State(answers: answers))
    }

    convenience init(_ texts: String...) {
        self.init(texts.map { .success(HTTPResponse(status: 200, body: Array($0.utf8))) })
    }

    convenience init(status: Int, headers: HTTPHeaders = [:], _ text: String = "") {
        self.init([.success(HTTPResponse(status: status, headers: headers, body: Array(text.utf8)))])
    }

    var requests: [HTTPRequest] { state.withLock(\.requests) }

    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        let answer = state.withLock { state in
            state.requests.append(request)
            return state.answers.count > 1 ? state.answers.removeFirst() : state.answers[0]
        }
        return try answer.get()
    }

    func shutDown() async {}
}

extension HTTPRequest {
    /// The parameters of the query protocol.
    var form: [String: String] {
        let pairs = String(decoding: body, as: UTF8.self).split(separator: "&").map { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (String(parts[0]).removingPercentEncoding ?? "", String(parts[1]).removingPercentEncoding ?? "")
        }
        return Dictionary(pairs) { first, second in "\(first) and \(second)" }
    }
}
