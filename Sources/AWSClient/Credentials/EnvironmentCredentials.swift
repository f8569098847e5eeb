import FoundationEssentials

/// Keys in AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN.
package struct EnvironmentCredentials: CredentialStep {
    package let name = "the environment"
    private let environment: AWSEnvironment

    package init(_ environment: AWSEnvironment) {
        self.environment = environment
    }

    package func look() async throws(CredentialError) -> CredentialFinding {
        guard let accessKeyID = environment["AWS_ACCESS_KEY_ID"] else {
            return .absent("AWS_ACCESS_KEY_ID is not set")
        }
        guard let secret = environment["AWS_SECRET_ACCESS_KEY"] else {
            throw invalid(
                "AWS_ACCESS_KEY_ID is set and AWS_SECRET_ACCESS_KEY is not",
                notes: ["Set both, or neither to use another source."])
        }
        var expiration: Date?
        if let text = environment["AWS_CREDENTIAL_EXPIRATION"] {
            expiration = Date(timestamp: text)
            guard expiration != nil else {
                throw invalid("AWS_CREDENTIAL_EXPIRATION is no time such as 2030-01-31T12:00:00Z")
            }
        }
        return .found(
            Credentials(
                accessKeyID: accessKeyID, secretAccessKey: secret,
                // The first is what botocore has read since before there was the second.
                sessionToken: environment["AWS_SECURITY_TOKEN"] ?? environment["AWS_SESSION_TOKEN"],
                expiration: expiration))
    }
}
