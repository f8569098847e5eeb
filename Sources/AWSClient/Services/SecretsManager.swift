import JSONDocument

/// Secrets Manager, API version 2017-10-17.
package struct SecretsManager: Sendable {
    package static let service = AWSService("secretsmanager", errorFormat: .json)

    private let client: AWSClient

    package init(_ client: AWSClient) {
        self.client = client
    }

    /// One version of a secret. Printing it shows no secret.
    package struct SecretValue: Sendable, CustomStringConvertible, CustomReflectable {
        package var arn: String
        package var versionID: String
        /// Nil when the secret is bytes.
        package var text: String?

        package var description: String { "SecretValue(\(arn), \(versionID))" }
        package var customMirror: Mirror { Mirror(self, children: ["arn": arn, "versionID": versionID]) }
    }

    /// The secret's ARN or name goes with `AWSCURRENT`, `AWSPENDING`, `AWSPREVIOUS` or a label of the account's own.
    package func getSecretValue(
        _ id: String, stage: String = "AWSCURRENT", deadline: Duration? = nil
    ) async throws(AWSError) -> SecretValue {
        let call = AWSCall.json(
            SecretsManager.service, "GetSecretValue", target: "secretsmanager",
            ["SecretId": .string(id), "VersionStage": .string(stage)])
        return try await client.json(call, deadline: deadline) { answer throws(AWSError) in
            SecretValue(
                arn: try answer.required("ARN"), versionID: try answer.required("VersionId"),
                text: answer.root["SecretString"]?.text)
        }
    }
}
