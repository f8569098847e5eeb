package import Diagnostics

/// One of the places where the chain looks for credentials.
package protocol CredentialStep: CredentialProvider {
    /// As users know it: `the environment`, `instance metadata`.
    var name: String { get }

    /// Looks whether it is set up, and fetches the credentials anew if so.
    ///
    /// - Throws: When it is set up and fails.
    func look() async throws(CredentialError) -> CredentialFinding
}

/// What a place has.
package enum CredentialFinding: Hashable, Sendable {
    case found(Credentials)
    /// It is not set up, and what was seen of it: `AWS_ACCESS_KEY_ID is not set`; nil for what few people use.
    case absent(String?, notes: [String] = [])
}

extension CredentialStep {
    package func credentials() async throws(CredentialError) -> Credentials? {
        switch try await look() {
        case .found(let credentials): credentials
        case .absent: nil
        }
    }

    func invalid(_ message: String, notes: [String] = []) -> CredentialError {
        CredentialError(.invalid, source: name, message, notes: notes)
    }
}

extension CredentialError {
    /// A file or variable that cannot be understood.
    package init(_ error: DiagnosticsError) {
        let first = error.diagnostics[0]
        let place = first.location.map { "\($0.file):\($0.line)" }
        let tag = first.key.isEmpty || place == nil ? "" : "[\(first.key)] "
        self.init(.invalid, source: place ?? first.key, tag + first.message, notes: first.notes)
    }
}
