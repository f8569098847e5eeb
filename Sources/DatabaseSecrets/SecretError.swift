import AWSClient
package import Diagnostics

/// Why there is no password from a secret, and what to do about it. Nothing of the secret is in it.
package struct SecretError: Error, Hashable, Sendable {
    package enum Code: Hashable, Sendable {
        /// Secrets Manager, or what gives credentials, did not answer in time.
        case unavailable
        /// The role may not read it, or there is nothing to sign with.
        case notAllowed
        /// There is no such secret, or it holds no password.
        case wrong
    }

    package var code: Code
    package var message: String
    package var notes: [String]
    /// Whether it may pass by itself soon after an instance's start: a role or a policy that is not known everywhere yet,
    /// metadata that do not answer.
    var mayPass: Bool { code == .notAllowed || isRegion }
    /// Whether it is the region that is not known.
    private var isRegion = false

    init(_ error: AWSError, stage: String) {
        let said = error.description
        switch error.kind {
        case .throttling, .transient:
            self.init(.unavailable, said, ["run this again when that is mended"] + error.notes)
        case .refused:
            let needed = ["secretsmanager:GetSecretValue", "for a key of your own also kms:Decrypt"]
            self.init(.notAllowed, said, ["the role of this instance needs \(needed.joined(separator: ", and "))"])
        case .other where error.code == "ResourceNotFoundException":
            self.init(
                .wrong, said,
                ["there is no such secret in this region and account, or none of its versions is \(stage)"])
        case .other where error.code == "DecryptionFailure":
            self.init(.notAllowed, said, ["the role of this instance needs kms:Decrypt for the secret's key"])
        case .other, .capacity, .propagation, .expiredCredentials, .clockSkew:
            switch error.origin {
            case .credentials(let cause): self.init(cause.code == .invalid ? .wrong : .notAllowed, said, error.notes)
            case .deadline: self.init(.unavailable, said, [])
            default: self.init(error.status == nil ? .unavailable : .wrong, said, error.notes)
            }
        }
    }

    /// What is wrong with the settings of AWS.
    package init(_ error: DiagnosticsError) {
        self.init(
            .wrong,
            error.diagnostics.map { [$0.key, $0.message].filter { !$0.isEmpty }.joined(separator: ": ") }
                .joined(separator: "; "),
            error.diagnostics.flatMap(\.notes))
        isRegion = error.diagnostics.contains { $0.key == "region" }
    }

    init(_ code: Code, _ message: String, _ notes: [String]) {
        self.code = code
        self.message = message
        self.notes = notes
    }
}
