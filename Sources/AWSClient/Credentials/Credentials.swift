package import FoundationEssentials

/// What a request is signed with. Printing it shows no secret.
package struct Credentials: Hashable, Sendable {
    package var accessKeyID: String
    package var secretAccessKey: String
    /// Nil for the keys of a user.
    package var sessionToken: String?
    /// When they stop working; nil for never.
    package var expiration: Date?

    package init(accessKeyID: String, secretAccessKey: String, sessionToken: String? = nil, expiration: Date? = nil) {
        self.accessKeyID = accessKeyID
        self.secretAccessKey = secretAccessKey
        self.sessionToken = sessionToken
        self.expiration = expiration
    }
}

extension Credentials: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "Credentials(\(accessKeyID))" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: ["accessKeyID": accessKeyID]) }
}

/// Where credentials come from. Asked whenever they are needed; what caches is `CredentialCache`.
package protocol CredentialProvider: Sendable {
    /// Fetches the credentials anew.
    ///
    /// - Returns: Nil when this source is not set up, so that the next one is asked.
    /// - Throws: When it is set up and fails; then no other source is asked.
    func credentials() async throws(CredentialError) -> Credentials?
}

/// Why there are no credentials: what failed, and what to do about it. No secret is in it.
package struct CredentialError: Error, Hashable, Sendable {
    package enum Code: Hashable, Sendable {
        /// A file, a variable or a program's answer cannot be understood. Trying again is of no use.
        case invalid
        /// A service did not answer, or answered that it cannot now.
        case unavailable
        /// A service refused.
        case refused
        /// No source has any.
        case none
    }

    package var code: Code
    /// The source, as users know it: `profile 'ci' in ~/.aws/config`, `instance metadata`.
    package var source: String
    package var message: String
    /// What helps to mend it, one sentence each.
    package var notes: [String]

    package init(_ code: Code, source: String, _ message: String, notes: [String] = []) {
        self.code = code
        self.source = source
        self.message = message
        self.notes = notes
    }
}

extension CredentialError: CustomStringConvertible {
    package var description: String { "\(source): \(message)" }
}
