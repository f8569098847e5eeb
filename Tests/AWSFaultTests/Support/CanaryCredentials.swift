import AWSClient
import FoundationEssentials
import Synchronization

extension Credentials {
    /// With parts that must not be seen anywhere but in a request.
    static func canary(_ number: Int = 1, expiration: Date? = nil) -> Credentials {
        Credentials(
            accessKeyID: "AKID\(number)", secretAccessKey: "canary-key-\(number)/+=",
            sessionToken: "canary-token-\(number)/+=", expiration: expiration)
    }
}

/// Gives out other credentials each time, and counts.
final class CountingProvider: CredentialProvider {
    private let calls = Mutex(0)
    private let make: @Sendable (_ call: Int) -> Credentials

    /// How often it was asked.
    var count: Int { calls.withLock(\.self) }

    init(_ make: @escaping @Sendable (_ call: Int) -> Credentials = { .canary($0) }) {
        self.make = make
    }

    func credentials() async throws(CredentialError) -> Credentials? {
        let call = calls.withLock { calls in
            calls += 1
            return calls
        }
        // Whoever else asks meanwhile must not be asked for.
        for _ in 0..<100 { await Task.yield() }
        return make(call)
    }
}
