/// Takes on roles by STS.
package struct STSRoles: RoleAssumer {
    private let runtime: AWSRuntime
    private let place: @Sendable () async throws(CredentialError) -> (region: String, endpoint: HTTPURL)

    /// The region whose STS is asked, and where that is, are found when they are needed.
    package init(
        runtime: AWSRuntime,
        place: @escaping @Sendable () async throws(CredentialError) -> (region: String, endpoint: HTTPURL)
    ) {
        self.runtime = runtime
        self.place = place
    }

    package func assume(
        _ role: AssumedRole, with credentials: Credentials
    ) async throws(CredentialError) -> Credentials {
        try await ask(role, credentials) { sts throws(AWSError) in try await sts.assumeRole(role) }
    }

    package func assume(
        _ role: AssumedRole, webIdentityToken: String
    ) async throws(CredentialError) -> Credentials {
        try await ask(role, nil) { sts throws(AWSError) in
            try await sts.assumeRole(role, webIdentityToken: webIdentityToken)
        }
    }

    private func ask(
        _ role: AssumedRole, _ credentials: Credentials?, _ call: (STS) async throws(AWSError) -> Credentials
    ) async throws(CredentialError) -> Credentials {
        let (region, endpoint) = try await place()
        let client = AWSClient(
            region: region, credentials: FixedCredentials(credentials), runtime: runtime, endpoint: { _ in endpoint })
        do throws(AWSError) {
            return try await call(STS(client))
        } catch {
            let isUnavailable = error.kind == .transient || error.kind == .throttling
            throw CredentialError(
                isUnavailable ? .unavailable : .refused, source: "role \(role.arn)", error.description,
                notes: isUnavailable ? [] : ["The role's trust policy must let in whoever signs."])
        }
    }
}

/// Credentials that stay as they are.
package struct FixedCredentials: CredentialSource {
    private let credentials: Credentials?

    /// Nil is for calls without a signature.
    package init(_ credentials: Credentials?) {
        self.credentials = credentials
    }

    package func current() async throws(CredentialError) -> Credentials {
        guard let credentials else {
            throw CredentialError(.none, source: "credentials", "there are none for this call")
        }
        return credentials
    }

    package func invalidate(_ credentials: Credentials) async {}
}
