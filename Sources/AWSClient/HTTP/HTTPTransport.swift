/// What carries requests to a server and brings its answers back.
package protocol HTTPTransport: Sendable {
    /// Sends a request once, follows no redirection, and returns whatever status the server answers.
    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse

    /// Closes what is open. Nothing is sent afterwards.
    func shutDown() async
}

/// Why there is no answer.
package struct TransportError: Error, Hashable, Sendable {
    package enum Code: Hashable, Sendable {
        /// The request is none that may be sent, or the transport is shut down. Trying again is of no use.
        case notSent
        /// No connection was made: the name is unknown, nobody listens, or the network is not there.
        case cannotConnect
        /// The server's certificate is not trusted, or its TLS is none that we speak.
        case tls
        /// The request was sent, at least in part, and the connection ended before a whole answer.
        case connectionLost
        /// The time for the exchange was over. The request may have arrived.
        case timedOut
        case cancelled
    }

    package var code: Code
    /// One line, with nothing in it that a header or a body holds.
    package var message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// Whether the server may have acted on the request.
    package var mayHaveArrived: Bool {
        switch code {
        case .notSent, .cannotConnect, .tls: false
        case .connectionLost, .timedOut, .cancelled: true
        }
    }
}

extension TransportError: CustomStringConvertible {
    package var description: String { message }
}
