import AWSClient
package import Diagnostics

/// Why there is no password from a secret, and what to do about it. Nothing of the secret is in it.
package struct SecretError: Error, Hashable, Sendable {
    package enum Code: Hashable, Sendable {
        /// Secrets Manager, or what gives credentials, did not answer in time.
        case unavailable
        /// The role may not read it, or there is nothing to sign with.
        case notAllowed
        /// There is no such secret, it holds no password, or a setting is wrong.
        case wrong
    }

    package var code: Code
    package var message: String
    package var notes: [String]
    /// Whether it is what an instance knows of itself, its region or its role, that is not known.
    private(set) var isOfInstance = false

    package init(_ code: Code, _ message: String, _ notes: [String]) {
        self.code = code
        self.message = message
        self.notes = notes
    }

    /// What is wrong with the settings of AWS.
    package init(_ error: DiagnosticsError) {
        let first = error.diagnostics[0]
        let place = first.location.map { "\($0)" } ?? first.key
        self.init(.wrong, [place, first.message].filter { !$0.isEmpty }.joined(separator: ": "), first.notes)
        isOfInstance = first.key == "region"
    }

    init(_ error: AWSError, stage: String) {
        self.init(SecretError.code(of: error), error.description, SecretError.notes(on: error, stage))
        if case .credentials(let cause) = error.origin { isOfInstance = cause.code == .none }
    }

    private static func code(of error: AWSError) -> Code {
        switch (error.kind, error.origin) {
        case (.throttling, _), (.transient, _), (_, .deadline), (_, .cancelled), (_, .transport): .unavailable
        case (_, .credentials(let cause)): cause.code == .invalid ? .wrong : .notAllowed
        case (.refused, _), (.clockSkew, _), (.expiredCredentials, _): .notAllowed
        case (.other, .service) where error.code == "DecryptionFailure": .notAllowed
        default: .wrong
        }
    }

    private static func notes(on error: AWSError, _ stage: String) -> [String] {
        switch error.code {
        case "ResourceNotFoundException":
            return ["there is no such secret in this region and account, or none of its versions is \(stage)"]
        case "DecryptionFailure": return ["the role of this instance needs kms:Decrypt for the secret's key"]
        case "AccessDeniedException":
            return [
                "the role of this instance needs secretsmanager:GetSecretValue, and for a key of your own also kms:Decrypt"
            ]
        default:
            guard code(of: error) == .unavailable else { return error.notes }
            return ["run this again when that is mended"] + error.notes
        }
    }

    // MARK: - Soon after a start

    /// Whether it may pass by itself soon after an instance's start: a role or a policy that is not known everywhere yet,
    /// metadata that do not answer.
    var mayPass: Bool { code == .notAllowed || isOfInstance }

    /// What the metadata service had to do with it.
    var cause: String { notes.first { $0.lowercased().contains("instance metadata") }.map { " (\($0))" } ?? "" }

    /// The same, when waiting did not help: no setting is wrong.
    var afterWaiting: SecretError {
        var error = self
        // Without a role it is not allowed, which it stays.
        if isOfInstance, code == .wrong { error.code = .unavailable }
        return error
    }
}
