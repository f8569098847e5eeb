import AWSClient
import Foundation

/// The region that all tests are in.
let testRegion = "eu-west-1"

/// 2026-09-21T14:13:20Z
let testTime = 1_790_000_000.0

/// A client that signs with fixed keys at a fixed time, does not wait, and asks AWS's addresses unless it has another.
func testClient(
    _ transport: any HTTPTransport, endpoint: String? = nil, attempts: Int = 1, time: Double? = testTime,
    region: String = testRegion, sessionToken: String? = nil
) -> AWSClient {
    let runtime = AWSRuntime(
        transport: transport, timer: WaitTimer(ContinuousClock()),
        now: { time.map { Date(timeIntervalSince1970: $0) } ?? Date() }, random: { 0 })
    return AWSClient(
        region: region, credentials: TestCredentials(sessionToken: sessionToken), runtime: runtime,
        endpoint: { service in
            HTTPURL(endpoint ?? "https://\(service.name).\(region).amazonaws.com")
                ?? HTTPURL(scheme: "http", host: "unreachable.invalid")
        }, policy: RetryPolicy(attempts: attempts, base: .zero, limit: .zero))
}

struct TestCredentials: CredentialSource {
    var sessionToken: String?

    func current() async throws(CredentialError) -> Credentials {
        Credentials(accessKeyID: "AKIDEXAMPLE", secretAccessKey: "secret", sessionToken: sessionToken)
    }

    func invalidate(_ credentials: Credentials) async {}
}
