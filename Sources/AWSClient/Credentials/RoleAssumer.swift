/// What gives out the credentials of a role: STS.
package protocol RoleAssumer: Sendable {
    /// Asks with the credentials of somebody whom the role trusts.
    func assume(_ role: AssumedRole, with credentials: Credentials) async throws(CredentialError) -> Credentials

    /// Asks with a token that an identity provider whom the role trusts has signed.
    func assume(_ role: AssumedRole, webIdentityToken: String) async throws(CredentialError) -> Credentials
}

/// The role to take on, and under which name.
package struct AssumedRole: Hashable, Sendable {
    /// For who asked for no other: what CloudTrail then shows.
    package static let defaultSessionName = "pgpool-aurora"

    package var arn: String
    package var sessionName: String
    package var externalID: String?
    /// In seconds; nil for the service's default of an hour.
    package var duration: Int?

    package init(arn: String, sessionName: String? = nil, externalID: String? = nil, duration: Int? = nil) {
        self.arn = arn
        self.sessionName = sessionName ?? AssumedRole.defaultSessionName
        self.externalID = externalID
        self.duration = duration
    }
}
