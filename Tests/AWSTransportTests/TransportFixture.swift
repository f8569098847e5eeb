import AWSClient
import AWSTransport
import Testing

/// Gives a transport to the body, and closes it afterwards.
func withTransport<Result>(
    _ transport: AsyncHTTPTransport = AsyncHTTPTransport(connectTimeout: .seconds(120)),
    _ body: (AsyncHTTPTransport) async throws -> Result
) async throws -> Result {
    do {
        let result = try await body(transport)
        await transport.shutDown()
        return result
    } catch {
        await transport.shutDown()
        throw error
    }
}

/// A request to an address that is given as text.
func request(
    _ method: String, _ url: String, headers: HTTPHeaders = [:], body: [UInt8] = [], timeout: Duration = .seconds(120)
) throws -> HTTPRequest {
    HTTPRequest(method, try #require(HTTPURL(url)), headers: headers, body: body, timeout: timeout)
}

extension AsyncHTTPTransport {
    /// The error that a request ends with.
    func failure(of request: HTTPRequest) async throws -> TransportError {
        var failure: TransportError?
        do throws(TransportError) {
            let response = try await send(request)
            Issue.record("answered with \(response.status)")
        } catch {
            failure = error
        }
        return try #require(failure)
    }
}
