/// What a scripted server does about a request.
package indirect enum Action: Hashable, Sendable {
    /// Answers as HTTP has it. The connection stays open.
    case answer(Answer)
    /// Answers, and then closes the connection without having said that it would.
    case answerAndClose(Answer)
    /// Lets some time pass before another action.
    case after(Duration, Action)
    /// Closes the connection. What was asked for may be done, but the answer is lost.
    case close
    /// Ends the connection with a reset.
    case reset
    /// Says the whole answer's length, sends the first bytes of the body and closes the connection.
    case truncated(Answer, bytes: Int)
    /// Sends these bytes as they are, and closes the connection.
    case raw([UInt8])
    /// Sends an answer byte for byte, with a pause before each.
    case drip(Answer, pause: Duration)
    /// Never answers, and keeps the connection.
    case silence

    /// Answers with a text.
    package static func answer(
        _ status: Int = 200, headers: [(String, String)] = [], text: String = ""
    ) -> Action {
        .answer(Answer(status, headers: headers, body: Array(text.utf8)))
    }
}

/// A whole answer.
package struct Answer: Hashable, Sendable {
    package var status: Int
    package var headers: [ReceivedRequest.Field]
    package var body: [UInt8]

    /// `Content-Length` is added to the headers unless it is there, right or wrong.
    package init(_ status: Int = 200, headers: [(String, String)] = [], body: [UInt8] = []) {
        self.status = status
        self.headers = headers.map { ReceivedRequest.Field(name: $0.0, value: $0.1) }
        self.body = body
    }

    var head: [UInt8] {
        var lines = headers.map { "\($0.name): \($0.value)\r\n" }.joined()
        if !headers.contains(where: { $0.name.lowercased() == "content-length" }) {
            lines += "Content-Length: \(body.count)\r\n"
        }
        return Array("HTTP/1.1 \(status) Scripted\r\n\(lines)\r\n".utf8)
    }
}
