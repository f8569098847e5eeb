package import AWSClient
import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// Requests over HTTP/1.1 by AsyncHTTPClient, with connections kept for the next request.
///
/// Each request is sent at most once: what fails is reported, and only the caller knows whether it may be repeated.
/// Nothing is started or read before the first request, and no certificates before the first one over https.
package final class AsyncHTTPTransport: HTTPTransport {
    private let clients: Clients
    private let proxies: ProxySettings
    private let connectTimeout: Duration
    private let answerLimit: Int

    /// - Parameters:
    ///   - proxies: The proxies that stand between us and the servers.
    ///   - certificateBundle: A PEM file with the authorities to trust; nil for the system's.
    ///   - connectTimeout: How long it may take to connect, TLS and proxy included, if the request has that much time.
    ///   - answerLimit: The largest body, in bytes, that is accepted from a server.
    package init(
        proxies: ProxySettings = ProxySettings(),
        certificateBundle: String? = nil,
        connectTimeout: Duration = .seconds(5),
        answerLimit: Int = 16 << 20
    ) {
        clients = Clients(certificateBundle: certificateBundle, connectTimeout: connectTimeout)
        self.proxies = proxies
        self.connectTimeout = connectTimeout
        self.answerLimit = answerLimit
    }

    package func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        let proxy = proxies.proxy(for: request.url)
        let failures = FailureReport(
            peer: Endpoint(request.url), proxy: proxy?.endpoint, timeout: request.timeout,
            connectTimeout: min(connectTimeout, request.timeout), certificateBundle: clients.certificateBundle)
        try RequestCheck.check(request)
        guard !Task.isCancelled else { throw failures.cancelled }
        guard let client = clients.client(through: proxy) else { throw failures.shutDown }

        let exchange = Exchange(answerLimit: request.method == "HEAD" ? .max : answerLimit)
        do {
            let task = client.execute(
                request: try Self.prepare(request), delegate: exchange, deadline: .now() + TimeAmount(request.timeout))
            return try await withTaskCancellationHandler {
                try await task.get()
            } onCancel: {
                task.cancel()
            }
        } catch {
            throw failures.report(error, at: exchange.progress)
        }
    }

    /// Closes all connections at once. What is still under way ends as cancelled.
    package func shutDown() async {
        await clients.shutDown()
    }

    private static func prepare(_ request: HTTPRequest) throws -> HTTPClient.Request {
        var headers = NIOHTTP1.HTTPHeaders()
        headers.reserveCapacity(request.headers.fields.count + 2)
        if request.headers["Host"] == nil { headers.add(name: "Host", value: request.url.authority) }
        for field in request.headers.fields { headers.add(name: field.name, value: field.value) }
        return try HTTPClient.Request(
            url: request.url.description, method: HTTPMethod(rawValue: request.method), headers: headers,
            body: request.body.isEmpty ? nil : .byteBuffer(ByteBuffer(bytes: request.body)))
    }
}
