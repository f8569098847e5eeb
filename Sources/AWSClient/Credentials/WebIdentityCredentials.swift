/// A role that is taken on with a token in a file, as in EKS and in CI systems.
package struct WebIdentityCredentials: CredentialStep {
    package let name: String
    private let environment: AWSEnvironment
    private let profile: Profile
    private let readsVariables: Bool
    private let roles: any RoleAssumer

    /// With `readsVariables`, AWS_WEB_IDENTITY_TOKEN_FILE, AWS_ROLE_ARN and AWS_ROLE_SESSION_NAME count, each before the
    /// profile's setting.
    package init(
        _ environment: AWSEnvironment, _ profile: Profile, readsVariables: Bool, roles: any RoleAssumer
    ) {
        self.environment = environment
        self.profile = profile
        self.readsVariables = readsVariables
        self.roles = roles
        name = readsVariables ? "web identity" : "web identity of profile '\(profile.name)'"
    }

    package func look() async throws(CredentialError) -> CredentialFinding {
        guard let file = value("AWS_WEB_IDENTITY_TOKEN_FILE", "web_identity_token_file") else {
            return .absent(
                readsVariables ? "AWS_WEB_IDENTITY_TOKEN_FILE is not set" : "web_identity_token_file is not set")
        }
        guard let role = value("AWS_ROLE_ARN", "role_arn") else {
            throw invalid(
                "\(file.origin) is set and no role is", notes: ["Set AWS_ROLE_ARN, or role_arn in the profile."])
        }
        let token = try TokenFile(variable: file.origin, path: file.text).read(environment, for: name)
        let session = value("AWS_ROLE_SESSION_NAME", "role_session_name")?.text
        return .found(
            try await roles.assume(AssumedRole(arn: role.text, sessionName: session), webIdentityToken: token))
    }

    private func value(_ variable: String, _ key: String) -> (text: String, origin: String)? {
        if readsVariables, let text = environment[variable] { return (text, variable) }
        return profile[key].map { ($0.value, key) }
    }
}
