import AWSClient
import AWSTransport
import Doctor

/// Asks a doctor over HTTP, never by a proxy.
struct HealthAsker: Sendable {
    private let transport = AsyncHTTPTransport(connectTimeout: .seconds(3))
    let host: String
    let port: Int

    func ask(_ path: String) async -> Result<VerifyFacts.HealthAnswer, VerifyFacts.NoAnswer> {
        let request = HTTPRequest(
            "GET", HTTPURL(scheme: "http", host: host, port: port, path: path), timeout: .seconds(5))
        do throws(TransportError) {
            let answer = try await transport.send(request)
            let text = String(decoding: answer.body.prefix(1_000), as: UTF8.self)
            return .success(
                VerifyFacts.HealthAnswer(
                    status: answer.status, text: text.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""))
        } catch {
            return .failure(VerifyFacts.NoAnswer("no answer from \(host):\(port): \(error.message)"))
        }
    }

    func shutDown() async { await transport.shutDown() }
}
