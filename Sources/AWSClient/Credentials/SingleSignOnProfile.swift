/// A profile that gets its keys by logging in to AWS in a browser, which we leave to AWS's own command line.
package struct SingleSignOnProfile: CredentialStep {
    package let name: String
    private let profile: Profile
    private let kind: Kind

    /// How one logs in.
    enum Kind: Sendable {
        /// IAM Identity Center, by `aws sso login`.
        case identityCenter
        /// The console's login, by `aws login`.
        case console
    }

    init(_ profile: Profile, _ kind: Kind) {
        self.profile = profile
        self.kind = kind
        name = "profile '\(profile.name)'"
    }

    package func look() async throws(CredentialError) -> CredentialFinding {
        switch kind {
        case .identityCenter:
            // As in botocore: a session alone is not for signing requests.
            guard profile["sso_role_name"] != nil || profile["sso_account_id"] != nil else {
                return .absent(nil)
            }
            throw refusal("uses SSO (IAM Identity Center)", login: "aws sso login")
        case .console:
            guard profile["login_session"] != nil else { return .absent(nil) }
            throw refusal("uses a console login", login: "aws login")
        }
    }

    private func refusal(_ use: String, login: String) -> CredentialError {
        // A profile of its own, since in this one the login would come before a credential_process.
        let new = CommandWords.quote("\(profile.name)-process")
        let export = "aws configure export-credentials --profile \(CommandWords.quote(profile.name)) --format process"
        return invalid(
            "it \(use), for which we need AWS's command line (version 2)",
            notes: [
                "Run once: aws configure set credential_process \(CommandWords.quote(export)) --profile \(new)",
                "Then set AWS_PROFILE=\(new), and AWS_REGION. When the login is over: \(login) --profile"
                    + " \(CommandWords.quote(profile.name))",
            ])
    }
}
