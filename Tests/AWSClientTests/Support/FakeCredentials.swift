import AWSClient
import Synchronization

/// Gives the credentials of a list, the next ones after an invalidation, and the last ones for ever.
final class FakeCredentials: CredentialSource {
    private struct State {
        var left: [Credentials]
        var invalidated: [Credentials] = []
    }

    private let state: Mutex<State>
    private let onFetch: @Sendable () throws(CredentialError) -> Void

    init(_ credentials: [Credentials], onFetch: @escaping @Sendable () throws(CredentialError) -> Void = {}) {
        state = Mutex(State(left: credentials))
        self.onFetch = onFetch
    }

    /// What services said to be over.
    var invalidated: [Credentials] { state.withLock(\.invalidated) }

    func current() async throws(CredentialError) -> Credentials {
        try onFetch()
        guard let credentials = state.withLock(\.left.first) else {
            throw CredentialError(.none, source: "the test", "it has none")
        }
        return credentials
    }

    func invalidate(_ credentials: Credentials) async {
        state.withLock { state in
            state.invalidated.append(credentials)
            if state.left.count > 1, state.left.first == credentials { state.left.removeFirst() }
        }
    }
}

extension Credentials {
    /// With parts that must not be seen anywhere but in a request.
    static func canary(_ number: Int = 1) -> Credentials {
        Credentials(
            accessKeyID: "AKID\(number)", secretAccessKey: "canary-secret-\(number)",
            sessionToken: "canary-token-\(number)/+=")
    }
}
