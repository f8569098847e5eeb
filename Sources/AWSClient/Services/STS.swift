import FoundationEssentials

/// Security Token Service, API version 2011-06-15.
package struct STS: Sendable {
    package static let service = AWSService("sts", errorFormat: .xml)
    private static let version = "2011-06-15"

    private let client: AWSClient

    package init(_ client: AWSClient) {
        self.client = client
    }

    /// Whose credentials these are.
    package struct Identity: Hashable, Sendable {
        /// Twelve digits.
        package var account: String
        package var arn: String
        package var userID: String
    }

    package func getCallerIdentity() async throws(AWSError) -> Identity {
        let call = AWSCall.query(STS.service, "GetCallerIdentity", version: STS.version)
        return try await client.xml(call) { answer throws(AWSError) in
            Identity(
                account: try answer.required("Account"), arn: try answer.required("Arn"),
                userID: try answer.required("UserId"))
        }
    }

    package func assumeRole(_ role: AssumedRole) async throws(AWSError) -> Credentials {
        var parameters = STS.parameters(of: role)
        parameters.add("ExternalId", role.externalID)
        return try await credentials(
            AWSCall.query(STS.service, "AssumeRole", version: STS.version, parameters))
    }

    /// The token is what the identity provider has signed; it stands for a signature.
    package func assumeRole(
        _ role: AssumedRole, webIdentityToken token: String
    ) async throws(AWSError) -> Credentials {
        var parameters = STS.parameters(of: role)
        parameters.add("WebIdentityToken", token)
        var call = AWSCall.query(STS.service, "AssumeRoleWithWebIdentity", version: STS.version, parameters)
        call.isSigned = false
        call.secrets = [token]
        return try await credentials(call)
    }

    /// Makes the text readable in which EC2 says why a call is not allowed.
    package func decodeAuthorizationMessage(_ message: String) async throws(AWSError) -> String {
        let call = AWSCall.query(
            STS.service, "DecodeAuthorizationMessage", version: STS.version,
            QueryParameters([("EncodedMessage", message)]))
        return try await client.xml(call) { answer throws(AWSError) in try answer.required("DecodedMessage") }
    }

    private static func parameters(of role: AssumedRole) -> QueryParameters {
        var parameters = QueryParameters([("RoleArn", role.arn), ("RoleSessionName", role.sessionName)])
        parameters.add("DurationSeconds", role.duration)
        return parameters
    }

    private func credentials(_ call: AWSCall) async throws(AWSError) -> Credentials {
        try await client.xml(call) { answer throws(AWSError) in
            guard let fields = answer.result["Credentials"] else { throw answer.missing("Credentials") }
            let expiration = try answer.required("Expiration", in: fields)
            guard let date = AnswerTimes.timestamp(expiration) else {
                throw answer.missing("Expiration that is a time")
            }
            return Credentials(
                accessKeyID: try answer.required("AccessKeyId", in: fields),
                secretAccessKey: try answer.required("SecretAccessKey", in: fields),
                sessionToken: try answer.required("SessionToken", in: fields), expiration: date)
        }
    }
}
