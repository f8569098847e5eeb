/// One HTTP request, complete but for what a transport adds: `Host`, `Content-Length` and `Connection`.
package struct HTTPRequest: Hashable, Sendable {
    package var method: String
    package var url: HTTPURL
    /// In the order in which they are sent. Names compare without regard to case.
    package var headers: HTTPHeaders
    package var body: [UInt8]
    /// How long the whole exchange may take, from the connection to the last byte of the answer.
    package var timeout: Duration

    package init(
        _ method: String, _ url: HTTPURL, headers: HTTPHeaders = [:], body: [UInt8] = [],
        timeout: Duration = .seconds(60)
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeout = timeout
    }
}

/// The answer to a request, whatever its status.
package struct HTTPResponse: Hashable, Sendable {
    package var status: Int
    package var headers: HTTPHeaders
    package var body: [UInt8]

    package init(status: Int, headers: HTTPHeaders = [:], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    package var isSuccess: Bool { (200...299).contains(status) }
}
