package import AWSClient
import Synchronization

/// The same for ever.
package struct KeptCredentials: CredentialSource {
    package func current() async throws(CredentialError) -> Credentials {
        Credentials(accessKeyID: "AKIDEXAMPLE", secretAccessKey: "secret")
    }

    package func invalidate(_ credentials: Credentials) async {}
}

/// Credentials that end: the first ones are `AKID1`. There are as many as the test gives.
package final class EndingCredentials: CredentialSource {
    private let state: Mutex<(number: Int, count: Int)>

    package init(count: Int) { state = Mutex((1, count)) }

    package func current() async throws(CredentialError) -> Credentials {
        let (number, count) = state.withLock { $0 }
        guard number <= count else {
            throw CredentialError(.refused, source: "the session", "it is over", notes: ["log in again"])
        }
        return Credentials(accessKeyID: "AKID\(number)", secretAccessKey: "secret")
    }

    package func invalidate(_ credentials: Credentials) async {
        state.withLock { if credentials.accessKeyID == "AKID\($0.number)" { $0.number += 1 } }
    }

    /// Somebody logs in.
    package func giveMore() { state.withLock { $0.count += 1 } }
}
